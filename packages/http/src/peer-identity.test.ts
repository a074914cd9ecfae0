import type { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { beforeAll, describe, expect, it } from "vitest";
import { createTestAuthority, type Identity, type TestAuthority } from "./testing/authority.js";
import { peerDeps, serveTls } from "./tls.test.helper.js";

const VERSIONS = ["TLSv1.2", "TLSv1.3"] as const;
const DAY_MS = 86_400_000;
let ours: TestAuthority;
let theirs: TestAuthority;
let server: Identity;
let web01: Identity;
let foreign: Identity;
let trusted: readonly X509Certificate[];

beforeAll(() => {
  ours = createTestAuthority();
  // Of the same name: only the signature tells them apart.
  theirs = createTestAuthority();
  server = ours.issue({ subject: "/CN=localhost" });
  web01 = ours.issue({ subject: "/CN=web01.example.org", serial: 0x1a2b });
  foreign = theirs.issue({ subject: "/CN=web01.example.org" });
  trusted = [ours.certificate];
});

const gateway = async (said: { trustedProxies?: string[]; ca?: string } = {}) => {
  const peers = peerDeps(() => ({ certificates: trusted }));
  return { ...peers, ...(await serveTls(server, peers.deps, said)) };
};

describe.each(VERSIONS)("a peer over %s", (version) => {
  it("is verified by a certificate of our authority, on every request of its connection", async () => {
    const { connect } = await gateway();
    const { get } = connect({ ...web01, version });
    const first = await get();
    expect(first.protocol).toBe(version);
    expect(first.peer).toEqual({
      kind: "verified",
      name: "web01.example.org",
      profile: "puppet",
      serial: "1A2B",
      certificate: web01.cert,
      extensions: { pp_role: "web" },
    });
    const second = await get();
    expect(second.clientPort).toBe(first.clientPort);
    expect(second.peer).toEqual(first.peer);
  });

  it("is nobody without a certificate", async () => {
    const { connect } = await gateway();
    expect((await connect({ version }).get()).peer).toEqual({ kind: "none" });
  });

  it("is unverified with one of another authority, whatever its name", async () => {
    const { connect } = await gateway();
    const { peer } = await connect({ ...foreign, version }).get();
    expect(peer).toMatchObject({ kind: "unverified", thumbprint: expect.stringMatching(/^[0-9A-F]{40}$/) });
    expect(peer).not.toHaveProperty("name");
  });

  it("is unverified with a self-signed one, as an LCM has", async () => {
    const lcm = createTestAuthority("/CN=web01.example.org", { extensions: ["basicConstraints=CA:FALSE"] });
    const { connect } = await gateway();
    expect((await connect({ ...lcm, version }).get()).peer).toMatchObject({
      kind: "unverified",
      thumbprint: lcm.certificate.fingerprint.replaceAll(":", ""),
    });
  });

  it("keeps who it is when it resumes its session", async () => {
    const { connect, revoked } = await gateway();
    const before = connect({ ...web01, version });
    const { peer } = await before.get();
    const session = await before.session;
    const resumed = await connect({ ...web01, version, session }).get();
    expect(resumed.reused).toBe(true);
    expect(resumed.peer).toEqual(peer);
    // Nor does a session outlive a revocation.
    revoked.add("1A2B");
    const again = await connect({ ...web01, version, session }).get();
    expect(again.reused).toBe(true);
    expect(again.peer).toMatchObject({ kind: "unverified", why: expect.stringContaining("revoked") });
  });

  it("stays unverified when it resumes a session with another authority's certificate", async () => {
    const { connect } = await gateway();
    const before = connect({ ...foreign, version });
    const { peer } = await before.get();
    const resumed = await connect({ ...foreign, version, session: await before.session }).get();
    expect([resumed.reused, resumed.peer]).toEqual([true, peer]);
  });

  it.each([
    ["not announced", false],
    ["announced", true],
  ])("stays nobody when it resumes a session without a certificate, the authority %s", async (_, announced) => {
    const { connect } = await gateway(announced ? { ca: ours.cert } : {});
    const before = connect({ version });
    expect((await before.get()).peer).toEqual({ kind: "none" });
    const resumed = await connect({ version, session: await before.session }).get();
    expect(resumed.reused).toBe(true);
    // The trap: on Node 20 and 22, such a session over TLS 1.3 counts as authorized.
    if (version === "TLSv1.3" && /^v2[02]\./.test(process.version)) expect(resumed.authorized).toBe(true);
    expect(resumed.peer).toEqual({ kind: "none" });
  });
});

describe("a verified peer", () => {
  it("is no more one when its certificate is revoked in the middle of a connection", async () => {
    const { connect, revoked } = await gateway();
    const { get } = connect(web01);
    const before = await get();
    revoked.add("1A2B");
    const after = await get();
    expect(after.clientPort).toBe(before.clientPort);
    expect([before.peer.kind, after.peer.kind]).toEqual(["verified", "unverified"]);
  });

  it("is no more one when its certificate ends in the middle of a connection", async () => {
    const { connect, clock } = await gateway();
    const { get } = connect(ours.issue({ subject: "/CN=short", days: 10 }));
    const kindIn = async (days: number) => {
      clock.set(new Date(Date.now() + days * DAY_MS));
      return (await get()).peer;
    };
    expect(await kindIn(9)).toMatchObject({ kind: "verified", name: "short" });
    expect(await kindIn(11)).toMatchObject({ kind: "unverified", why: "it has ended" });
    expect(await kindIn(-1)).toMatchObject({ kind: "unverified", why: "it is not valid yet" });
  });

  it("is looked at again when the authority is another", async () => {
    const { connect } = await gateway();
    const old = connect(web01);
    const other = connect(foreign);
    const names = async () => [(await old.get()).peer.kind, (await other.get()).peer.kind];
    expect(await names()).toEqual(["verified", "unverified"]);
    try {
      trusted = [theirs.certificate];
      expect(await names()).toEqual(["unverified", "verified"]);
    } finally {
      trusted = [ours.certificate];
    }
  });

  it("is verified once for a connection and an authority", async () => {
    let asked = 0;
    const { deps } = peerDeps(() => ({ certificates: trusted }));
    const profileOf = () => {
      asked++;
      return "operator" as const;
    };
    const { connect } = await serveTls(server, { ...deps, profileOf });
    const { get } = connect(web01);
    for (let request = 0; request < 3; request++) expect((await get()).peer).toMatchObject({ profile: "operator" });
    expect(asked).toBe(1);
  });

  it("is nobody's while there is no authority", async () => {
    const { deps } = peerDeps(() => undefined);
    const { connect } = await serveTls(server, deps);
    expect((await connect(web01).get()).peer).toMatchObject({ kind: "unverified", why: "there is no authority yet" });
  });
});

describe("closeRevoked", () => {
  it("closes the connections of a serial and no others", async () => {
    const { connect, connections, server: listening } = await gateway();
    const web02 = ours.issue({ subject: "/CN=web02", serial: 0x1a2c });
    const twice = [connect(web01), connect(web01)];
    const kept = connect(web02);
    for (const { get } of [...twice, kept]) await get();
    const { clientPort } = await kept.get();
    expect(connections.size).toBe(2);
    const open = () => new Promise((resolve) => listening.getConnections((_, count) => resolve(count)));
    expect(await open()).toBe(3);
    expect(connections.closeRevoked(["1A2B", "FFFF"])).toBe(2);
    expect((await kept.get()).clientPort).toBe(clientPort);
    await expect.poll(open).toBe(1);
    expect(connections.size).toBe(1);
    expect(connections.closeRevoked(["1A2B"])).toBe(0);
  });

  it("forgets connections that ended by themselves", async () => {
    const { connect, connections, server: listening } = await gateway();
    const closed = once(listening, "connection").then(([socket]) => once(socket, "close"));
    await connect(web01).get({ Connection: "close" });
    await closed;
    await expect.poll(() => connections.size).toBe(0);
  });

  it("notes nobody who is not verified", async () => {
    const { connect, connections } = await gateway();
    for (const identity of [foreign, {}]) await connect(identity).get();
    expect(connections.size).toBe(0);
  });
});
