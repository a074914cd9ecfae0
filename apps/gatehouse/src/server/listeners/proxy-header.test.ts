import { describe, expect, it } from "vitest";
import { readProxyHeader } from "./proxy-header.js";

const SIGNATURE = "0d0a0d0a000d0a515549540a";
const V4 = "c6336404" + "c0000201" + "1f90" + "01bb";
const V6 = "20010db8000000000000000000000007" + "20010db8000000000000000000000001" + "1f90" + "01bb";
/** A header of version 2 from its command, its family, and what follows the length. */
const binary = (command: number, family: number, rest = "", length = rest.length / 2) =>
  Buffer.concat([
    Buffer.from(SIGNATURE, "hex"),
    Buffer.from([command, family, length >> 8, length & 255]),
    Buffer.from(rest, "hex"),
  ]);
const text = (line: string) => Buffer.from(line, "latin1");
const longest = "PROXY TCP6 ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\n".replaceAll(
  "f...f",
  "ffff:ffff:ffff:ffff:ffff:ffff",
);

const GOOD: [string, Buffer, unknown][] = [
  ["v1 over IPv4", text("PROXY TCP4 198.51.100.4 192.0.2.1 8080 443\r\n"), { address: "198.51.100.4" }],
  ["v1 over IPv6", text("PROXY TCP6 2001:db8::7 2001:db8::1 8080 443\r\n"), { address: "2001:db8::7" }],
  ["v1 with the least ports", text("PROXY TCP4 0.0.0.0 255.255.255.255 0 0\r\n"), { address: "0.0.0.0" }],
  ["v1 at its longest", text(longest), { address: "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" }],
  ["v1 of an unknown client", text("PROXY UNKNOWN\r\n"), "unknown"],
  ["v1 of an unknown client, with more", text("PROXY UNKNOWN ffff::1 whatever \0 1\r\n"), "unknown"],
  ["v2 over IPv4", binary(0x21, 0x11, V4), { address: "198.51.100.4" }],
  ["v2 over IPv6", binary(0x21, 0x21, V6), { address: "2001:0db8:0000:0000:0000:0000:0000:0007" }],
  ["v2 with more after the addresses", binary(0x21, 0x11, `${V4}040003aabbcc`), { address: "198.51.100.4" }],
  ["v2 at its longest", binary(0x21, 0x11, `${V4}${"00".repeat(4096 - 16 - 12)}`), { address: "198.51.100.4" }],
  ["v2 of the proxy itself", binary(0x20, 0x00), "local"],
  ["v2 of the proxy itself, with addresses", binary(0x20, 0x11, V4), "local"],
  ["v2 of the proxy itself, of no known family", binary(0x20, 0xff, "00"), "local"],
  ["v2 of no family", binary(0x21, 0x00, "aabb"), "unknown"],
  ["v2 over a UNIX socket", binary(0x21, 0x31, "2f".repeat(216)), "unknown"],
];

