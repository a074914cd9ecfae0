import { GatehouseError } from "@gatehouse/core/errors";
import { describe, expect, it } from "vitest";
import { enrolmentOf } from "./agents.js";
import { certificateOf } from "./fake-authority.test.helper.js";
import { FakeRegistry } from "./fake-registry.test.helper.js";
import { admin, CA, CSR, nobody, serve, stranger, verified } from "./puppet.test.helper.js";

const NAME = "node-a.example.org";
const A = verified(NAME);

async function house() {
  const registry = new FakeRegistry();
  const served = await serve({ registry });
  served.authority.certificates.set(NAME, certificateOf(NAME));
  return { ...served, registry };
}

describe("an agent that calls under its certificate", () => {
  it("is enrolled at its first call, and seen at each", async () => {
    const { registry, send, lines } = await house();
    for (let i = 0; i < 3; i++) expect((await send("GET", `${CA}/certificate/ca`, { peer: A })).status).toBe(200);
    const find = `recentAgent puppet certname ${NAME}`;
    const touch = `touch agent of ${NAME}`;
    expect(registry.calls).toEqual([find, `enrol ${NAME}`, touch, find, touch, find, touch]);
    expect(lines.filter(({ message }) => message === "agent enrolled")).toHaveLength(1);
  });

  it("is enrolled again when it shows another certificate", async () => {
    const { registry, send } = await house();
    await send("GET", `${CA}/certificate/ca`, { peer: A });
    await send("GET", `${CA}/certificate/ca`, { peer: { ...A, serial: "00AC" } as typeof A });
    expect(registry.enrolments.map(({ detail }) => detail["serial"])).toEqual(["00AB", "00AC"]);
    expect(registry.agents.get(NAME)?.attributes).toEqual({ certificate: "00AC" });
  });

  it("is refused in Puppet's words while its node is out of service, and touches nothing", async () => {
    const { registry, send, authority, lines } = await house();
    await send("GET", `${CA}/certificate/ca`, { peer: A });
    const known = registry.agents.get(NAME);
    if (known !== undefined) registry.agents.set(NAME, { ...known, state: "deactivated" });
    registry.calls.length = 0;
    authority.calls.length = 0;
    for (const [method, path, body] of [
      ["GET", `${CA}/certificate_revocation_list/ca`],
      ["POST", `${CA}/certificate_renewal`, ""],
      ["PUT", `${CA}/certificate_request/new.example.org`, CSR],
    ] as const) {
      const answer = await send(method, path, { peer: A, ...(body === undefined ? {} : { body }) });
      expect(answer).toMatchObject({
        status: 403,
        type: undefined,
        text: `Forbidden request: ${path} (method :${method.toLowerCase()}). Please see the server logs for details.`,
      });
    }
    expect(registry.calls.filter((call) => !call.startsWith("recentAgent"))).toEqual([]);
    expect(authority.calls).toEqual([]);
    expect(lines.at(-1)?.fields["detail"]).toBe(`rule: node node of ${NAME} is deactivated, by an operator`);
  });

  it.each([
    ["nobody", nobody],
    ["somebody else's certificate", stranger],
    ["one of another profile", verified(NAME, {}, "operator")],
    ["one of who administers", admin],
  ])("is no agent with %s", async (_, peer) => {
    const { registry, send } = await house();
    expect((await send("GET", `${CA}/certificate/ca`, { peer })).status).toBe(200);
    expect(registry.calls).toEqual([]);
  });

  it("is not looked for where balancers ask, nor where it may not call", async () => {
    const { registry, send } = await house();
    await send("GET", "/status/v1/simple", { peer: A });
    expect((await send("PUT", `${CA}/clean`, { peer: A, body: "{}" })).status).toBe(403);
    expect(registry.calls).toEqual([]);
  });

  it("reads on while the database is away, and is noted with a later call", async () => {
    const { registry, send } = await house();
    const find = registry.recentAgent.bind(registry);
    registry.recentAgent = () => Promise.reject(new GatehouseError("database-unavailable", "away"));
    expect((await send("GET", `${CA}/certificate/ca`, { peer: A })).status).toBe(200);
    expect(registry.enrolments).toEqual([]);
    registry.recentAgent = find;
    await send("GET", `${CA}/certificate/ca`, { peer: A });
    expect(registry.enrolments).toHaveLength(1);
  });

  it("fails with the registry, and not with an answer of a call that was not counted", async () => {
    const { registry, send } = await house();
    registry.recentAgent = () => Promise.reject(new Error("x"));
    expect((await send("GET", `${CA}/certificate/ca`, { peer: A })).status).toBe(500);
  });
});

