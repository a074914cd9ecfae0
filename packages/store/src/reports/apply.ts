import { createHash } from "node:crypto";
import { mergeRun, type ReportEvent, type RunState, replacesEvents, statusOf } from "@gatehouse/core/reports";
import type { ReportFact, Waiting } from "@gatehouse/core/submissions";
import { cleanJson, cleanText, keyOf } from "../clean.js";
import type { Run } from "../session.js";
import { deleteEvents, insertEvents } from "./event-rows.js";
import { REPORT_COLUMNS, type ReportRow, type StoredPart, stateOf } from "./rows.js";

/** Parts that a report remembers; an agent that goes on for ever under one run's name must not grow its row for ever. */
const MOST_PARTS = 200;
/** Seconds after which a run that was never heard of again counts as hung, where its protocol does not say. */
const HUNG_SECONDS = 2 * 3600;

/** A report while it is being worked on. */
interface Draft {
  readonly agentId: string;
  readonly protocol: string;
  /** In the form in which it is compared. */
  readonly run: string;
  id: string | undefined;
  state: RunState | undefined;
  firstAt: Date;
  lastAt: Date;
  lastSubmission: bigint;
  parts: StoredPart[];
  /** Lines that take the place of the stored ones. */
  events: readonly ReportEvent[] | undefined;
  /** Whether lines are stored that `events` would replace. */
  hadEvents: boolean;
  changed: boolean;
}

/** A fact with the submission that it was found in. */
export interface FoundReport {
  readonly submission: Waiting;
  readonly fact: ReportFact;
}

const FIND = {
  name: "reports.find-runs",
  text: `select ${REPORT_COLUMNS} from unnest($1::uuid[], $2::text[]) as k (agent_id, run)
         join reports r on r.agent_id = k.agent_id and r.run = k.run`,
};

const WRITE = {
  name: "reports.write",
  text: `insert into reports (agent_id, protocol, run, status, first_at, last_at, last_submission, started_at, ended_at, hung_at, state, parts)
         select agent_id, protocol, run, status, first_at, last_at, last_submission, started_at, ended_at, hung_at, state, parts
         from jsonb_to_recordset($1::jsonb) as t (agent_id uuid, protocol text, run text, status text, first_at timestamptz, last_at timestamptz,
           last_submission bigint, started_at timestamptz, ended_at timestamptz, hung_at timestamptz, state jsonb, parts jsonb)
         on conflict on constraint reports_run do update set
           status = excluded.status, last_at = excluded.last_at, last_submission = excluded.last_submission,
           started_at = excluded.started_at, ended_at = excluded.ended_at, hung_at = excluded.hung_at,
           state = excluded.state, parts = excluded.parts
         returning id, agent_id as "agentId", run`,
};

const WRITE_LATEST = {
  name: "reports.write-latest",
  text: `insert into agent_reports (agent_id, report_id, status, at)
         select distinct on (agent_id) * from unnest($1::uuid[], $2::bigint[], $3::text[], $4::timestamptz[]) as l (agent_id, report_id, status, at)
         order by agent_id, at desc, report_id desc
         on conflict (agent_id) do update set report_id = excluded.report_id, status = excluded.status, at = excluded.at
         where (excluded.at, excluded.report_id) >= (agent_reports.at, agent_reports.report_id)`,
};

const draftKey = (agentId: string, run: string) => `${agentId}/${run}`;

/**
 * Merges what submissions say of runs into the stored reports, inside the caller's transaction and under its hold on
 * the agents. The same bytes twice change nothing.
 * @param found in the order of acceptance
 */
export async function applyReports(run: Run, found: readonly FoundReport[]): Promise<void> {
  if (found.length === 0) return;
  const drafts = await load(run, found);
  for (const { submission, fact } of found) {
    const draft = drafts.get(draftKey(submission.agentId, keyOf(fact.run)));
    if (draft !== undefined) merge(draft, submission, fact);
  }
  const changed = [...drafts.values()].filter((draft) => draft.changed);
  if (changed.length > 0) await write(run, changed);
}

