import type { Peer } from "@gatehouse/http";
import { describe, expect, it } from "vitest";
import { dscTable } from "../router.js";
import { A, agent, BASE, call, refusal, world } from "./routes.test.helper.js";

const OLD = "8351F16C2B06634279F2C0287B5430452DA1CD94";
const NEW = "00112233445566778899AABBCCDDEEFF00112233";
const path = (agentId = A) => `${BASE}/Nodes(AgentId='${agentId}')/CertificateRotation`;
const colons = (thumbprint: string) => thumbprint.replace(/(..)(?!$)/g, "$1:");
const rotation = (certificate: object | null = {}) =>
  JSON.stringify({
    RotationInformation: {
      CertificateInformation: certificate && {
        Thumbprint: NEW,
        Subject: "CN=new",
        NotAfter: "2027-11-21",
        Version: 3,
        ...certificate,
      },
    },
  });
/** A peer that showed a certificate with this fingerprint. */
const tls = (thumbprint: string | undefined): Peer =>
  thumbprint === undefined ? { kind: "none" } : { kind: "unverified", thumbprint: colons(thumbprint), why: "not ours" };
const registered = (thumbprint: unknown, parts = {}) => ({
  agents: { [A]: agent({ attributes: { thumbprint, configurationNames: ["Web"] }, ...parts }) },
});

describe("CertificateRotation", () => {
  it("takes the next certificate from the holder of the registered one", async () => {
    const { deps, calls } = world(registered(OLD));
    const reply = await call(deps, "POST", path(), { body: rotation(), peer: tls(OLD) });
    expect([reply.status, reply.body]).toEqual([201, undefined]);
    expect(calls.attributes).toEqual({
      thumbprint: NEW,
      configurationNames: ["Web"],
      certificate: { subject: "CN=new", issuer: null, notBefore: null, notAfter: "2027-11-21" },
    });
  });

  it.each([
    ["as registered in lower case", OLD.toLowerCase(), NEW],
    ["as registered with colons", colons(OLD), NEW],
    ["as sent with colons", OLD, colons(NEW).toLowerCase()],
    ["as sent with blanks", OLD, NEW.replace(/(..)/g, "$1 ")],
  ])("reads a thumbprint %s", async (_, before, Thumbprint) => {
    const { deps, calls } = world(registered(before));
    await call(deps, "POST", path(), { body: rotation({ Thumbprint }), peer: tls(OLD) });
    expect(calls.attributes["thumbprint"]).toBe(NEW);
  });

  it.each([
    ["a connection without TLS", OLD, tls(undefined)],
    ["another certificate", OLD, tls("F".repeat(40))],
    ["the new certificate", OLD, tls(NEW)],
    ["an agent that registered none", null, tls(OLD)],
    ["an agent that registered nonsense", "zz", tls(OLD)],
  ])("refuses %s with 401 and changes nothing", async (_, thumbprint, peer) => {
    const { deps, calls } = world(registered(thumbprint));
    await expect(call(deps, "POST", path(), { body: rotation(), peer })).rejects.toThrow(refusal("unauthenticated"));
    expect(calls.names).toEqual(["findAgent"]);
  });

  it.each([
    ["an empty body", ""],
    ["no JSON", "{"],
    ["no object", "null"],
    ["nothing", "{}"],
    ["no certificate", '{"RotationInformation":{}}'],
    ["a certificate that is null", rotation(null)],
    ["no thumbprint", rotation({ Thumbprint: undefined })],
    ["a thumbprint that is null", rotation({ Thumbprint: null })],
    ["a thumbprint that is too short", rotation({ Thumbprint: NEW.slice(1) })],
    ["a SHA-256", rotation({ Thumbprint: "A".repeat(64) })],
    ["a thumbprint of other letters", rotation({ Thumbprint: "G".repeat(40) })],
    ["a subject that is no text", rotation({ Subject: 5 })],
  ])("refuses %s with 400 before it looks at anything", async (_, body) => {
    const { deps, calls } = world(registered(OLD));
    await expect(call(deps, "POST", path(), { body, peer: tls(OLD) })).rejects.toThrow(refusal("request-malformed"));
    expect(calls.names).toEqual([]);
  });

  it("knows no unknown agent, and refuses a deactivated one", async () => {
    const request = { body: rotation(), peer: tls(OLD) };
    const unknown = path("11111111-2222-3333-4444-555555555555");
    await expect(call(world().deps, "POST", unknown, request)).rejects.toThrow(refusal("not-found"));
    await expect(call(world().deps, "POST", path("x"), request)).rejects.toThrow(refusal("request-malformed", "GUID"));
    const { deps } = world(registered(OLD, { state: "deactivated" }));
    await expect(call(deps, "POST", path(), request)).rejects.toThrow(refusal("forbidden"));
  });

  it("gives way when another rotation was faster", async () => {
    const { deps, calls } = world({ ...registered(OLD), meanwhile: { thumbprint: "B".repeat(40) } });
    await expect(call(deps, "POST", path(), { body: rotation(), peer: tls(OLD) })).rejects.toThrow(/conflict/);
    expect(calls.attributes).toEqual({});
  });

  it("keeps what it stores small", async () => {
    const { deps, calls } = world(registered(OLD));
    await call(deps, "POST", path(), {
      body: rotation({ Subject: "s".repeat(9000), PublicKey: "k".repeat(9000) }),
      peer: tls(OLD),
    });
    expect(JSON.stringify(calls.attributes).length).toBeLessThan(1500);
  });

  it("is a POST of up to 64 KiB", () => {
    const row = dscTable(world().deps).rows.find(({ id }) => id === "dsc.certificate-rotation");
    expect(row).toMatchObject({ method: "POST", bodyLimit: 65_536, access: { who: "agent" } });
  });
});
