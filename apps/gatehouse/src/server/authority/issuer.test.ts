import { createPrivateKey, X509Certificate } from "node:crypto";
import { createTestAuthority } from "@gatehouse/http/testing";
import { describe, expect, it } from "vitest";
import { useGateway } from "../gateway.test.helper.js";
import { serverIssuer } from "./issuer.js";

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n/g;
const every = (pem: string) => (pem.match(CERTIFICATE) ?? []).map((each) => new X509Certificate(each));
const named = (certificate: X509Certificate | undefined) => certificate?.subject.replace("CN=", "");
const of = (house: ReturnType<typeof useGateway>) => house.gateway.authority.service;

describe("an authority with an intermediate CA", () => {
  const house = useGateway({ env: { GATEHOUSE_CA_NAME: "Our CA" } });
  const issue = (...names: string[]) => serverIssuer(of(house)).issue(names);

  it("issues what a client believes that trusts the root only", async () => {
    const { cert, key, trust } = await issue("gate.example.org", "10.0.0.7", "localhost");
    const bundle = (await of(house).caBundle()).pem;
    const [signing, root, ...more] = every(bundle);
    expect(every(trust).map(({ raw }) => raw)).toEqual([root?.raw]);
    const [leaf, between, ...others] = every(cert);
    if (!leaf || !between || !signing || !root) return expect.fail("certificates are missing");
    // The root itself is left out: a client has it, or does not believe it.
    expect([others, more, between.raw.equals(signing.raw)]).toEqual([[], [], true]);
    expect([leaf.verify(between.publicKey), between.verify(root.publicKey), root.verify(root.publicKey)]).toEqual([
      true,
      true,
      true,
    ]);
    expect(leaf.checkPrivateKey(createPrivateKey(key))).toBe(true);
    expect([named(leaf), named(between)]).toEqual(["gate.example.org", "Our CA"]);
    for (const name of ["gate.example.org", "localhost"]) expect(leaf.checkHost(name), name).toBe(name);
    expect(leaf.checkIP("10.0.0.7")).toBe("10.0.0.7");
  });

  it.each([
    [["10.0.0.7", "::1", "gate.example.org", "localhost"], "gate.example.org"],
    [["Gate.example.org", "gate.example.org"], "gate.example.org"],
    [["10.0.0.7", "::1"], "gatehouse"],
  ])("calls the gateway of %j %s", async (names, name) => {
    const { cert } = await issue(...names);
    expect(named(every(cert)[0])).toBe(name);
    expect(await of(house).of("server").certificate(name)).toBe(cert.match(CERTIFICATE)?.[0]);
  });

  it("issues one for each gateway that goes by a name, under a profile that is nobody else's", async () => {
    const serials = [];
    for (let i = 0; i < 2; i++) serials.push(every((await issue("both.example.org")).cert)[0]?.serialNumber);
    expect(new Set(serials).size).toBe(2);
    expect(await of(house).of("puppet").status("both.example.org")).toBeUndefined();
    const { certificates } = await house.gateway.authority.store.certificates({ limit: 9, name: "both.example.org" });
    expect(certificates).toMatchObject(Array(2).fill({ profile: "server", state: "issued", issuedBy: "gateway" }));
  });

  it("vouches for what it issued until that is revoked, and for nothing of others", async () => {
    const issuer = serverIssuer(of(house));
    const [mine] = every((await issuer.issue(["mine.example.org"])).cert);
    if (mine === undefined) return expect.fail("no certificate");
    expect(issuer.vouchesFor(mine)).toBe(true);
    // One that calls itself as ours does.
    const other = createTestAuthority("/CN=Our CA").issue({ subject: "/CN=mine.example.org" });
    expect(issuer.vouchesFor(new X509Certificate(other.cert))).toBe(false);
    expect(issuer.vouchesFor(createTestAuthority().certificate)).toBe(false);
    const [, root] = every((await of(house).caBundle()).pem);
    expect(root && issuer.vouchesFor(root)).toBe(false);
    expect(await of(house).revokeSerials([mine.serialNumber], "a test")).toHaveLength(1);
    expect(issuer.vouchesFor(mine)).toBe(false);
  });
});

describe("an authority that is its own root", () => {
  const house = useGateway({ env: { GATEHOUSE_CA_SELF_SIGNED: "true" } });

  it("issues a certificate with nothing beside it, and vouches for it", async () => {
    const issuer = serverIssuer(of(house));
    const { cert, trust } = await issuer.issue(["gate.example.org"]);
    const [[leaf, ...others], [root, ...more]] = [every(cert), every(trust)];
    expect([others, more]).toEqual([[], []]);
    expect(root && leaf?.verify(root.publicKey)).toBe(true);
    expect(leaf && issuer.vouchesFor(leaf)).toBe(true);
  });
});

describe("an authority that has not started", () => {
  const house = useGateway({ withAuthority: false });

  it("vouches for nothing", () => {
    expect(serverIssuer(of(house)).vouchesFor(createTestAuthority().certificate)).toBe(false);
  });
});
