import { type Api, openApi } from "../api.js";
import type { Row } from "../columns.js";
import { newSite } from "../dsc/site.js";
import { agentId } from "../load/agent-id.js";
import { record } from "../load/record.js";
import type { Findings } from "../report.js";
import { quantile, type Spread, spread } from "../stats.js";
import { makeHistory } from "./history.js";
import { Probe } from "./probe.js";
import { type Latencies, type Looked, lookAt, lookAtNewest, noLatencies, QUESTIONS } from "./questions.js";
import { sendReport } from "./requests.js";
import type { ReportsSettings } from "./settings.js";

/** A prime: nodes that are looked at one after the other have rows far apart. */
const STRIDE = 7919;

/** Looks at nodes for one at the whole fleet. */
const NEWEST_EVERY = 5;

/** What operators ask of a large fleet's reports, one after the other and several at once. */
export async function reading(dir: string, settings: ReportsSettings, say: (line: string) => void): Promise<Findings> {
  const { nodes, eventsPerReport: resources, readers } = settings;
  const { gateway, checksum } = await newSite(dir, "reading", nodes);
  const probe = await Probe.open(gateway.database);
  const api = openApi(gateway, readers);
  try {
    for (const drifted of [0, 1]) {
      await record(gateway.port, sendReport({ checksum, resources, drifted }), agentId(drifted));
      await probe.emptied();
    }
    const begun = performance.now();
    const total = await makeHistory(probe, settings);
    const { events, megabytes } = await sizeOf(probe);
    if (events !== total * resources) throw new Error(`there are ${events} lines instead of ${total * resources}`);
    const minutes = ((performance.now() - begun) / 60_000).toFixed(1);
    say(`${nodes} nodes, ${total} reports, ${events} lines (${megabytes} MB) made in ${minutes} min; reading them`);
    const all = await probe.query<Looked>("select id, name from nodes order by name");
    const one = await rounds(api, all, settings, 1);
    const many = await rounds(api, all, settings, readers);
    return findingsOf(settings, one, many, [
      `Reading: ${total} reports with ${events} lines of ${nodes} nodes over ${settings.days} days, a database of ${megabytes} MB; HTTPS on kept connections, an admin's token.`,
    ]);
  } finally {
    api.close();
    await probe.close();
    await gateway.stop();
  }
}

async function sizeOf(probe: Probe): Promise<{ events: number; megabytes: number }> {
  const [row] = await probe.query<{ events: number; megabytes: number }>(
    `select (select count(*)::int from report_events) as events,
            round(pg_database_size(current_database()) / 1e6)::int as megabytes`,
  );
  return row ?? { events: 0, megabytes: 0 };
}

/** Rounds of looking at nodes, each at others; one more comes first and is thrown away. */
async function rounds(
  api: Api,
  nodes: readonly Looked[],
  { lookUps, readRounds, reportsPerNode, eventsPerReport }: ReportsSettings,
  atOnce: number,
): Promise<Latencies[]> {
  const found: Latencies[] = [];
  let next = atOnce;
  for (let round = 0; round <= readRounds; round++) {
    const latencies = noLatencies();
    let left = lookUps;
    const reader = async () => {
      while (left-- > 0) {
        next += STRIDE;
        const node = nodes[next % nodes.length];
        if (node === undefined) throw new Error("there are no nodes");
        await lookAt(api, node, { reports: reportsPerNode, events: eventsPerReport }, latencies);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, reader));
    // Ten times an answer's bytes: alone, or it would be what the others wait for.
    if (atOnce === 1) for (let i = 0; i < lookUps / NEWEST_EVERY; i++) await lookAtNewest(api, latencies);
    found.push(latencies);
  }
  return found.slice(1);
}

type Question = keyof typeof QUESTIONS;

const part = (rounds: readonly Latencies[], question: Question, quantity: number): Spread =>
  spread(
    rounds.map((latencies) =>
      quantile(
        latencies[question].toSorted((a, b) => a - b),
        quantity,
      ),
    ),
  );

function findingsOf(
  { nodes, readers }: ReportsSettings,
  one: readonly Latencies[],
  many: readonly Latencies[],
  notes: readonly string[],
): Findings {
  const goal = (id: string, how: string, rounds: readonly Latencies[]) => ({
    id,
    what: `The reports of one node among ${nodes}, ${how}`,
    judgedBy: "p95 by the node's name",
    unit: "ms" as const,
    atMost: 50,
    measured: part(rounds, "byName", 0.95),
    beside: {
      "by its id": part(rounds, "byId", 0.95),
      "one report": part(rounds, "report", 0.95),
      "its lines": part(rounds, "events", 0.95),
    },
  });
  const rows = (rounds: readonly Latencies[]) =>
    (Object.keys(QUESTIONS) as Question[])
      .filter((question) => rounds.every((latencies) => latencies[question].length > 0))
      .map(
        (question): Row => ({
          name: QUESTIONS[question],
          p50Milliseconds: part(rounds, question, 0.5),
          p95Milliseconds: part(rounds, question, 0.95),
          mostMilliseconds: part(rounds, question, 1),
        }),
      );
  const heading = "Question";
  return {
    notes,
    goals: [goal("read-reports", "one question at a time", one), goal("read-reports-many", `${readers} at once`, many)],
    cases: [
      { id: "read-reports", title: "Reading reports, one question at a time", heading, rows: rows(one) },
      { id: "read-reports-many", title: `Reading reports, ${readers} questions at once`, heading, rows: rows(many) },
    ],
  };
}
