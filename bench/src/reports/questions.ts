import type { Api } from "../api.js";

/** A node that is looked at. */
export interface Looked {
  readonly id: string;
  readonly name: string;
}

interface ReportPage {
  readonly reports: readonly { readonly id: string; readonly nodeId: string; readonly firstAt: string }[];
}

interface EventPage {
  readonly events: readonly unknown[];
}

/** What an operator asks: four questions in a look at one node, and one of the whole fleet. */
export const QUESTIONS = {
  byName: "A node's reports, by its name",
  byId: "A node's reports, by its id",
  report: "One report",
  events: "Its lines",
  newest: "The newest 100 of all nodes",
} as const;

/** Milliseconds of each question's answers. */
export type Latencies = Record<keyof typeof QUESTIONS, number[]>;

export const noLatencies = (): Latencies => ({ byName: [], byId: [], report: [], events: [], newest: [] });

/**
 * Looks at the reports of one node: the list, named in two ways, then one of them (not always the newest) and its lines.
 * @throws when an answer is not the node's own and whole history, newest first
 */
export async function lookAt(
  api: Api,
  node: Looked,
  expected: { readonly reports: number; readonly events: number },
  into: Latencies,
): Promise<void> {
  const byName = await api.get<ReportPage>(`/reports?node=${node.name}&limit=100`);
  const byId = await api.get<ReportPage>(`/reports?node=${node.id}&limit=100`);
  for (const { body } of [byName, byId]) {
    const times = body.reports.map(({ firstAt }) => firstAt);
    const own = body.reports.every(({ nodeId }) => nodeId === node.id);
    if (times.length !== expected.reports || !own || times.join() !== [...times].sort().reverse().join())
      throw new Error(`the reports of ${node.name} are not its own ${expected.reports}, newest first`);
  }
  const one = byName.body.reports[Number.parseInt(node.id.slice(0, 4), 16) % expected.reports];
  const report = await api.get<{ id: string }>(`/reports/${one?.id}`);
  const events = await api.get<EventPage>(`/reports/${one?.id}/events`);
  if (report.body.id !== one?.id || events.body.events.length !== expected.events)
    throw new Error(`report ${one?.id} of ${node.name} has not its ${expected.events} lines`);
  into.byName.push(byName.ms);
  into.byId.push(byId.ms);
  into.report.push(report.ms);
  into.events.push(events.ms);
}

/** Lists the newest reports of the fleet. @throws when there are not that many */
export async function lookAtNewest(api: Api, into: Latencies): Promise<void> {
  const { ms, body } = await api.get<ReportPage>("/reports?limit=100");
  if (body.reports.length !== 100) throw new Error("there are not 100 newest reports");
  into.newest.push(ms);
}
