import { GatehouseError } from "@gatehouse/core/errors";
import { MOST_RECORDINGS, type Recording, type Recordings, recordingFault } from "@gatehouse/core/exchanges";
import { cleanJson, cleanText } from "../clean.js";
import type { Queryable } from "../database.js";
import { isUuid } from "../uuid.js";

/** Where changes of the recordings are told. */
export const RECORDINGS_CHANNEL = "gatehouse_recordings";

/** "reco" in ASCII: who adds one looks at all others first. */
const LOCK = 0x7265636f;
/** Days for which a recording that ended is shown. */
const SHOWN_DAYS = 7;

const FULL = "(recorded >= most or bytes >= megabytes::bigint << 20)";
/** What is on. */
export const LIVE = `stopped_at is null and ends_at > now() and not ${FULL}`;
export const RECORDING_COLUMNS = `id, name, spec, most, megabytes, created_at as "createdAt", created_by as "createdBy",
  ends_at as "endsAt", recorded, bytes::float8 as bytes,
  case when stopped_at is not null then 'stopped' when ${FULL} then 'full' when ends_at <= now() then 'over' else 'on' end as state`;
const TOLD = `select pg_notify('${RECORDINGS_CHANNEL}', '')`;

/** {@link Recordings} on PostgreSQL. */
export function createRecordings(db: Pick<Queryable, "run" | "transaction">): Recordings {
  return {
    async add(recording, by) {
      const fault = recordingFault(recording);
      if (fault !== undefined) throw new GatehouseError("request-malformed", fault);
      const { name, spec, most, megabytes, seconds } = recording;
      return db.transaction(async (run) => {
        await run("select pg_advisory_xact_lock($1)", [LOCK]);
        const live = await run<{ name: string | null }>(`select name from recordings where ${LIVE}`);
        if (name !== undefined && live.some((one) => one.name === name))
          throw new GatehouseError("conflict", `There is a recording ${name}, and it is on.`);
        if (live.length >= MOST_RECORDINGS)
          throw new GatehouseError("conflict", `There are ${MOST_RECORDINGS} recordings that are on: stop one first.`);
        const [row] = await run<Recording>(
          `insert into recordings (name, spec, most, megabytes, created_by, ends_at)
           values ($1, $2, $3, $4, $5, now() + make_interval(secs => $6)) returning ${RECORDING_COLUMNS}`,
          [name ?? null, JSON.stringify(cleanJson(spec)), most, megabytes, cleanText(by), seconds],
        );
        await run(TOLD);
        if (row === undefined) throw new Error("an insert returned no row");
        return row;
      });
    },

    list: () =>
      db.run<Recording>(
        `select ${RECORDING_COLUMNS} from recordings where ${LIVE} or created_at > now() - interval '${SHOWN_DAYS} days'
         order by (${LIVE}) desc, created_at desc, id limit 1000`,
      ),

    async stop(reference) {
      const [row] = await db.run<Recording>(
        `with stopped as (
           update recordings set stopped_at = now() where ${LIVE} and (name = $1 or id = $2) returning *)
         select ${RECORDING_COLUMNS}, pg_notify('${RECORDINGS_CHANNEL}', '') from stopped`,
        [cleanText(reference), isUuid(reference) ? reference : null],
      );
      if (row === undefined) return undefined;
      const { pg_notify: _, ...stopped } = row as Recording & { pg_notify?: unknown };
      return stopped;
    },
  };
}

/** Forgets recordings that ended long ago. @returns how many */
export async function dropOldRecordings(db: Pick<Queryable, "run">): Promise<number> {
  const rows = await db.run(
    `delete from recordings where not (${LIVE}) and created_at < now() - interval '30 days'
       and ends_at < now() - interval '${SHOWN_DAYS} days' returning id`,
  );
  return rows.length;
}
