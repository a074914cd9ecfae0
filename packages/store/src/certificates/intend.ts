import type { CertificateStore } from "@gatehouse/core/certificates";
import { cleanText } from "../clean.js";
import type { Database, Run } from "../database.js";
import { INTENDING } from "./locks.js";
import { REQUEST_INSERT, type RequestValues, serialNumber, serialText } from "./rows.js";

type Intend = CertificateStore["intend"];
type Intent = Parameters<Intend>[0];

/** Seconds for which an intent keeps its name: who began to sign is not overtaken, and a crash blocks nobody for long. */
const INTENT_SECONDS = 60;
const INTERRUPTED = `state = 'intended' and issued_at <= now() - make_interval(secs => ${INTENT_SECONDS})`;

const revoking = (which: string) => `
  update certificates set state = 'revoked', revoked_at = date_trunc('milliseconds', now()), revoked_by = $3
  where name = $1 and profile = $2 and ${which} returning serial::text as serial`;

/** {@link CertificateStore.intend}; `tell` runs in the transaction where something was revoked. */
export const createIntend =
  (db: Database, requestValues: RequestValues, tell: (run: Run) => Promise<void>): Intend =>
  (intent) =>
    db.transaction(async (run) => {
      const [name, profile, by] = [cleanText(intent.name), intent.profile, cleanText(intent.by)];
      await run(INTENDING);
      await run("select pg_advisory_xact_lock(hashtextextended($1, 1))", [`certificate/${profile}/${name}`]);
      if (intent.others === "refuse" && (await isTaken(run, name, profile))) return { refused: "taken" };
      if (intent.others === "replace" && (await isHeld(run, name, profile))) return { refused: "taken" };
      if (intent.renews !== undefined && !(await counts(run, intent.renews))) return { refused: "revoked" };
      // The row of the token stays locked until the commit: who comes second counts what the first has used.
      if (intent.token !== undefined && !(await use(run, intent.token))) return { refused: "token-used" };
      const revoked =
        intent.others === "replace"
          ? await run<{ serial: string }>(revoking("state <> 'revoked'"), [name, profile, by])
          : await run<{ serial: string }>(revoking(INTERRUPTED), [
              name,
              profile,
              "authority (signing was interrupted)",
            ]);
      if (revoked.length > 0) await tell(run);
      if (intent.others === "replace") {
        await run("update certificates set cleaned = true where name = $1 and profile = $2 and not cleaned", [
          name,
          profile,
        ]);
      }
      if (intent.request !== undefined) {
        await run("delete from certificate_requests where name = $1 and profile = $2", [name, profile]);
        await run(`insert into certificate_requests ${REQUEST_INSERT}`, requestValues(intent.request));
      }
      const [row] = await run<{ serial: string }>(
        `insert into certificates (serial, name, profile, state, issued_by, not_after) values (nextval('certificate_serials'), $1, $2, 'intended', $3, $4)
         returning serial::text as serial`,
        [name, profile, by, intent.notAfter],
      );
      if (row === undefined) throw new Error("an insert returned no row");
      return {
        serial: serialText(BigInt(row.serial)),
        revoked: revoked.map(({ serial }) => serialText(BigInt(serial))),
      };
    });

/** Whether the name has a certificate, revoked ones too, or is being given one. */
async function isTaken(run: Run, name: string, profile: string): Promise<boolean> {
  const rows = await run(
    `select from certificates where name = $1 and profile = $2 and not cleaned
       and (pem is not null or state = 'intended' and not (${INTERRUPTED})) limit 1`,
    [name, profile],
  );
  return rows.length > 0;
}

/** Whether a host may not come back under the name: an operator revoked it, or it is being given this moment. */
async function isHeld(run: Run, name: string, profile: string): Promise<boolean> {
  const rows = await run(
    `select from (select state from certificates where name = $1 and profile = $2 and not cleaned and pem is not null
                  order by issued_at desc, serial desc limit 1) as newest where state = 'revoked'
     union all
     select from certificates where name = $1 and profile = $2 and not cleaned and state = 'intended' and not (${INTERRUPTED})
     limit 1`,
    [name, profile],
  );
  return rows.length > 0;
}

/** Whether a certificate counts, and stands in nobody's way. */
async function counts(run: Run, serial: string): Promise<boolean> {
  const rows = await run("select from certificates where serial = $1 and state = 'issued' and not cleaned", [
    serialNumber(serial),
  ]);
  return rows.length > 0;
}

/** Counts a use of a token. @returns false when there was none left */
async function use(run: Run, { sha256, uses }: NonNullable<Intent["token"]>): Promise<boolean> {
  const rows = await run(
    `insert into autosign_uses (sha256, used, last_used_at) values ($1, 1, now())
     on conflict (sha256) do update set used = autosign_uses.used + 1, last_used_at = excluded.last_used_at
     where $2::bigint is null or autosign_uses.used < $2 returning used`,
    [sha256, uses],
  );
  return rows.length > 0;
}