async function load(run: Run, found: readonly FoundReport[]): Promise<Map<string, Draft>> {
  const drafts = new Map<string, Draft>();
  for (const { submission, fact } of found) {
    const name = keyOf(fact.run);
    const key = draftKey(submission.agentId, name);
    if (drafts.has(key)) continue;
    drafts.set(key, {
      agentId: submission.agentId,
      protocol: fact.protocol,
      run: name,
      id: undefined,
      state: undefined,
      firstAt: submission.acceptedAt,
      lastAt: submission.acceptedAt,
      lastSubmission: 0n,
      parts: [],
      events: undefined,
      hadEvents: false,
      changed: false,
    });
  }
  const wanted = [...drafts.values()];
  const rows = await run<ReportRow>(FIND, [wanted.map(({ agentId }) => agentId), wanted.map((draft) => draft.run)]);
  for (const row of rows) {
    const draft = drafts.get(draftKey(row.agentId, row.run));
    if (draft === undefined) continue;
    const state = stateOf(row);
    Object.assign(draft, {
      id: row.id,
      state,
      firstAt: row.firstAt,
      lastAt: row.lastAt,
      lastSubmission: BigInt(row.lastSubmission),
      parts: row.parts,
      hadEvents: Object.keys(state.counts).length > 0,
    });
  }
  return drafts;
}

function merge(draft: Draft, submission: Waiting, fact: ReportFact): void {
  const sha = createHash("sha256").update(submission.body).digest("hex").slice(0, 32);
  if (draft.parts.some((part) => part.sha === sha)) return;
  const older = BigInt(submission.id) < draft.lastSubmission;
  const said = cleanJson(fact.said);
  if (replacesEvents(draft.state, said, older)) draft.events = said.events;
  draft.state = mergeRun(draft.state, said, older);
  if (draft.parts.length < MOST_PARTS) {
    const part = { id: submission.id, at: submission.acceptedAt.getTime(), size: submission.size, sha };
    draft.parts = [...draft.parts, part].sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1));
  }
  if (!older) {
    draft.lastAt = submission.acceptedAt;
    draft.lastSubmission = BigInt(submission.id);
  }
  draft.changed = true;
}

async function write(run: Run, drafts: readonly Draft[]): Promise<void> {
  const states = drafts.map(({ state }) => {
    if (state === undefined) throw new Error("a report without anything merged");
    return state;
  });
  const statuses = states.map(statusOf);
  const values = drafts.map((draft, i) => {
    const { startedAt, endedAt, ...state } = states[i] ?? ({} as RunState);
    return {
      agent_id: draft.agentId,
      protocol: cleanText(draft.protocol),
      run: draft.run,
      status: statuses[i],
      first_at: draft.firstAt,
      last_at: draft.lastAt,
      last_submission: draft.lastSubmission.toString(),
      started_at: startedAt,
      ended_at: endedAt,
      hung_at: new Date(draft.lastAt.getTime() + 1000 * (state.hungAfterSeconds ?? HUNG_SECONDS)),
      state,
      parts: draft.parts,
    };
  });
  const rows = await run<{ id: string; agentId: string; run: string }>(WRITE, [JSON.stringify(values)]);
  const ids = new Map(rows.map((row) => [draftKey(row.agentId, row.run), row.id]));
  const idOf = (draft: Draft) => ids.get(draftKey(draft.agentId, draft.run)) ?? "";
  const withEvents = drafts.filter(({ events }) => events !== undefined);
  await deleteEvents(
    run,
    withEvents.filter(({ hadEvents }) => hadEvents).map((draft) => ({ id: idOf(draft), at: draft.firstAt })),
  );
  await insertEvents(
    run,
    withEvents.map((draft) => ({ id: idOf(draft), at: draft.firstAt, events: draft.events ?? [] })),
  );
  await run(WRITE_LATEST, [
    drafts.map(({ agentId }) => agentId),
    drafts.map(idOf),
    statuses,
    drafts.map(({ firstAt }) => firstAt),
  ]);
}