describe("readProxyHeader", () => {
  it.each(GOOD)("reads %s, and says where it ends", (_, bytes, source) => {
    expect(readProxyHeader(bytes)).toEqual({ length: bytes.length, source });
    const more = Buffer.concat([bytes, text("GET / HTTP/1.1\r\nPROXY TCP4 1.1.1.1 1.1.1.1 1 1\r\n")]);
    expect(readProxyHeader(more)).toEqual({ length: bytes.length, source });
  });

  it.each(GOOD)("waits for the rest of %s", (_, bytes) => {
    for (let length = 0; length < bytes.length; length++) {
      expect([length, readProxyHeader(bytes.subarray(0, length))]).toEqual([length, undefined]);
    }
  });

  it.each([
    ["a request", text("GET / HTTP/1.1\r\n")],
    ["a TLS handshake", Buffer.from("1603010200", "hex")],
    ["one byte of something else", text("X")],
    ["small letters", text("proxy TCP4 198.51.100.4 192.0.2.1 8080 443\r\n")],
    ["v1 of something else than TCP", text("PROXY UDP4 198.51.100.4 192.0.2.1 8080 443\r\n")],
    ["v1 of a kind that begins like one", text("PROXY UNKNOWNS\r\n")],
    ["v1 without addresses", text("PROXY TCP4\r\n")],
    ["v1 without a port", text("PROXY TCP4 198.51.100.4 192.0.2.1 8080\r\n")],
    ["v1 with IPv6 said to be IPv4", text("PROXY TCP4 2001:db8::7 2001:db8::1 8080 443\r\n")],
    ["v1 with IPv4 said to be IPv6", text("PROXY TCP6 198.51.100.4 192.0.2.1 8080 443\r\n")],
    ["v1 with one of each", text("PROXY TCP4 198.51.100.4 2001:db8::1 8080 443\r\n")],
    ["v1 with an address that is none", text("PROXY TCP4 198.51.100.256 192.0.2.1 8080 443\r\n")],
    ["v1 with leading zeros", text("PROXY TCP4 198.051.100.4 192.0.2.1 8080 443\r\n")],
    ["v1 with a zone", text("PROXY TCP6 fe80::1%eth0 2001:db8::1 8080 443\r\n")],
    ["v1 with a port above all", text("PROXY TCP4 198.51.100.4 192.0.2.1 65536 443\r\n")],
    ["v1 with a port with a zero before it", text("PROXY TCP4 198.51.100.4 192.0.2.1 08080 443\r\n")],
    ["v1 with a negative port", text("PROXY TCP4 198.51.100.4 192.0.2.1 -1 443\r\n")],
    ["v1 with two spaces", text("PROXY  TCP4 198.51.100.4 192.0.2.1 8080 443\r\n")],
    ["v1 with a space at the end", text("PROXY TCP4 198.51.100.4 192.0.2.1 8080 443 \r\n")],
    ["v1 with a line feed alone", text(`PROXY TCP4 198.51.100.4 192.0.2.1 8080 443\n${"x".repeat(100)}`)],
    ["v1 with a NUL", text("PROXY TCP4 198.51.100.4\0 192.0.2.1 8080 443\r\n")],
    ["v1 without an end", text(`PROXY UNKNOWN ${"x".repeat(93)}`)],
    ["v1 with a late end", text(`PROXY UNKNOWN ${"x".repeat(92)}\r\n`)],
    ["v2 with a broken signature", Buffer.from("0d0a0d0a000d0a515549540b", "hex")],
    ["version 1 in binary", binary(0x11, 0x11, V4)],
    ["version 3", binary(0x31, 0x11, V4)],
    ["v2 with an unknown command", binary(0x22, 0x11, V4)],
    ["v2 of datagrams", binary(0x21, 0x12, V4)],
    ["v2 of an unknown family", binary(0x21, 0x41, V4)],
    ["v2 of an unknown transport", binary(0x21, 0x13, V4)],
    ["v2 of no transport", binary(0x21, 0x10, V4)],
    ["v2 too short for its addresses", binary(0x21, 0x11, V4.slice(2))],
    ["v2 over IPv6 with addresses of IPv4", binary(0x21, 0x21, V4)],
    ["v2 over a UNIX socket, too short", binary(0x21, 0x31, V4)],
    ["v2 that is too long, before it is there", binary(0x21, 0x11, "", 4096 - 15)],
    ["v2 of the proxy itself that is too long", binary(0x20, 0x00, "", 65_535)],
  ])("refuses %s", (_, bytes) => {
    expect(() => readProxyHeader(bytes)).toThrow(RangeError);
  });

  it("refuses what cannot become one at its first wrong byte", () => {
    for (const [wrong, length] of [
      [text("PROXX"), 5],
      [Buffer.from("0d0a0d0a01", "hex"), 5],
    ] as const) {
      expect(readProxyHeader(wrong.subarray(0, length - 1))).toBeUndefined();
      expect(() => readProxyHeader(wrong)).toThrow(RangeError);
    }
  });
});
