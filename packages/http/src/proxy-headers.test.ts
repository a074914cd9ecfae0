import { describe, expect, it } from "vitest";
import { AddressList } from "./addresses.js";
import { announceSource, trustProxies } from "./connection.js";
import { row, serve, tableOfRows } from "./server.test.helper.js";

const SPOKEN = {
  "X-Client-Verify": "SUCCESS",
  "X-Client-DN": "CN=admin",
  "X-Client-Cert": "x",
  "X-Forwarded-For": "203.0.113.9",
  "X-Forwarded-Proto": "https",
  "X-Forwarded-Host": "elsewhere",
  Forwarded: "for=203.0.113.9",
  "X-Real-IP": "203.0.113.9",
};
const table = tableOfRows(
  row({
    handle: ({ headers, from, origin, raw }) => ({
      status: 200,
      body: JSON.stringify({ headers, raw: raw.rawHeaders, distinct: raw.headersDistinct, from, origin }),
    }),
  }),
);

/** A listener that trusts these proxies, and hears of this source by PROXY protocol. */
async function listener(trusted: string[], source?: { address: string | undefined }, certificates = false) {
  const served = await serve(table);
  trustProxies(served.server, new AddressList(trusted), { certificates });
  if (source !== undefined) served.server.prependListener("connection", (at) => announceSource(at, source.address));
  const look = async (headers: Record<string, string | string[]>) =>
    JSON.parse((await served.send("GET", "/", headers)).text);
  return { ...served, look };
}

describe("headers in which a proxy speaks of its client", () => {
  it.each([
    ["nobody is trusted", []],
    ["others are trusted", ["192.0.2.0/24", "::1"]],
  ])("reach no handler from a client itself, where %s", async (_, trusted) => {
    const { look } = await listener(trusted);
    const { headers, raw, distinct, from, origin } = await look({ ...SPOKEN, Accept: "x/y" });
    expect(JSON.stringify([headers, raw, distinct, from, origin])).not.toMatch(/x-client|forwarded|real-ip|https|203/i);
    expect([headers.accept, distinct.accept]).toEqual(["x/y", ["x/y"]]);
    expect(from).toBe("127.0.0.1");
  });

  it("reach no handler where nothing is known of the listener", async () => {
    const { send } = await serve(table);
    expect((await send("GET", "/", SPOKEN)).text).not.toMatch(/x-client|x-forwarded/i);
  });

  it.each(["127.0.0.1", "127.0.0.0/8", "::ffff:127.0.0.1", "::ffff:127.0.0.0/104"])(
    "are left where %s is trusted",
    async (trusted) => {
      const { look } = await listener([trusted], undefined, true);
      const { headers, origin } = await look({ ...SPOKEN, Host: "gw.example.org" });
      for (const [name, value] of Object.entries(SPOKEN)) expect(headers[name.toLowerCase()]).toBe(value);
      expect(origin).toBe("https://gw.example.org");
    },
  );

  it("are left where a proxy is trusted, but for those of certificates, which are another setting", async () => {
    const { look } = await listener(["127.0.0.1"]);
    const { headers, raw, distinct, from } = await look(SPOKEN);
    expect(JSON.stringify([headers, raw, distinct])).not.toMatch(/x-client/i);
    for (const [name, value] of Object.entries(SPOKEN)) {
      if (!name.startsWith("X-Client-")) expect(headers[name.toLowerCase()]).toBe(value);
    }
    expect(from).toBe("203.0.113.9");
  });

  it.each([[[]], [["192.0.2.1"]]])("are out where certificates count and %j are trusted", async (trusted) => {
    const { look } = await listener(trusted, undefined, true);
    const { headers, raw } = await look(SPOKEN);
    expect(JSON.stringify([headers, raw])).not.toMatch(/x-client|forwarded/i);
  });

  it("are out of the log too", async () => {
    const { look, lines } = await listener([]);
    await look(SPOKEN);
    expect(lines[0]?.fields["from"]).toBe("127.0.0.1");
  });
});

describe("the client's address", () => {
  const from = async (trusted: string[], forwarded: string, source?: { address: string | undefined }) => {
    const { look, lines } = await listener(trusted, source);
    const { from } = await look(forwarded === "" ? {} : { "X-Forwarded-For": forwarded });
    expect(lines[0]?.fields["from"]).toBe(from);
    return from;
  };
  const trusted = ["127.0.0.1", "10.0.0.0/8"];

  it.each([
    ["none", "", "127.0.0.1"],
    ["one", "203.0.113.9", "203.0.113.9"],
    ["its own lies before the truth", "1.1.1.1, 203.0.113.9", "203.0.113.9"],
    ["trusted proxies after it", "1.1.1.1,203.0.113.9 , 10.0.0.1,10.0.0.2", "203.0.113.9"],
    ["nothing but trusted ones", "10.0.0.1, 10.0.0.2", "10.0.0.1"],
    ["a port", "203.0.113.9:4711", "203.0.113.9"],
    ["IPv6", "2001:DB8::1", "2001:db8::1"],
    ["IPv6 in brackets", "[2001:db8::1]", "2001:db8::1"],
    ["IPv6 in brackets with a port", "[2001:db8::1]:4711", "2001:db8::1"],
    ["mapped IPv4", "::ffff:203.0.113.9", "203.0.113.9"],
    ["a word", "unknown", "127.0.0.1"],
    ["a word before a proxy", "unknown, 10.0.0.1", "10.0.0.1"],
    ["commas", ",,,", "127.0.0.1"],
    ["rubbish before it", `${"x".repeat(10_000)}, 203.0.113.9`, "203.0.113.9"],
    ["rubbish after it", `203.0.113.9, ${"x".repeat(5_000)}`, "127.0.0.1"],
  ])("is found behind %s", async (_, forwarded, expected) => {
    expect(await from(trusted, forwarded)).toBe(expected);
  });

  it("is followed through so many proxies and no more", async () => {
    const hops = (count: number) => ["203.0.113.9", ...Array.from({ length: count }, (_, i) => `10.0.0.${i}`)].join();
    expect(await from(trusted, hops(19))).toBe("203.0.113.9");
    expect(await from(trusted, hops(20))).toBe("10.0.0.0");
  });

  it("is what PROXY protocol names", async () => {
    expect(await from([], "", { address: "198.51.100.4" })).toBe("198.51.100.4");
    expect(await from([], "", { address: "::ffff:198.51.100.4" })).toBe("198.51.100.4");
    expect(await from([], "", { address: undefined })).toBe("127.0.0.1");
  });

  it("is never what a client behind a balancer says, though the balancer be trusted", async () => {
    expect(await from(trusted, "203.0.113.9", { address: "198.51.100.4" })).toBe("198.51.100.4");
    expect(await from(trusted, "203.0.113.9", { address: undefined })).toBe("127.0.0.1");
  });

  it("is what a trusted proxy behind a trusted balancer says", async () => {
    expect(await from(trusted, "203.0.113.9", { address: "10.0.0.1" })).toBe("203.0.113.9");
    // The direct peer counts: a header of PROXY protocol cannot make anybody trusted.
    expect(await from(["10.0.0.0/8"], "203.0.113.9", { address: "10.0.0.1" })).toBe("10.0.0.1");
  });
});