describe("what its certificate tells of it", () => {
  const peerOf = (extensions: Record<string, string> = {}) => {
    const peer = verified("WEB01.example.org", extensions);
    if (peer.kind !== "verified") throw new Error("no peer");
    return peer;
  };

  it("is evidence that our authority signed; the address is what we saw", () => {
    const { evidence, trust, alias, nodeName } = enrolmentOf(
      peerOf({ pp_uuid: "4c4c4544-0042-3510-8054-b7c04f4e3332", pp_instance_id: "i-0abc1234", pp_role: "web" }),
      "192.0.2.7",
    );
    expect({ trust, nodeName, alias }).toEqual({
      trust: "certificate",
      nodeName: "WEB01.example.org",
      alias: { family: "puppet", kind: "certname", value: "WEB01.example.org" },
    });
    expect(evidence).toEqual([
      { kind: "name", value: "WEB01.example.org", proof: "attested" },
      { kind: "uuid", value: "4c4c4544-0042-3510-8054-b7c04f4e3332", proof: "attested" },
      { kind: "serial", value: "i-0abc1234", proof: "attested" },
      { kind: "address", value: "192.0.2.7", proof: "observed" },
    ]);
    expect(enrolmentOf(peerOf(), undefined).evidence).toHaveLength(1);
  });

  it("is kept for rules, without what is secret", () => {
    const { traits, detail } = enrolmentOf(peerOf({ pp_role: "web", pp_preshared_key: "s3cret" }), undefined);
    expect(traits).toEqual({ extensions: { pp_role: "web" } });
    expect(JSON.stringify(detail)).not.toContain("s3cret");
  });

  it("has its alternative names and addresses", () => {
    const evidence = enrolmentOf({ ...peerOf(), certificate: WITH_ALT_NAMES }, undefined).evidence;
    expect(evidence.map(({ kind, value, proof }) => `${kind} ${value} ${proof}`)).toEqual([
      "name WEB01.example.org attested",
      "name web01.example.org attested",
      "name www.example.org attested",
      "address 192.0.2.7 attested",
      "address 2001:DB8:0:0:0:0:0:7 attested",
    ]);
  });
});

/** CN=web01.example.org, with DNS:web01.example.org, DNS:www.example.org, IP:192.0.2.7, IP:2001:db8::7. */
const WITH_ALT_NAMES = `-----BEGIN CERTIFICATE-----
MIIB2DCCAX6gAwIBAgIUXwXVcXWsXsXC+bhvFX23IYDvY2kwCgYIKoZIzj0EAwIw
HDEaMBgGA1UEAwwRd2ViMDEuZXhhbXBsZS5vcmcwIBcNMjYxMTIxMDc0NjA4WhgP
MjEyNjEwMjgwNzQ2MDhaMBwxGjAYBgNVBAMMEXdlYjAxLmV4YW1wbGUub3JnMFkw
EwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEPRgtfqcHgbt3Eh6BBJO3IszxexKVlIKA
phRpPdYG+UCiLJARs7LgA5YVUHWchR6PCQMde/ReYAaepWhy2j4/PaOBmzCBmDAd
BgNVHQ4EFgQU3geh4zUVjRxAgKT2R3vw32QwGLwwHwYDVR0jBBgwFoAU3geh4zUV
jRxAgKT2R3vw32QwGLwwDwYDVR0TAQH/BAUwAwEB/zBFBgNVHREEPjA8ghF3ZWIw
MS5leGFtcGxlLm9yZ4IPd3d3LmV4YW1wbGUub3JnhwTAAAIHhxAgAQ24AAAAAAAA
AAAAAAAHMAoGCCqGSM49BAMCA0gAMEUCIQDsFGy1DFpHp8C+dEQUeIW8N4stGAy5
HB+iHSiRVuL61gIgBadEjn+W9WHLNq76UWb0gmfVrF1qjmS7n+oi9SvvA60=
-----END CERTIFICATE-----`;
