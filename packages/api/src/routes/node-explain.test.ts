import type { SettingExplanation } from "@gatehouse/core/assignment";
import type { ArtifactKind } from "@gatehouse/core/content";
import type { Decision } from "@gatehouse/core/nodes";
import { expect, it } from "vitest";
import { AT, aNode, anAgent, serveApi } from "../api.test.helper.js";
import type { ProtocolForOperators } from "../deps.js";

const configuration: ArtifactKind = {
  id: "dsc-configuration",
  label: "configuration",
  maxBytes: 1,
  address: () => ({ name: "", channel: "" }),
  inspect: () => Promise.reject(new Error("nothing is published here")),
};
const protocol = (said: Partial<ProtocolForOperators>): ProtocolForOperators => ({
  id: "dsc",
  artifactKinds: [configuration],
  settings: [],
  nodeSettings: {},
  checkEnrolmentKey: () => [],
  ...said,
});

it("a node is explained: who let its agents in, and what they get with what is published of it", async () => {
  const registration = { role: "", keyName: "fleet", keyRevoked: true, firstAt: AT, lastAt: AT, times: 3, detail: {} };
  const settings: SettingExplanation[] = [
    {
      setting: "dsc.configurations",
      value: ["Web"],
      from: [{ by: "group", group: "web" }],
      considered: [{ source: { by: "group", group: "web" }, value: ["Web"], used: true, because: "priority 3" }],
      conflicts: [{ setting: "dsc.configurations", path: ["a"], groups: ["web", "app"] }],
    },
  ];
  const groups = [{ group: "web", priority: 3, matches: true, because: 'labels.role eq "web"' }];
  const seen: unknown[] = [];
  const head = { name: "Web", channel: "current", version: 4, sha256: "00", size: 1 };
  const decision: Decision = {
    outcome: "join",
    nodeId: "n",
    confidence: 70,
    why: "It is.",
    considered: [
      {
        nodeId: "n",
        name: "web-1",
        score: 70,
        counted: [{ kind: "mac", value: "x", as: "mac", points: 40, proven: true }],
        obstacle: null,
      },
    ],
    ignored: [{ kind: "mac", value: "y", why: "of docker" }],
    conflicts: [{ nodeId: "o", kind: "clone", score: 90 }],
  };
  const { call } = await serveApi({
    registry: {
      find: async () => [aNode({ state: "deactivated", stateBy: "ann", agents: [anAgent("a"), anAgent("b")] })],
      registrations: async () => [
        { ...registration, agentId: "a", role: "ReportServer" },
        { ...registration, agentId: "b", role: "ConfigurationRepository" },
        { ...registration, agentId: "a", role: "ResourceRepository" },
      ],
    },
    assignments: { explain: async (nodeId) => ({ nodeId, settings, groups }) },
    identity: {
      decisions: async () => [{ agentId: "b", at: AT, by: "policy", decision, changeId: null }],
      evidence: async () => [
        {
          kind: "mac",
          value: "x",
          proof: "claimed",
          agentId: "b",
          family: "dsc",
          trust: "key",
          seenAt: AT,
          counts: false,
        },
      ],
    },
    content: {
      heads: async (kind, [name = ""], channel) =>
        `${kind}/${name}/${channel}` === "dsc-configuration/Web/current" ? [head] : [],
    },
    protocols: [
      protocol({
        explain: (...given) => {
          seen.push(given);
          return [
            { kind: "dsc-configuration", name: "Web", why: "by hand" },
            { kind: "dsc-configuration", name: "Web", channel: "next" },
            { kind: "another", name: "Web" },
            { kind: "dsc-configuration", name: ["Web"] },
            { environment: "production" },
          ];
        },
      }),
      protocol({ id: "silent" }),
    ],
  });
  const { status, json } = await call("viewer", "GET", "/nodes/web-1/explain");
  expect(status).toBe(200);
  expect(json.lifeCycle).toEqual({ state: "deactivated", since: AT.toISOString(), by: "ann" });
  expect([json.settings, json.groups]).toEqual([settings, groups]);
  const standing = { family: "dsc", trust: "key", isAlive: true };
  expect(json.identity.agents).toEqual([
    { ...standing, agentId: "a", at: null, by: null, changeId: null, decision: null },
    { ...standing, agentId: "b", at: AT.toISOString(), by: "policy", changeId: null, decision },
  ]);
  expect(json.identity.evidence).toMatchObject([{ kind: "mac", counts: false }]);
  expect(seen[0]).toEqual([{ family: "dsc", attributes: {} }, settings]);
  const [a, b] = json.agents;
  expect(a.aliases).toEqual([{ family: "dsc", kind: "agentid", value: "a" }]);
  expect(a.registrations.map(({ role }: { role: string }) => role)).toEqual(["ReportServer", "ResourceRepository"]);
  expect(b.registrations).toEqual([
    { ...registration, role: "ConfigurationRepository", firstAt: AT.toISOString(), lastAt: AT.toISOString() },
  ]);
  expect(a.configurations).toEqual([
    { kind: "dsc-configuration", name: "Web", why: "by hand", published: head },
    { kind: "dsc-configuration", name: "Web", channel: "next", published: null },
    { kind: "another", name: "Web" },
    { kind: "dsc-configuration", name: ["Web"] },
    { environment: "production" },
  ]);
});
