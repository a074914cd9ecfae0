import { randomUUID } from "node:crypto";
import type { EnrolmentResult } from "@gatehouse/core/nodes";
import type { ReportEvent, RunSaid } from "@gatehouse/core/reports";
import type { Claim, Fact, Outcome, Waiting } from "@gatehouse/core/submissions";
import type { Database } from "../database.js";
import { createNodeRegistry } from "../nodes/registry.js";
import { applyReports } from "../reports/apply.js";
import { enrolmentOf } from "../store.test.helper.js";
import type { createInbox } from "./inbox.js";

export const LIMITS = { most: 50, heavyBytes: 10_000, mostBytes: 1 << 30 };

/** An agent of its own node. */
export const newAgent = (db: Database, nodeName = "a node"): Promise<EnrolmentResult> =>
  createNodeRegistry(db).enrol(enrolmentOf(randomUUID(), { nodeName }));

/** What the tests' agents say: `{run, …said}` as JSON. */
export const say = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

/** What such a body says. @throws where it is none */
export function factsOf(submission: Pick<Waiting, "body">): Fact[] {
  const { run, ...said } = JSON.parse(Buffer.from(submission.body).toString());
  const dates = ["startedAt", "endedAt"].flatMap((key) => (said[key] ? [[key, new Date(said[key])]] : []));
  return [{ fact: "report", protocol: "test", run, said: { ...said, ...Object.fromEntries(dates) } }];
}

export function outcomeOf(submission: Waiting): Outcome {
  try {
    return { submission, facts: factsOf(submission) };
  } catch (thrown) {
    return { submission, failure: { code: "request-malformed", message: (thrown as Error).message, detail: null } };
  }
}

/** Settles a claim with what its bodies say, and lets it go. */
export async function finish(claim: Claim | undefined, outcome: (of: Waiting) => Outcome = outcomeOf): Promise<void> {
  await claim?.settle(claim.submissions.map(outcome));
  await claim?.release();
}

/** Processes what there is, by one worker. @returns in which order */
export async function drain(inbox: ReturnType<typeof createInbox>, limits = LIMITS): Promise<Waiting[]> {
  const seen: Waiting[] = [];
  for (;;) {
    const claim = await inbox.claim(limits);
    if (claim === undefined) return seen;
    seen.push(...claim.submissions);
    await finish(claim);
  }
}

/** A word of an agent about one of its runs, as if it had been accepted. */
export interface Word {
  readonly agentId: string;
  readonly run: string;
  readonly said: RunSaid;
  readonly protocol?: string;
  /** Its number in the order of acceptance; the next one, unless told. */
  readonly id?: number;
  readonly at?: Date;
  /** Its bytes; different ones each time, unless told. */
  readonly body?: string;
}

let lastId = 1_000_000;

/** Merges words into the reports, all in one settlement, without an inbox. */
export async function hear(db: Database, ...words: readonly Word[]): Promise<void> {
  const found = words.map(({ agentId, run, said, protocol = "test", ...word }) => {
    const id = word.id ?? ++lastId;
    const body = Buffer.from(word.body ?? `body ${id}`);
    const acceptedAt = word.at ?? new Date();
    const submission = { id: String(id), agentId, acceptedAt, kind: "test", body, size: body.length, attempts: 0 };
    return { submission, fact: { fact: "report", protocol, run, said } as const };
  });
  await db.transaction((run) => applyReports(run, found));
}

export const lineOf = (resource: string, status: ReportEvent["status"] = "ok"): ReportEvent => ({
  resource,
  type: null,
  status,
  message: null,
  seconds: null,
  detail: {},
});

/** The same database, with its statements noted. @param onFailed what happens before a failure is passed on */
export function watched(db: Database, onFailed: () => Promise<unknown> = async () => undefined) {
  const statements: string[] = [];
  const run: Database["run"] = async (statement, values) => {
    statements.push(typeof statement === "string" ? statement : statement.name);
    try {
      return await db.run(statement, values);
    } catch (thrown) {
      await onFailed();
      throw thrown;
    }
  };
  const get = (_: Database, key: keyof Database) => {
    const value = key === "run" ? run : db[key];
    return typeof value === "function" ? value.bind(db) : value;
  };
  return { statements, db: new Proxy(db, { get } as ProxyHandler<Database>) };
}
