import { promisify } from "node:util";
import { deflateRaw, deflateRawSync } from "node:zlib";
import type { NewSubmission, Submissions } from "@gatehouse/core/submissions";
import { cleanJson, cleanText } from "../clean.js";
import type { Database } from "../database.js";
import { isAway } from "../failures.js";
import { lacksPartition, makePartitions } from "../partitions.js";
import { hold } from "./held.js";

const deflateRawAsync = promisify(deflateRaw);

/** Submissions of one commit, and the bytes of their stored bodies, at the most. */
const MOST = 64;
const MOST_BYTES = 1 << 20;
/** Commits under way at once: one is being written while the next one is being collected. */
const COMMITS = 2;
/** Bytes up to which a body is compressed on this thread: handing it over costs more. */
const INLINE_BYTES = 32 * 1024;
/** Bytes below which compressing gains nothing. */
const SMALL_BYTES = 256;
/** The first level halves a report twice; the next ones take longer for a few per cent. */
const LEVEL = { level: 1 } as const;
/** Milliseconds between two looks at an agent's queue. */
const LOOK_MS = 25;

/**
 * Bodies travel as one value with the places where each begins: an array of them would be sent as text, doubled and
 * escaped (three times the work on both sides).
 */
const STORE = {
  name: "submissions.store",
  text: `with said as (
           select * from unnest($1::uuid[], $2::text[], $3::text[], $4::int[], $5::int[], $6::int[], $8::jsonb[])
             with ordinality as t (agent_id, kind, coding, size, start, length, context, place)
         ), stored as (
           insert into submissions (agent_id, kind, coding, size, context, body)
           select agent_id, kind, coding, size, context, substring($7::bytea from start for length) from said order by place
           returning id, accepted_at, agent_id, kind, size
         ) insert into inbox (id, accepted_at, agent_id, kind, size) select id, accepted_at, agent_id, kind, size from stored`,
};

const UNSETTLED = {
  name: "inbox.unsettled",
  text: "select exists (select from inbox where agent_id = $1) as waits",
};

interface Packed {
  readonly agentId: string;
  readonly kind: string;
  readonly coding: "identity" | "deflate";
  readonly size: number;
  readonly body: Buffer;
  /** As JSON. */
  readonly context: string | null;
  readonly done: (error?: unknown) => void;
}

/**
 * {@link Submissions} on PostgreSQL: what comes in while a commit is being written goes into the next one, so that
 * agents wait for one commit and not for a queue of them.
 * @param onAccepted called after each commit: something waits in the inbox
 */
export function createSubmissions(db: Database, onAccepted: () => void = () => undefined): Submissions {
  let queue: Packed[] = [];
  let commits = 0;
  let scheduled = false;

  const pump = () => {
    scheduled = false;
    while (commits < COMMITS && queue.length > 0) {
      const batch = takeBatch();
      commits++;
      void store(db, batch).then((stored) => {
        commits--;
        if (stored) onAccepted();
        pump();
      });
    }
  };

  const takeBatch = (): Packed[] => {
    let bytes = 0;
    let count = 0;
    for (const { body } of queue) {
      bytes += body.length;
      if (count > 0 && (count === MOST || bytes > MOST_BYTES)) break;
      count++;
    }
    const batch = queue.slice(0, count);
    queue = queue.slice(count);
    return batch;
  };

  return {
    async accept(submission) {
      const packed = await pack(submission);
      if (submission.held === true && (await storeHeld(db, packed))) return;
      await new Promise<void>((resolve, reject) => {
        const done = (error?: unknown) => (error === undefined ? resolve() : reject(error));
        queue.push({ ...packed, done });
        if (scheduled) return;
        scheduled = true;
        setImmediate(pump);
      });
    },

    async settled(agentId, timeoutMs) {
      const end = Date.now() + timeoutMs;
      for (;;) {
        const [row] = await db.read<{ waits: boolean }>(UNSETTLED, [agentId]);
        if (row?.waits !== true) return true;
        if (Date.now() >= end) return false;
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      }
    },
  };
}

/** Compressed where that gains something: not where its sender did it. */
async function pack({ agentId, kind: said, body, context: around }: NewSubmission): Promise<Omit<Packed, "done">> {
  const kind = cleanText(said);
  const context = around === undefined ? null : JSON.stringify(cleanJson(around));
  const size = body.length;
  if (body.length >= SMALL_BYTES && !isPacked(body)) {
    const smaller = body.length <= INLINE_BYTES ? deflateRawSync(body, LEVEL) : await deflateRawAsync(body, LEVEL);
    if (smaller.length < body.length) return { agentId, kind, size, context, coding: "deflate", body: smaller };
  }
  return { agentId, kind, size, context, coding: "identity", body };
}

/** Whether it begins as gzip (RFC 1952) or zlib (RFC 1950) does; JSON and XML begin otherwise. */
const isPacked = ([first, second = 0]: Buffer): boolean =>
  (first === 0x1f && second === 0x8b) || (first === 0x78 && (0x7800 | second) % 31 === 0);

/** Alone, and not in a batch: there are few of them, and others must not wait for their locks. @returns as {@link hold} */
async function storeHeld(db: Database, packed: Omit<Packed, "done">): Promise<boolean> {
  const holding = () => db.transaction((run) => hold(run, packed));
  try {
    return await holding();
  } catch (thrown) {
    if (!lacksPartition(thrown)) throw thrown;
    await makePartitions(db);
    return holding();
  }
}

/** Stores a batch, or each of it alone where the batch as a whole was refused. @returns whether anything was stored */
async function store(db: Database, batch: readonly Packed[], again = true): Promise<boolean> {
  try {
    await db.run(STORE, parametersOf(batch));
  } catch (thrown) {
    if (again && lacksPartition(thrown)) {
      // The database's clock has jumped, or no scheduler ran for a week: agents must not pay for it. It may be that
      // another commit, or another gateway, has just made them.
      const there = await makePartitions(db).then(
        () => true,
        () => false,
      );
      if (there) return store(db, batch, false);
    }
    if (batch.length === 1 || isAway(thrown)) {
      for (const { done } of batch) done(thrown);
      return false;
    }
    const alone = await Promise.all(batch.map((packed) => store(db, [packed], again)));
    return alone.includes(true);
  }
  for (const { done } of batch) done();
  return true;
}

function parametersOf(batch: readonly Packed[]): unknown[] {
  let start = 1;
  const starts = batch.map(({ body }) => {
    const at = start;
    start += body.length;
    return at;
  });
  return [
    batch.map(({ agentId }) => agentId),
    batch.map(({ kind }) => kind),
    batch.map(({ coding }) => coding),
    batch.map(({ size }) => size),
    starts,
    batch.map(({ body }) => body.length),
    batch.length === 1 ? batch[0]?.body : Buffer.concat(batch.map(({ body }) => body)),
    batch.map(({ context }) => context),
  ];
}
