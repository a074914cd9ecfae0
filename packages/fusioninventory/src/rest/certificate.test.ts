import { GatehouseError } from "@gatehouse/core/errors";
import type { AgentProof } from "@gatehouse/core/nodes";
import { enrolmentOf } from "@gatehouse/inventory";
import { describe, expect, it } from "vitest";
import type { FusionInventoryDeps } from "../deps.js";
import { type Sent, world } from "../dialect.test.helper.js";
import type { AgentCertificates } from "./certificate.js";

const NAME = "Web01-2024-02-29-12-00-00";
const shown: AgentProof = { way: "certificate", trust: "certificate", agent: NAME.toLowerCase(), by: "0A" };

interface Entry {
  key: string;
  state: "waiting" | "issued" | "revoked";
}

/** An authority whose requests are `NAME KEY`: it remembers whose key has which name, and signs by itself or not. */
function fakeAuthority(isSigning: boolean) {
  const names = new Map<string, Entry>();
  const parsed = (csr: Uint8Array) => {
    const [, name = "", key = ""] = /^CSR (\S+) (\S+)$/.exec(Buffer.from(csr).toString()) ?? [];
    if (name === "") throw new GatehouseError("request-malformed", "The certificate request is not PEM.");
    return { name, key };
  };
  const certificates: AgentCertificates = {
    async identify(csr) {
      const { name, key } = parsed(csr);
      const entry = names.get(name);
      const standing = entry === undefined ? "none" : entry.key === key ? entry.state : "taken";
      return { name, standing, refusal: key === "weak" ? "The key is too weak: RSA 1024." : null };
    },
    async submit({ name, csr }) {
      const { key } = parsed(csr);
      if (names.has(name)) throw new GatehouseError("conflict", `${name} already has a requested certificate`);
      names.set(name, { key, state: isSigning ? "issued" : "waiting" });
      return isSigning ? "signed" : "pending";
    },
    certificate: async (name) => (names.get(name)?.state === "waiting" ? undefined : `PEM of ${names.get(name)?.key}`),
  };
  return { names, certificates };
}

function gateway(isSigning = true, deps: Partial<FusionInventoryDeps> = {}) {
  const { names, certificates } = fakeAuthority(isSigning);
  const here = world({ certificates, ...deps });
  here.enrol(enrolmentOf({ deviceId: NAME }));
  here.enrolments.length = 0;
  const post = async (body: string, sent: Sent = {}) => {
    const message = await here.messageOf({
      method: "POST",
      query: `action=getCertificate&machineid=${NAME}`,
      body,
      ...sent,
    });
    try {
      const answer = await here.dialect.answer(message);
      if (answer === undefined) throw new Error("nobody answered");
      if (!("ready" in answer)) return [answer.status, JSON.parse(answer.text).status];
      return [answer.ready.status, String(answer.ready.body), answer.ready.headers?.["Content-Type"]];
    } catch (thrown) {
      const rendered = here.dialect.renderError(thrown as GatehouseError, message, undefined);
      return [rendered?.status, JSON.parse(rendered?.text ?? "").status];
    }
  };
  const isKnown = async (proof?: AgentProof) =>
    (await here.send({ query: `action=getConfig&machineid=${NAME}`, ...(proof && { proof }) }))?.status;
  return { ...here, names, post, isKnown };
}

const PEM = [200, "PEM of one", "application/x-pem-file"];

describe("getCertificate", () => {
  it("gives a certificate to a known agent, and from then on it is refused without it", async () => {
    const { post, isKnown, agents } = gateway();
    expect(await isKnown()).toBe(200);
    expect(await post(`CSR ${NAME} one`)).toEqual(PEM);
    expect(agents[0]).toMatchObject({ trust: "certificate", attributes: { deviceId: NAME, certified: true } });
    expect([await isKnown(), await isKnown(shown)]).toEqual([401, 200]);
  });

  it("gives it again to the same key, whatever that shows, and to no other", async () => {
    const { post } = gateway();
    for (const sent of [{}, {}, { proof: shown }, { query: "action=getCertificate" }])
      expect(await post(`CSR ${NAME} one`, sent)).toEqual(PEM);
    expect(await post(`CSR ${NAME} two`)).toEqual([401, "error"]);
    expect(await post(`CSR ${NAME} two`, { proof: shown })).toEqual([403, "error"]);
  });

  it("waits for a person, is asked again until then, and changes nothing before", async () => {
    const { post, isKnown, names } = gateway(false);
    for (let i = 0; i < 3; i++) expect(await post(`CSR ${NAME} one`)).toEqual([202, "pending"]);
    expect([await post(`CSR ${NAME} two`), await isKnown()]).toEqual([[403, "error"], 200]);
    names.set(NAME, { key: "one", state: "issued" });
    expect([await post(`CSR ${NAME} one`), await isKnown()]).toEqual([PEM, 401]);
  });

  it("gives a name anew that an operator cleaned, and none whose certificate was revoked", async () => {
    const { post, names } = gateway();
    await post(`CSR ${NAME} one`);
    names.set(NAME, { key: "one", state: "revoked" });
    expect(await post(`CSR ${NAME} one`)).toEqual([401, "error"]);
    expect(await post(`CSR ${NAME} one`, { proof: shown })).toEqual([403, "error"]);
    names.delete(NAME);
    expect(await post(`CSR ${NAME} two`)).toEqual([200, "PEM of two", "application/x-pem-file"]);
  });

  it("gives no name of an agent that got its trust elsewhere", async () => {
    const { post, enrol } = gateway();
    enrol(enrolmentOf({ deviceId: NAME, proof: shown }));
    expect(await post(`CSR ${NAME} one`)).toEqual([401, "error"]);
    expect(await post(`CSR ${NAME} one`, { proof: shown })).toEqual(PEM);
  });

  it.each<[string, number, string, Sent]>([
    ["nobody's name", 403, "CSR web02-2024-02-29-12-00-00 one", { query: "action=getCertificate" }],
    ["a name in other capitals", 403, `CSR ${NAME.toLowerCase()} one`, { query: "action=getCertificate" }],
    ["another's name", 400, "CSR web02-2024-02-29-12-00-00 one", {}],
    ["what is no request", 400, "hello", {}],
    ["nothing", 400, "", {}],
    ["a weak key", 400, `CSR ${NAME} weak`, {}],
    ["a GET", 405, "", { method: "GET" }],
    ["another's proof", 403, `CSR ${NAME} one`, { proof: { ...shown, agent: "web02" } }],
    ["a deviceid that is none", 400, `CSR ${"x".repeat(300)} one`, { query: "action=getCertificate" }],
  ])("refuses %s, and nothing is changed", async (_, status, body, sent) => {
    const { post, names, enrolments } = gateway();
    expect(await post(body, sent)).toEqual([status, "error"]);
    expect([names.size, enrolments.length]).toEqual([0, 0]);
  });

  it("is under the policy as messages are", async () => {
    const refusing = gateway(true, { access: () => ({ unproven: "refuse", atLeast: "allow" }) });
    expect(await refusing.post(`CSR ${NAME} one`)).toEqual([401, "error"]);
    expect(await refusing.post(`CSR ${NAME} one`, { proof: { way: "basic", trust: "key", by: "agents" } })).toEqual(
      PEM,
    );
    for (const state of ["quarantined", "deactivated"] as const) {
      const { post, setState, names } = gateway();
      setState(0, state);
      expect(await post(`CSR ${NAME} one`)).toEqual([403, "error"]);
      expect(names.size).toBe(0);
    }
  });
});
