import { GatehouseError } from "@gatehouse/core/errors";
import { type JobEvent, type JobState, type Jobs, type OpenJobState, orderFault } from "@gatehouse/core/jobs";
import { cleanText } from "../clean.js";
import { Conditions } from "../conditions.js";
import { cut, decodeNumberCursor, decodePartCursor } from "../cursor.js";
import type { Queryable } from "../database.js";
import { inTime } from "../nodes/list.js";
import { RuleSearches } from "../nodes/rule-searches.js";
import type { Run } from "../session.js";
import { isUuid } from "../uuid.js";
import { createOrder } from "./create.js";
import { asManyAsFit, endJobs, reporting, TOLD, type Told } from "./ends.js";
import { JOB_VIEW, type JobViewRow, ORDER, type OrderRow, orderOf, viewOf, WAITING_JOBS } from "./rows.js";

/** What lists are told to be of, in their cursors. */
const ORDERS = "orders";
const LIST = "jobs";
/** Nodes of an order that a list of orders names. */
const MOST_NAMED = 100;
/** Jobs that one transaction ends. */
const SOME = 500;

const OPEN_OF = {
  // Behind those of the round before: what has ended is not walked through again.
  orderId: `select j.id, j.number::text, ${TOLD} from jobs j where j.order_id = $1 and j.ended_at is null and j.number > $3 order by j.number limit $2 for update`,
  // With a job goes the wake that came with it.
  jobId: `select j.id, j.number::text, ${TOLD} from jobs j where j.ended_at is null and j.number > $3 and (j.id = $1 or j.task = 'wake' and exists (
            select from jobs m where m.id = $1 and m.task <> 'wake' and m.order_id = j.order_id and m.agent_id = j.agent_id))
          order by j.number limit $2 for update`,
};

/** Two parts, each with its own index: most of the table is of neither. */
const COUNTS = `
  select state, count(*)::int as count, (count(*) filter (where is_unproven))::int as unproven
  from jobs where ended_at is null and task <> 'wake' group by state
  union all
  select state, count(*)::int, 0 from jobs where ended_at >= $1 and task <> 'wake' group by state`;
const openStates: ReadonlySet<JobState> = new Set<OpenJobState>(["prepared", "sent", "running"]);

/**
 * {@link Jobs} on PostgreSQL.
 * @param onEnded called after a commit that ended jobs: their reports wait in the inbox
 */
