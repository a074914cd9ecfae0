import { describe, expect, it } from "vitest";
import { AddressList, plainAddress } from "./addresses.js";

describe("plainAddress", () => {
  it.each([
    ["192.0.2.7", "192.0.2.7"],
    ["::ffff:192.0.2.7", "192.0.2.7"],
    ["::FFFF:c000:207", "192.0.2.7"],
    ["0:0:0:0:0:ffff:192.0.2.7", "192.0.2.7"],
    ["2001:DB8:0:0::1", "2001:db8::1"],
    ["fe80::1%eth0", "fe80::1"],
  ])("writes %s as %s", (text, plain) => {
    expect(plainAddress(text)).toBe(plain);
  });

  it.each([undefined, "", "unknown", "192.0.2", "0192.0.2.7", "192.0.2.7 ", "[::1]", "::1::", "1".repeat(300)])(
    "does not know %s",
    (text) => {
      expect(plainAddress(text)).toBeUndefined();
    },
  );
});

describe("AddressList", () => {
  it.each([
    ["192.0.2.7", ["192.0.2.7", "::ffff:192.0.2.7", "::ffff:c000:207"], ["192.0.2.8", "::c000:207"]],
    ["10.0.0.0/8", ["10.0.0.0", "10.255.255.255", "::ffff:10.1.2.3"], ["11.0.0.0", "9.255.255.255"]],
    ["10.1.2.3/8", ["10.9.9.9"], ["11.1.2.3"]],
    ["10.128.0.0/9", ["10.200.0.1"], ["10.127.255.255"]],
    ["192.0.2.7/32", ["192.0.2.7"], ["192.0.2.6", "10.0.0.1"]],
    ["0.0.0.0/0", ["192.0.2.7", "::ffff:192.0.2.7"], ["2001:db8::1", "::1"]],
    ["::/0", ["2001:db8::1", "::1"], ["192.0.2.7", "::ffff:192.0.2.7"]],
    ["2001:db8::/32", ["2001:db8::1", "2001:DB8:ffff::1"], ["2001:db9::1", "32.1.13.184"]],
    ["2001:db8:8000::/33", ["2001:db8:ffff::1"], ["2001:db8:7fff::1"]],
    ["2001:db8::1", ["2001:db8:0:0::1"], ["2001:db8::2"]],
    ["::ffff:192.0.2.7", ["192.0.2.7"], ["192.0.2.8"]],
    ["::ffff:10.0.0.0/104", ["10.1.2.3", "::ffff:10.1.2.3"], ["11.0.0.1"]],
    ["fe80::/10", ["fe80::1%eth0"], ["fec0::1"]],
  ])("%s holds %j and not %j", (entry, inside, outside) => {
    const list = new AddressList(["203.0.113.1", entry]);
    for (const address of inside) expect([address, list.has(address)]).toEqual([address, true]);
    for (const address of outside) expect([address, list.has(address)]).toEqual([address, false]);
  });

  it("holds nothing that is no address, and nothing at all when it is empty", () => {
    const all = new AddressList(["0.0.0.0/0", "::/0"]);
    for (const text of [undefined, "", "proxy.example.org", "10.0.0.1, 10.0.0.2"]) expect(all.has(text)).toBe(false);
    expect(new AddressList([]).has("127.0.0.1")).toBe(false);
  });

  it.each([
    "",
    "proxy.example.org",
    "10.0.0.0/33",
    "10.0.0.0/",
    "10.0.0.0/-1",
    "10.0.0.0/8/8",
    "10.0.0/8",
    "2001:db8::/129",
    "::ffff:10.0.0.0/95",
    "fe80::1%eth0",
    " 10.0.0.1",
    "*",
  ])("refuses %j", (entry) => {
    expect(() => new AddressList([entry])).toThrow(RangeError);
  });
});
