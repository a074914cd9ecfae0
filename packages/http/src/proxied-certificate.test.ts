import { X509Certificate } from "node:crypto";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { AddressList } from "./addresses.js";
import { trustProxies } from "./connection.js";
import { createPeerIdentity } from "./peer-identity.js";
import { commonNamesIn } from "./proxied-certificate.js";
import { remoteAddressOf } from "./proxy-headers.js";
import { createTestAuthority, type Identity, type TestAuthority } from "./testing/authority.js";
import { peerDeps, serveTls } from "./tls.test.helper.js";

let ours: TestAuthority;
let server: Identity;
let web01: Identity;
let web02: Identity;
let foreign: Identity;

beforeAll(() => {
  ours = createTestAuthority();
  server = ours.issue({ subject: "/CN=localhost" });
  web01 = ours.issue({ subject: "/CN=web01", serial: 0x1a2b });
  web02 = ours.issue({ subject: "/CN=web02", serial: 0x1a2c });
  foreign = createTestAuthority().issue({ subject: "/CN=web01" });
});

const TRUSTED = { trustedProxies: ["127.0.0.1"], certificates: true };
const gateway = async (said: { trustedProxies?: string[]; certificates?: boolean } = {}) => {
  const certificates = [ours.certificate];
  const peers = peerDeps(() => ({ certificates }));
  return { ...peers, ...(await serveTls(server, peers.deps, { ...TRUSTED, ...said })) };
};
/** As nginx writes it. */
const passedOn = ({ cert }: Identity, verify = "SUCCESS") => ({
  "X-Client-Verify": verify,
  "X-Client-Cert": encodeURIComponent(cert),
});
const thumbprint = ({ cert }: Identity) => new X509Certificate(cert).fingerprint.replaceAll(":", "");

