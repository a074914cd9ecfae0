import path from "node:path";
import { type Api, openApi } from "../api.js";
import type { Row } from "../columns.js";
import { makeFleet } from "../dsc/fleet.js";
import { startGateway } from "../process/gateway.js";
import type { Findings } from "../report.js";
import { quantile, type Spread, spread } from "../stats.js";
import { describeNodes } from "./rows.js";
import type { FleetSettings } from "./settings.js";

const INDEXED = ["os.family", "os.version", "memory.mb"];
const LIMIT = 100;

const fact = (rule: object) => `where=${encodeURIComponent(JSON.stringify(rule))}`;

/** Lists as operators ask for them, by what varies from one to the next. */
const QUESTIONS: Readonly<Record<string, (n: number) => string>> = {
  "By two labels and a fact, sorted by another": (n) =>
    `label=site=site-${n % 50}&label=role=web&${fact({ field: "facts.os.family", eq: FAMILY[n % 4] })}&sort=facts.memory.mb`,
  "By a label and a fact, sorted by name": (n) =>
    `label=site=site-${n % 50}&${fact({ field: "facts.os.version", eq: `10.0.${14_393 + (n % 12) * 500}` })}`,
  "By a fact that every fourth has, sorted by another": (n) =>
    `${fact({ field: "facts.os.family", eq: FAMILY[n % 4] })}&sort=facts.os.version`,
  "By facts that no node has together": (n) =>
    `label=site=site-${n % 50}&${fact({
      and: [
        { field: "facts.os.family", eq: "Plan9" },
        { field: "facts.memory.mb", gte: 1 },
      ],
    })}`,
  "All, sorted by a fact": () => "sort=facts.memory.mb",
};
const FAMILY = ["Debian", "RedHat", "Suse", "windows"];

interface Page {
  readonly nodes: readonly unknown[];
}

/** Lists of a large fleet, filtered by labels and indexed facts, and sorted: one question at a time. */
export async function listing(dir: string, settings: FleetSettings, say: (line: string) => void): Promise<Findings> {
  const made = await startGateway(path.join(dir, "listing"));
  try {
    await makeFleet(made.database, settings.nodes);
    await describeNodes(made.database);
  } finally {
    await made.stop();
  }
  const begun = performance.now();
  const gateway = await startGateway(made.dataDir, undefined, { GATEHOUSE_SEARCH_INDEXED: JSON.stringify(INDEXED) });
  const seconds = ((performance.now() - begun) / 1_000).toFixed(1);
  const api = openApi(gateway, 1);
  try {
    say(`${settings.nodes} nodes are described (a start that indexes ${INDEXED.length} facts took ${seconds} s)`);
    const asked: Record<string, Spread[]> = {};
    for (const [title, question] of Object.entries(QUESTIONS)) asked[title] = await rounds(api, question, settings);
    return findingsOf(settings, asked);
  } finally {
    api.close();
    await gateway.stop();
  }
}

/** p50, p95 and the longest, over the rounds. */
async function rounds(api: Api, question: (n: number) => string, settings: FleetSettings): Promise<Spread[]> {
  const found: number[][] = [];
  let n = 0;
  for (let round = -settings.warmUps; round < settings.rounds; round++) {
    const took: number[] = [];
    for (let i = 0; i < settings.lists; i++) {
      const { ms, body } = await api.get<Page>(`/nodes?limit=${LIMIT}&${question(n++)}`);
      if (!Array.isArray(body.nodes)) throw new Error("the answer is no list of nodes");
      took.push(ms);
    }
    if (round >= 0) found.push(took.sort((a, b) => a - b));
  }
  return [0.5, 0.95, 1].map((part) => spread(found.map((took) => quantile(took, part))));
}

function findingsOf({ nodes }: FleetSettings, asked: Readonly<Record<string, Spread[]>>): Findings {
  const rows = Object.entries(asked).map(([name, [p50, p95, most]]): Row => {
    if (!p50 || !p95 || !most) throw new Error("a quantity is missing");
    return { name, p50Milliseconds: p50, p95Milliseconds: p95, mostMilliseconds: most };
  });
  const slowest = rows.reduce((a, b) => ((b.p95Milliseconds?.median ?? 0) > (a.p95Milliseconds?.median ?? 0) ? b : a));
  return {
    goals: [
      {
        id: "node-list",
        what: `A page of ${LIMIT} of ${nodes} nodes, filtered by labels and facts, sorted`,
        judgedBy: `p95 of the slowest question: ${slowest.name.toLowerCase()}`,
        unit: "ms",
        atMost: 100,
        measured: slowest.p95Milliseconds ?? null,
      },
    ],
    cases: [{ id: "node-list", title: `Lists of ${nodes} nodes over HTTPS`, heading: "Question", rows }],
  };
}
