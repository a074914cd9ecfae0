import type { ArtifactKind } from "@gatehouse/core/content";
import { expect, it } from "vitest";
import { AT, aNode, anAgent, serveApi } from "../api.test.helper.js";
import type { ExplainedAgent, ProtocolForOperators } from "../deps.js";

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
  nodeSettings: {},
  checkEnrolmentKey: () => [],
  ...said,
});

it("a node is explained: who let its agents in, and what they get with what is published of it", async () => {
  const registration = { role: "", keyName: "fleet", keyRevoked: true, firstAt: AT, lastAt: AT, times: 3, detail: {} };
  const settings = { "dsc.configurations": ["Web"] };
  const seen: ExplainedAgent[] = [];
  const head = { name: "Web", channel: "current", version: 4, sha256: "00", size: 1 };
  const { call } = await serveApi({
    registry: {
      find: async () => [
        aNode({ state: "deactivated", stateBy: "ann", settings, agents: [anAgent("a"), anAgent("b")] }),
      ],
      registrations: async () => [
        { ...registration, agentId: "a", role: "ReportServer" },
        { ...registration, agentId: "b", role: "ConfigurationRepository" },
        { ...registration, agentId: "a", role: "ResourceRepository" },
      ],
    },
    content: {
      heads: async (kind, [name = ""], channel) =>
        `${kind}/${name}/${channel}` === "dsc-configuration/Web/current" ? [head] : [],
    },
    protocols: [
      protocol({
        explain: (agent) => {
          seen.push(agent);
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
  expect(json.settings).toEqual(settings);
  expect(seen[0]).toEqual({ family: "dsc", attributes: {}, settings });
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