describe("a client's certificate, passed on by a trusted proxy", () => {
  it("verifies the client on each request, though clients take turns on a connection", async () => {
    const { connect } = await gateway();
    const { get } = connect();
    const ports = new Set<number>();
    for (const [identity, name] of [
      [web01, "web01"],
      [web02, "web02"],
      [web01, "web01"],
    ] as const) {
      const { peer, clientPort } = await get(passedOn(identity));
      expect(peer).toMatchObject({ kind: "verified", name, profile: "puppet" });
      ports.add(clientPort);
    }
    expect((await get({ "X-Client-Verify": "NONE" })).peer).toEqual({ kind: "none" });
    expect(ports.size).toBe(1);
  });

  it.each([
    ["RFC 2253", "CN=web01"],
    ["RFC 2253 with more", "O=Example\\, Inc.,CN=web01"],
    ["the older form", "/O=Example/CN=web01"],
  ])("may come with its subject in %s", async (_, subject) => {
    const { connect } = await gateway();
    expect((await connect().get({ ...passedOn(web01), "X-Client-DN": subject })).peer.kind).toBe("verified");
  });

  it.each(["CN=web02", "/CN=web02", "CN=web01,CN=web02", "/CN=web02/CN=web01", "O=web01", "web01", "CN=web01\\"])(
    "is not believed with the subject %j",
    async (subject) => {
      const { connect } = await gateway();
      const { peer } = await connect().get({ ...passedOn(web01), "X-Client-DN": subject });
      expect(peer).toMatchObject({ kind: "unverified", why: expect.stringContaining("X-Client-DN") });
    },
  );

  it.each([
    ["a name without a certificate", () => ({ "X-Client-Verify": "SUCCESS", "X-Client-DN": "CN=web01" })],
    ["two certificates", () => passedOn({ cert: web01.cert + web02.cert, key: "" })],
    [
      "two headers",
      () => ({ ...passedOn(web01), "X-Client-Cert": [web01, web02].map(({ cert }) => encodeURIComponent(cert)) }),
    ],
    ["text before it", () => passedOn({ cert: `x\n${web01.cert}`, key: "" })],
    ["bytes after it", () => passedOn({ cert: appended(web01, Buffer.from("x")), key: "" })],
    ["another one after it", () => passedOn({ cert: appended(web01, new X509Certificate(web02.cert).raw), key: "" })],
    ["one that is cut off", () => passedOn({ cert: web01.cert.slice(0, 300), key: "" })],
    ["a bad escape", () => ({ ...passedOn(web01), "X-Client-Cert": `${encodeURIComponent(web01.cert)}%zz` })],
    ["one that is too long", () => passedOn({ cert: `${web01.cert}${"\n".repeat(6000)}`, key: "" })],
    ["DER without a PEM", () => ({ ...passedOn(web01), "X-Client-Cert": der(web01).toString("base64") })],
  ])("is nobody's: %s", async (_, headers) => {
    const { connect } = await gateway();
    expect((await connect().get(headers())).peer).toEqual({ kind: "none" });
  });

  it.each(["FAILED:self-signed certificate", "NONE", "success", "SUCCESS, SUCCESS"])(
    "proves nothing where the proxy says %j",
    async (verify) => {
      const { connect } = await gateway();
      const { peer } = await connect().get(passedOn(web01, verify));
      expect(peer).toMatchObject({ kind: "unverified", thumbprint: thumbprint(web01) });
    },
  );

  it("pins an agent where it is not ours, and proves nothing", async () => {
    const { connect } = await gateway();
    for (const verify of ["SUCCESS", "FAILED:unable to get local issuer certificate"]) {
      const { peer } = await connect().get(passedOn(foreign, verify));
      expect(peer).toMatchObject({ kind: "unverified", thumbprint: thumbprint(foreign) });
    }
  });

  it("is asked for its revocation and its end on every request", async () => {
    const { connect, revoked, clock } = await gateway();
    const { get } = connect();
    const kind = async () => (await get(passedOn(web01))).peer.kind;
    expect(await kind()).toBe("verified");
    revoked.add("1A2B");
    expect(await kind()).toBe("unverified");
    revoked.clear();
    expect(await kind()).toBe("verified");
    clock.set(new Date(Date.now() + 400 * 86_400_000));
    expect(await kind()).toBe("unverified");
  });

  it("is looked at again when the authority is another", async () => {
    let certificates = [ours.certificate];
    const { deps } = peerDeps(() => ({ certificates }));
    const { connect } = await serveTls(server, deps, TRUSTED);
    const { get } = connect();
    expect((await get(passedOn(web01))).peer.kind).toBe("verified");
    certificates = [createTestAuthority().certificate];
    expect((await get(passedOn(web01))).peer.kind).toBe("unverified");
  });

  it("is remembered, with so many others and no more", async () => {
    const certificates = [ours.certificate];
    const { deps } = peerDeps(() => ({ certificates }));
    let judged = 0;
    const profileOf = () => {
      judged++;
      return "puppet" as const;
    };
    const { connect } = await serveTls(server, { ...deps, profileOf }, TRUSTED);
    const { get } = connect();
    const other = (index: number) => passedOn({ cert: web02.cert + "\n".repeat(index), key: "" });
    await get(passedOn(web01));
    for (let index = 0; index < 999; index++) await get(other(index));
    expect(judged).toBe(1000);
    await get(passedOn(web01));
    expect(judged).toBe(1000);
    // The one that was not asked for the longest goes first.
    await get(other(999));
    await get(passedOn(web01));
    expect(judged).toBe(1001);
    await get(other(0));
    expect(judged).toBe(1002);
  });

  it("does not close the proxy's connection when it is revoked", async () => {
    const { connect, connections } = await gateway();
    await connect().get(passedOn(web01));
    expect(connections.closeRevoked(["1A2B"])).toBe(0);
  });
});

describe("the proxy's own certificate", () => {
  it("is never that of a client", async () => {
    const { connect } = await gateway();
    const { get } = connect(web02);
    for (const headers of [{ "X-Client-Verify": "NONE" }, { "X-Forwarded-For": "203.0.113.9" }]) {
      expect((await get(headers)).peer).toEqual({ kind: "none" });
    }
    expect((await get(passedOn(web01))).peer).toMatchObject({ name: "web01" });
  });

  it("counts where it speaks for itself, as an agent on its machine does", async () => {
    const { connect } = await gateway();
    expect((await connect(web02).get()).peer).toMatchObject({ kind: "verified", name: "web02" });
  });
});

