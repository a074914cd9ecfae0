import type { AgentProof } from "@gatehouse/core/nodes";
import { noProof } from "@gatehouse/core/nodes";
import { describe, expect, it } from "vitest";
import { auditHandedOut } from "./handed-out.js";
import { isProven } from "./proven.js";

const ID = "e72a798f-e51b-11f1-9f32-aaea530464d7";
const DEVICE = "Web01-2024-02-29-12-00-00";
const shared: AgentProof = { way: "basic", trust: "key", by: "agents" };
const certificate = (agent: string): AgentProof => ({ way: "certificate", trust: "certificate", agent, by: "0A" });
const proven = (proof: AgentProof, overTls = true, names: readonly unknown[] = [ID, DEVICE], allowUnproven = false) =>
  isProven({ allowUnproven }, { proof, overTls }, names);

describe("who may get credentials and what runs code", () => {
  it.each<[string, boolean, AgentProof, boolean]>([
    ["who proves nothing", false, noProof, true],
    ["a login that many share", true, shared, true],
    ["the same over plain HTTP", false, shared, false],
    ["a certificate of its id", true, certificate(ID), true],
    ["one of its deviceid, in lower case as certificates are shown", true, certificate(DEVICE.toLowerCase()), true],
    ["the same over plain HTTP", false, certificate(ID), false],
    ["one of another agent", false, certificate("web02-2024-02-29-12-00-00"), true],
    ["one of nobody", false, certificate(""), true],
  ])("%s: %s", (_, expected, proof, overTls) => {
    expect(proven(proof, overTls)).toBe(expected);
  });

  it("are no others because a name is missing, or is no text", () => {
    for (const names of [[], [undefined], [null, 7, { toLowerCase: () => ID }]])
      expect(proven(certificate(ID), true, names)).toBe(false);
    expect(proven(shared, true, [])).toBe(true);
  });

  it("are all where the configuration says so", () => {
    expect(proven(noProof, false, [], true)).toBe(true);
  });
});

describe("what was handed out", () => {
  const heard: object[] = [];
  const audit = { record: async (event: object) => void heard.push(event) };

  it("is noted once for each credential, with the jobs that need it; nothing is not", async () => {
    await auditHandedOut(audit, { agentId: "a", nodeId: "n" }, []);
    await auditHandedOut(audit, { agentId: "a", nodeId: "n" }, ["lab", "lab", "dc"]);
    await auditHandedOut(audit, { agentId: "a", nodeId: "n" }, ["lab"], ["j1", "j2"]);
    const by = { actor: "agent:a", action: "credential.hand-out", subject: "n" };
    expect(heard).toEqual([
      { ...by, detail: { credentials: ["lab", "dc"] } },
      { ...by, detail: { credentials: ["lab"], jobs: ["j1", "j2"] } },
    ]);
  });
});