export function createJobs(db: Pick<Queryable, "run" | "transaction">, onEnded: () => void = () => undefined): Jobs {
  const searches = new RuleSearches();
  return {
    async create(order, by) {
      const fault = orderFault(order);
      if (fault !== undefined) throw new GatehouseError("request-malformed", fault);
      const make = () => inTime(db.transaction((run) => createOrder(run, order, by)));
      return "group" in order.target ? searches.run(make) : make();
    },

    async orders({ limit, after }) {
      const conditions = new Conditions().add(
        "o.number < ?",
        after === undefined ? undefined : numberIn(after, ORDERS),
      );
      const rows = await db.run<OrderRow>(
        `select ${ORDER} from job_orders o ${conditions.where} order by o.number desc limit ${conditions.value(limit + 1)}`,
        conditions.values,
      );
      const { page, next } = cut(rows, limit, ({ number }) => [ORDERS, number]);
      return { orders: page.map((row) => orderOf({ ...row, target: shortly(row.target) })), next };
    },

    async order(reference) {
      // What names one thing comes first: else an order could hide another one by its name.
      const [row] = await db.run<OrderRow>(
        `select ${ORDER} from job_orders o where o.name = $1::text or o.id = $2::uuid order by o.id = $2::uuid desc nulls last limit 1`,
        [cleanText(reference), isUuid(reference) ? reference : null],
      );
      return row && orderOf(row);
    },

    async list({ orderId, nodeId, state, task }, { limit, after }) {
      if ([orderId, nodeId].some((id) => id !== undefined && !isUuid(id))) return { jobs: [], next: null };
      const conditions = new Conditions()
        .add("j.order_id = ?", orderId)
        .add("j.agent_id in (select id from agents where node_id = ?)", nodeId)
        .add("j.state = ?", state)
        .add("j.task = ?", task)
        .add("j.number < ?", after === undefined ? undefined : numberIn(after, LIST));
      const rows = await db.run<JobViewRow>(
        `select ${JOB_VIEW} from ${WAITING_JOBS} ${conditions.where} order by j.number desc limit ${conditions.value(limit + 1)}`,
        conditions.values,
      );
      const { page, next } = cut(rows, limit, ({ number }) => [LIST, String(number)]);
      const now = new Date();
      return { jobs: page.map((row) => viewOf(row, now)), next };
    },

    async find(id) {
      if (!isUuid(id)) return undefined;
      const [row] = await db.run<JobViewRow>(`select ${JOB_VIEW} from ${WAITING_JOBS} where j.id = $1`, [id]);
      return row && viewOf(row, new Date());
    },

    async events(jobId, { limit, after }) {
      const seq = after === undefined ? 0 : decodePartCursor(after, jobId);
      if (!isUuid(jobId)) return { events: [], next: null };
      const rows = await db.run<JobEvent & { data: NonNullable<JobEvent["data"]> | null }>(
        `select seq, at, by, step, about, status, message, data from job_events
         where job_id = $1 and seq > $2 order by seq limit $3`,
        [jobId, seq, limit + 1],
      );
      const { page, next } = cut(rows, limit, (row) => [jobId, String(row.seq)]);
      return { events: page.map(({ data, ...event }) => ({ ...event, ...(data !== null && { data }) })), next };
    },

    async cancel(what, by) {
      const [statement, id] = "orderId" in what ? [OPEN_OF.orderId, what.orderId] : [OPEN_OF.jobId, what.jobId];
      if (!isUuid(id)) return 0;
      let count = 0;
      for (let after = "0"; ; ) {
        const some = await reporting(db, (run) => cancelSome(run, statement, [id, SOME, after], by));
        after = some.last;
        count += some.own;
        if (some.ended > 0) onEnded();
        if (some.isLast) return count;
      }
    },

    async counts(endedSince) {
      const rows = await db.run<{ state: JobState; count: number; unproven: number }>(COUNTS, [endedSince]);
      const of = (isOpen: boolean) =>
        Object.fromEntries(
          rows.filter(({ state }) => openStates.has(state) === isOpen).map(({ state, count }) => [state, count]),
        );
      return { open: of(true), ended: of(false), unproven: rows.reduce((sum, { unproven }) => sum + unproven, 0) };
    },

    async identities() {
      const rows = await db.run<{ name: string; id: string }>(
        "select name, id::text from job_orders where name is not null",
      );
      return new Map(rows.map(({ name, id }) => [name, id]));
    },
  };
}

async function cancelSome(run: Run, statement: string, values: readonly unknown[], by: string) {
  const found = await run<Told & { id: string; number: string }>(statement, [...values]);
  const some = asManyAsFit(found);
  const reason = `Cancelled by ${by}.`;
  const ended = await endJobs(
    run,
    some.map((job) => ({ id: job.id, state: "cancelled", reason })),
    "operator",
  );
  const [own] = await run<{ count: number }>(
    `select count(*)::int as count from jobs j join job_orders o on o.id = j.order_id where j.id = any($1::uuid[]) and j.task = o.task`,
    [ended],
  );
  const isLast = found.length < SOME && some.length === found.length;
  return { isLast, last: some.at(-1)?.number ?? "0", ended: ended.length, own: own?.count ?? 0 };
}

const shortly = (target: OrderRow["target"]): OrderRow["target"] =>
  "nodes" in target ? { nodes: target.nodes.slice(0, MOST_NAMED) } : target;

/** @throws request-malformed for another list's cursor */
function numberIn(cursor: string, of: string): string {
  const [list, number] = decodeNumberCursor(cursor);
  if (list === of) return number;
  throw new GatehouseError("request-malformed", "The page cursor is not one that this server gave out.");
}