describe("a client that makes the headers up", () => {
  it.each([[[]], [["192.0.2.1", "10.0.0.0/8"]]])(
    "is who its connection says, where %j are trusted",
    async (trustedProxies) => {
      const { connect } = await gateway({ trustedProxies });
      const made = { ...passedOn(web01), "X-Client-DN": "CN=web01", "X-Forwarded-For": "203.0.113.9" };
      const anonymous = await connect().get(made);
      expect(anonymous.peer).toEqual({ kind: "none" });
      expect(anonymous.from).toBe("127.0.0.1");
      expect(Object.keys(anonymous.headers)).not.toContain("x-client-cert");
      expect((await connect(web02).get(made)).peer).toMatchObject({ kind: "verified", name: "web02" });
      expect((await connect(foreign).get(made)).peer).toMatchObject({ kind: "unverified" });
    },
  );
});

describe("a trusted proxy that is not asked for certificates", () => {
  const untold = () => gateway({ certificates: false });

  it("passes on what its client made up, and makes nobody of it", async () => {
    const { connect } = await untold();
    const made = { ...passedOn(web01), "X-Client-DN": "CN=web01" };
    const { peer, headers, from } = await connect().get({ ...made, "X-Forwarded-For": "203.0.113.9" });
    expect([peer, from]).toEqual([{ kind: "none" }, "203.0.113.9"]);
    expect(Object.keys(headers).filter((name) => name.startsWith("x-client-"))).toEqual([]);
    expect((await connect().get(made)).peer).toEqual({ kind: "none" });
  });

  it("lends its own certificate to no client either", async () => {
    const { connect } = await untold();
    const { get } = connect(web02);
    for (const headers of [passedOn(web01), { "X-Client-Verify": "NONE" }, { "X-Forwarded-For": "203.0.113.9" }]) {
      expect((await get(headers)).peer).toEqual({ kind: "none" });
    }
    expect((await get()).peer).toMatchObject({ name: "web02" });
  });
});

describe("what is made up", () => {
  it.each([
    ["is trusted", [], "127.0.0.1"],
    ["is trusted with certificates", ["127.0.0.1"], "203.0.113.9"],
  ])("counts for nothing where no router has taken it out either, and nobody %s", async (_, trusted, from) => {
    const certificates = [ours.certificate];
    const peerOf = createPeerIdentity(peerDeps(() => ({ certificates })).deps);
    const listening = http.createServer((req, res) => res.end(JSON.stringify([peerOf(req), remoteAddressOf(req)])));
    trustProxies(listening, new AddressList(trusted));
    await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => {
      listening.close();
    });
    const { port } = listening.address() as AddressInfo;
    const headers = { ...passedOn(web01), "X-Forwarded-For": "203.0.113.9" };
    const answer = await fetch(`http://127.0.0.1:${port}/`, { headers: { ...headers, Connection: "close" } });
    expect(await answer.json()).toEqual([{ kind: "none" }, from]);
  });
});

describe("commonNamesIn", () => {
  it.each([
    ["CN=web01", ["web01"]],
    ["cn = web01 , O=x", ["web01"]],
    ["O=x+CN=a,CN=b", ["a", "b"]],
    ["CN=a\\,CN=b", ["a,CN=b"]],
    ["2.5.4.3=web01", ["web01"]],
    ["/O=a,CN=b/CN=c", ["c"]],
    ["/CN=a/CN=b", ["a", "b"]],
    ["DCN=x,O=CN", []],
    ["", []],
  ])("finds in %j %j", (subject, names) => {
    expect(commonNamesIn(subject)).toEqual(names);
  });
});

const der = ({ cert }: Identity) => new X509Certificate(cert).raw;
const appended = (identity: Identity, more: Buffer) =>
  `-----BEGIN CERTIFICATE-----\n${Buffer.concat([der(identity), more]).toString("base64")}\n-----END CERTIFICATE-----\n`;
