import type { JobState, JobSummary, JobTask } from "@gatehouse/client";
import { jobStates, jobTasks } from "@gatehouse/core/jobs";
import type { Api } from "../api.js";
import { isLike } from "../like.js";
import { counted, fieldsText, isSince, type Kind, MOST_NAMED, parts, single } from "./kind.js";

interface Spec {
  readonly order?: string;
  readonly node?: string;
  readonly task?: JobTask;
  readonly state?: JobState | readonly JobState[];
  readonly reason?: string | readonly string[];
}

/** Work for agents, and how it ended. `since` is about when it was ordered. */
export const job: Kind<Spec> = {
  schema: parts.mapping({
    order: { ...parts.word, description: "Name or id." },
    node: parts.node,
    task: { enum: jobTasks, description: "The agent's task that does it." },
    state: parts.oneOf(jobStates, "A list: any of them."),
    reason: parts.pattern("Of one that ended: why."),
  }),
  since: "ever",
  title: (spec) => `a job: ${fieldsText(spec)}`,
  async look(api, { state, reason, ...rest }, { since, enough }) {
    const fits = (item: JobSummary) =>
      isSince(item.createdAt, since) &&
      (state === undefined || isLike(state, item.state)) &&
      isLike(reason ?? null, reason === undefined ? null : item.reason);
    const found = await jobsOf(
      api,
      { ...rest, state: single(state) as JobState | undefined },
      (items) => items.filter(fits).length >= enough,
    );
    return counted(found ?? [], fits, jobText, enough);
  },
  async instead(api, { state: _, reason: __, ...rest }) {
    const found = await jobsOf(api, rest);
    if (found === undefined) return [`There is no order ${rest.order}.`];
    if (found.length === 0) return ["There are no such jobs."];
    const states = new Map<JobState, number>();
    for (const { state } of found) states.set(state, (states.get(state) ?? 0) + 1);
    const tally = [...states].map(([state, times]) => `${times} ${state}`).join(", ");
    return [`${tally}:`, ...found.slice(0, MOST_NAMED).map(jobText)];
  },
};

/** Undefined where the order is not there. */
async function jobsOf(
  api: Api,
  { node, order, task, state }: { [K in "node" | "order"]?: string } & { task?: JobTask; state?: JobState | undefined },
  isEnough?: (items: readonly JobSummary[]) => boolean,
): Promise<readonly JobSummary[] | undefined> {
  const query = Object.fromEntries(
    Object.entries({ node, order, task, state }).filter(([, value]) => value !== undefined),
  );
  let isThere = true;
  const found = await api.list(async (part) => {
    const page = await api.ofNode(node, (client) => client.GET("/jobs", { params: { query: { ...query, ...part } } }));
    isThere &&= page !== undefined;
    return { items: page?.jobs ?? [], next: page?.next ?? null };
  }, isEnough);
  return isThere ? found : undefined;
}

function jobText({ id, nodeName, task, state, reason, waitsBecause }: JobSummary): string {
  const why = reason ?? waitsBecause?.text;
  return `${task} on ${nodeName} is ${state}${why ? `: ${why}` : ""} (job ${id})`;
}
