import type { JobTask, JobWork, PortWake, Wake, WakeSpec, Wakes } from "@gatehouse/core/jobs";
import { cleanText } from "../clean.js";
import type { Queryable } from "../database.js";
import { isUuid } from "../uuid.js";
import { workOf } from "./rows.js";
import { MOST_EVENTS } from "./said.js";

/** Seconds for which a way of waking has time before the next is tried. */
const LEADS_SECONDS = 60;
/** Seconds that gateways have to find an agent that waits with them, before its port is tried. */
const FIND_SECONDS = 1;
const LONGEST_WAY = 100;
const LONGEST_MESSAGE = 2_000;

const ago = (seconds: number) => `now() - interval '${seconds} seconds'`;
/** Agents of machines that are out of service, and of those that nobody let in, are not called. */
const OF_NODE =
  "join agents a on a.id = j.agent_id join nodes n on n.id = a.node_id and n.state in ('active', 'expired')";

/** What was just changed by somebody else is looked at again once it is let go of, or is left to the next call. */
const SEND = (due: string, also = "") => `
  with due as (${due} for update of j skip locked),
       sent as (update jobs j set state = 'sent', sent_at = date_trunc('milliseconds', now()), times_sent = j.times_sent + 1${also}
                from due where j.id = due.id returning j.*)`;

// The three below have no names: what is prepared while there are hardly any jobs is planned for that, and took half a minute
// for ten thousand that came with one order.

const OF_WAITING = `${SEND(
  `select j.id from jobs j ${OF_NODE}
     where j.agent_id = any($1::uuid[]) and j.task = 'wake' and j.ended_at is null and j.due_at <= now()
       and (j.state = 'prepared' or j.sent_at <= ${ago(LEADS_SECONDS)}) order by j.number`,
)}
  select j.id as "jobId", j.agent_id as "agentId", j.task, o.task as "orderTask", o.spec
  from sent j join job_orders o on o.id = j.order_id order by j.number`;

/** Of a wake `j`: its agent's port is to be tried. */
const WANTS_PORT = (
  j: string,
) => `${j}.task = 'wake' and ${j}.ended_at is null and ${j}.port_at is null and ${j}.due_at <= ${ago(FIND_SECONDS)}
  and (${j}.state = 'prepared' or ${j}.sent_at <= ${ago(LEADS_SECONDS)})`;

/** Of an agent's several wakes the first; the others have their turn when that one led to nothing. */
const FOR_PORTS = `${SEND(
  `select j.id from jobs j ${OF_NODE} where ${WANTS_PORT("j")} and not exists (
       select from jobs k where k.agent_id = j.agent_id and k.id <> j.id and k.task = 'wake' and k.ended_at is null
         and (k.port_at > ${ago(LEADS_SECONDS)} or k.number < j.number and ${WANTS_PORT("k")}))
     order by j.due_at, j.number limit $1`,
  ", port_at = now()",
)}
  select j.id as "jobId", j.agent_id as "agentId", j.task, o.task as "orderTask", o.spec, a.attributes -> 'httpd' ->> 'port' as port,
    coalesce(a.attributes ->> 'from', (
      select e.value from node_evidence e where e.agent_id = a.id and e.kind = 'address' and e.proof = 'observed'
      order by e.seen_at desc limit 1)) as address
  from sent j join job_orders o on o.id = j.order_id join agents a on a.id = j.agent_id order by j.due_at, j.number`;

/** Also of one whose agent came meanwhile: the way went as it went. */
const TOLD = `with held as (
           select id from jobs where id = any($1::uuid[]) and task = 'wake' and events < ${MOST_EVENTS} order by number for update
         ), wake as (
           update jobs j set events = j.events + 1 from held where j.id = held.id returning j.id, j.events
         ) insert into job_events (job_id, seq, by, about, status, message) select id, events, 'gatehouse', $2, $3, $4 from wake`;

const NEXT_AT = {
  name: "wakes.next-at",
  text: `select j.due_at as "dueAt" from jobs j ${OF_NODE}
         where j.task = 'wake' and j.ended_at is null and j.port_at is null and j.state = 'prepared' order by j.due_at limit 1`,
};

interface WakeRow {
  readonly jobId: string;
  readonly agentId: string;
  readonly task: JobTask;
  readonly orderTask: JobTask;
  readonly spec: JobWork["spec"];
}
interface PortRow extends WakeRow {
  readonly address: string | null;
  readonly port: string | null;
}

/** {@link Wakes} on PostgreSQL. */
export function createWakes(db: Pick<Queryable, "run" | "read">): Wakes {
  return {
    async ofWaiting(agentIds) {
      const ids = agentIds.filter(isUuid);
      return ids.length === 0 ? [] : (await db.run<WakeRow>(OF_WAITING, [ids])).map(wakeOf);
    },

    async forPorts(most) {
      const rows = await db.run<PortRow>(FOR_PORTS, [most]);
      return rows.map(
        (row): PortWake => ({ ...wakeOf(row), address: row.address ?? undefined, port: portOf(row.port) }),
      );
    },

    async told(jobIds, way, { ok, message }) {
      const ids = [jobIds].flat().filter(isUuid);
      if (ids.length === 0) return;
      const said = cleanText(message.slice(0, LONGEST_MESSAGE));
      await db.run(TOLD, [ids, cleanText(way.slice(0, LONGEST_WAY)), ok ? "ok" : "ko", said]);
    },

    async nextAt() {
      const [row] = await db.read<{ dueAt: Date }>(NEXT_AT, []);
      return row?.dueAt ?? null;
    },
  };
}

function wakeOf(row: WakeRow): Wake {
  const { tasks } = workOf(row).spec as WakeSpec;
  return { jobId: row.jobId, agentId: row.agentId, tasks };
}

/** As agents announce it, in which form ever; what is no port is none. */
function portOf(said: string | null): number | undefined {
  const port = said !== null && /^\d{1,5}$/.test(said) ? Number(said) : 0;
  return port > 0 && port < 65_536 ? port : undefined;
}
