import type { Agent, Node, NodeExplanation } from "@gatehouse/client";
import { describe, expect, it } from "vitest";
import { nodesText } from "./node-list.js";
import { explanationText, nodeText, purgeText } from "./node-text.js";

const AT = "2026-03-01T10:00:00.123Z";

const agent: Agent = {
  id: "a-1",
  family: "dsc",
  aliases: [{ family: "dsc", kind: "agentid", value: "AAAA" }],
  attributes: { lcmVersion: "2.0", configurationNames: ["Web"], thumbprint: null },
  firstSeen: AT,
  lastSeen: AT,
  trust: "key",
  isAlive: false,
  latestReport: { reportId: "7", status: "failure", at: AT },
};
const node: Node = {
  id: "n-1",
  name: "web\u001b1",
  state: "deactivated",
  stateSince: AT,
  stateBy: "ada",
  labels: { site: "berlin", role: "web" },
  createdAt: AT,
  lastSeen: null,
  agents: [agent],
  evidence: [{ kind: "address", value: "192.0.2.1" }],
  settings: { "dsc.configurations": ["Web"] },
};

describe("nodes", () => {
  it("are listed with how their newest run went", () => {
    expect(nodesText([node], false).split("\n")).toEqual([
      expect.stringMatching(/^NAME +STATE +AGENTS +NEWEST RUN +LAST SEEN +ALIAS +LABELS$/),
      expect.stringMatching(/^web\ufffd1 +deactivated +dsc +failure +- +AAAA +site=berlin, role=web$/),
      "",
    ]);
  });

  it("that are none say what to do, unless they were filtered", () => {
    expect(nodesText([], false)).toContain("gatehouse dsc key add");
    expect(nodesText([], true)).toBe("No node is like that.\n");
  });

  it("are shown with all that is known", () => {
    const text = nodeText(node);
    for (const line of [
      /^state +deactivated since 2026-03-01 10:00:00Z, by ada$/m,
      /^labels +site=berlin, role=web$/m,
      /^address +192\.0\.2\.1$/m,
      /^dsc\.configurations +\["Web"\]$/m,
      /^dsc agent$/m,
      /^ {2}agentid +AAAA$/m,
      /^ {2}state +silent, trusted as key$/m,
      /^ {2}newest run +failure, 2026-03-01 10:00:00Z, report 7$/m,
      /^ {2}lcmVersion +2\.0$/m,
    ])
      expect(text).toMatch(line);
    expect(text).not.toMatch(/last seen +-|thumbprint/);
  });

  it("say what would go with them", () => {
    expect(purgeText(node)).toBe(
      "web\ufffd1 (n-1), last seen never, would go with 1 agent, its reports, and what it handed in.\n",
    );
  });
});

const gotIn = { keyName: null, keyRevoked: false, firstAt: AT, lastAt: AT, times: 3, detail: {} };

describe("an explanation", () => {
  const explanation: NodeExplanation = {
    id: "n-1",
    name: "web1",
    lifeCycle: { state: "active", since: AT, by: "policy" },
    evidence: node.evidence,
    settings: [
      {
        setting: "dsc.configurations",
        value: ["Web"],
        from: [{ by: "group", group: "web" }],
        considered: [
          { source: { by: "group", group: "web" }, value: ["Web"], used: true, because: "priority 20" },
          { source: { by: "group", group: "li\u001bnux" }, value: ["Base"], used: false, because: "web comes first" },
        ],
        conflicts: [{ setting: "dsc.configurations", path: ["a", "b"], groups: ["web", "li\u001bnux"] }],
      },
    ],
    groups: [
      { group: "web", priority: 20, matches: true, because: 'labels.role eq "web"' },
      { group: "db", priority: 0, matches: false, because: 'labels.role eq "db": it is "web"' },
    ],
    identity: {
      agents: [
        {
          ...{ agentId: "a-1", family: "dsc", trust: "key", isAlive: true, at: AT, by: "policy", changeId: null },
          decision: {
            ...{ outcome: "join", nodeId: "n-1", confidence: 70, why: "It is web1.", conflicts: [] },
            considered: [
              {
                ...{ nodeId: "n-1", name: "web1", score: 70, obstacle: null },
                counted: [
                  { kind: "name", value: "web1", as: "host", points: 30, proven: false },
                  { kind: "address", value: "192.0.2.1", as: "address", points: 40, proven: true },
                  { kind: "mac", value: "x", as: "differs", points: -20, proven: false },
                ],
              },
            ],
            ignored: [{ kind: "mac", value: "02:42:00:00:00:01", why: "of docker" }],
          },
        },
      ],
      evidence: [
        {
          ...{ kind: "address", value: "192.0.2.1", proof: "observed", agentId: "a-1", family: "dsc", trust: "key" },
          ...{ seenAt: AT, counts: true },
        },
      ],
    },
    agents: [
      {
        ...agent,
        registrations: [
          { ...gotIn, role: "ReportServer", keyName: "old", keyRevoked: true },
          { ...gotIn, role: "proof", detail: { way: "basic", by: "fleet\u001b" } },
          { ...gotIn, role: "contact", detail: { way: { way: 1 } } },
        ],
        configurations: [
          { name: "Web", why: "It was assigned.", published: { name: "Web", version: 4, sha256: "ab12" } },
          { name: "Later", published: null },
        ],
      },
    ],
  };

  it("says how it got in, and what it gets and why", () => {
    const text = explanationText(explanation);
    for (const line of [
      /^dsc\.configurations is \["Web"\]$/m,
      /^ {2}group web +\["Web"\] +counts +priority 20$/m,
      /^ {2}group li\ufffdnux +\["Base"\] +does not count +web comes first$/m,
      /^ {2}web +20 +takes it +labels\.role eq "web"$/m,
      /^ {2}db +0 +not +labels\.role eq "db": it is "web"$/m,
      /^known by\n {2}EVIDENCE .*\n {2}address +192\.0\.2\.1 +dsc +observed +yes$/m,
      /^ {2}state +alive, trusted as key\n {2}on this node +since 2026-03-01 10:00:00Z, by policy$/m,
      /^ {2}confidence +70 of 100\n {2}why +It is web1\.$/m,
      /^ {2}looked at +web1 \(n-1\): 70 = \+30 host web1 \(only claimed\), \+40 address 192\.0\.2\.1, -20 mac differs$/m,
      /^ {2}did not count +mac 02:42:00:00:00:01 \(of docker\)$/m,
      /^dsc agent AAAA$/m,
      /^ {2}ReportServer +key old \(revoked\) +3 /m,
      /^ {2}proof +basic fleet\ufffd +3 /m,
      /^ {2}contact +- +3 /m,
      /^ {2}gets Web\n {4}why +It was assigned\.\n {4}published +version 4 \(AB12\)$/m,
      /^ {2}gets Later\n {4}published +nothing under this name/m,
    ])
      expect(text).toMatch(line);
  });

  it("says so when it gets nothing", () => {
    const [first] = explanation.agents;
    const agents = first === undefined ? [] : [{ ...first, configurations: [], registrations: [] }];
    expect(explanationText({ ...explanation, agents })).toMatch(/How it got in is not known\.\n\n {2}It gets nothing:/);
  });
});
