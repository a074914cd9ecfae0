import { isIPv4, isIPv6 } from "node:net";
import { hostname, networkInterfaces } from "node:os";
import { describe, expect, it } from "vitest";
import { serverFacts } from "./server-facts.js";

describe("what code is told of the server", () => {
  it("is the name that agents call it by, or the machine's own", async () => {
    expect((await serverFacts("gate.example.org")).servername).toBe("gate.example.org");
    expect((await serverFacts()).servername).toBe(hostname());
  });

  it("is an address of each kind that others can reach, where there is one", async () => {
    const others = Object.values(networkInterfaces()).flatMap((list) =>
      (list ?? []).filter(({ internal }) => !internal),
    );
    const known = others.map(({ address }) => address).filter((address) => !address.startsWith("fe80:"));
    const { serverip, serverip6 } = await serverFacts();
    expect(serverip === undefined).toBe(!known.some(isIPv4));
    expect(serverip6 === undefined).toBe(!known.some(isIPv6));
    for (const address of [serverip, serverip6]) if (address !== undefined) expect(known).toContain(address);
  });
});
