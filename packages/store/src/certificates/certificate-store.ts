import type { AuthorityRecord, Certificate, CertificateStore, PublishedCrl } from "@gatehouse/core/certificates";
import { GatehouseError } from "@gatehouse/core/errors";
import { cleanJson, cleanText } from "../clean.js";
import { Conditions } from "../conditions.js";
import { cut, decodeNameCursor } from "../cursor.js";
import type { Database, Run } from "../database.js";
import type { SecretBox } from "../secret-box.js";
import { foundAuthority } from "./found.js";
import {
  CERTIFICATE_COLUMNS,
  certificateOf,
  REQUEST_COLUMNS,
  type RequestRow,
  serialNumber,
  serialText,
} from "./rows.js";

/** The channel on which replicas tell each other of revocations, and of an authority that was made. */
export const AUTHORITY_CHANNEL = "gatehouse_authority";
const NOTIFY = `select pg_notify('${AUTHORITY_CHANNEL}', '')`;

/** Seconds for which an intent keeps its name: who began to sign is not overtaken, and a crash blocks nobody for long. */
const INTENT_SECONDS = 60;

const keyPurpose = (id: string, which: string) => `authorities:${id}:${which}`;

const REVOKE = `
  update certificates set state = 'revoked', revoked_at = date_trunc('milliseconds', now()), revoked_by = $3
  where state <> 'revoked' and (name = any($1::text[]) or serial = any($2::numeric[])) returning serial::text as serial`;

/** {@link CertificateStore} on PostgreSQL. */
export function createCertificateStore(db: Database, box: SecretBox): CertificateStore {
  const store: CertificateStore = {
    async authority() {
      const [row] = await db.run<Omit<AuthorityRecord, "key" | "rootKey"> & { key: Buffer; rootKey: Buffer | null }>(
        `select id, chain, key, root_key as "rootKey", origin, created_at as "createdAt" from authorities`,
      );
      if (row === undefined) return undefined;
      return {
        ...row,
        key: box.open(row.key, keyPurpose(row.id, "key")),
        rootKey: row.rootKey === null ? null : box.open(row.rootKey, keyPurpose(row.id, "root")),
      };
    },

    async found(imported) {
      await foundAuthority(db, imported, (id, key, which) => box.seal(key, keyPurpose(id, which)), NOTIFY);
      const authority = await store.authority();
      if (authority === undefined) throw new Error("an authority vanished");
      return authority;
    },

    async request(name) {
      const [row] = await db.run<RequestRow>(`select ${REQUEST_COLUMNS} from certificate_requests where name = $1`, [
        cleanText(name),
      ]);
      return row;
    },

    requests: () => db.run<RequestRow>(`select ${REQUEST_COLUMNS} from certificate_requests order by name`),

    async addRequest(said) {
      const { name, profile, pem, fingerprints, altNames, extensions, from } = cleanJson(said);
      const rows = await db.run(
        `insert into certificate_requests (name, profile, pem, fingerprints, alt_names, extensions, from_peer)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict (name) do nothing returning name`,
        [name, profile, pem, JSON.stringify(fingerprints), JSON.stringify(altNames), JSON.stringify(extensions), from],
      );
      return rows.length > 0;
    },

    async noteRequest(name, note) {
      await db.run("update certificate_requests set note = $2 where name = $1", [
        cleanText(name),
        cleanText(note).slice(0, 1_000),
      ]);
    },

    async deleteRequest(name) {
      const rows = await db.run("delete from certificate_requests where name = $1 returning name", [cleanText(name)]);
      return rows.length > 0;
    },

    intend: ({ name, profile, by, besideOthers }) =>
      db.transaction(async (run) => {
        await run("select pg_advisory_xact_lock(hashtextextended($1, 1))", [`certificate/${name}`]);
        if (!besideOthers) await refuseTaken(run, name);
        const [row] = await run<{ serial: string }>(
          `insert into certificates (serial, name, profile, state, issued_by) values (nextval('certificate_serials'), $1, $2, 'intended', $3)
           returning serial::text as serial`,
          [name, profile, cleanText(by)],
        );
        if (row === undefined) throw new Error("an insert returned no row");
        return { serial: serialText(BigInt(row.serial)) };
      }),

    complete: (serial, signed) =>
      db.transaction(async (run) => {
        const { pem, fingerprints, notBefore, notAfter, altNames, extensions } = cleanJson(signed);
        const [row] = await run<{ name: string; state: string }>(
          `update certificates set state = case when state = 'intended' then 'issued' else state end, pem = $2, fingerprints = $3,
             not_before = $4, not_after = $5, alt_names = $6, extensions = $7
           where serial = $1 and pem is null returning name, state`,
          [
            serialNumber(serial),
            pem,
            JSON.stringify(fingerprints),
            notBefore,
            notAfter,
            JSON.stringify(altNames),
            JSON.stringify(extensions),
          ],
        );
        if (row === undefined) throw new Error(`there is no intent for the serial ${serial}`);
        if (row.state === "revoked") throw new GatehouseError("conflict", "It was revoked before it was signed.");
        await run("delete from certificate_requests where name = $1", [row.name]);
      }),

    async certificate(name) {
      const [row] = await db.run<Certificate>(
        `select ${CERTIFICATE_COLUMNS} from certificates c where name = $1 and not cleaned and pem is not null
         order by issued_at desc, serial desc limit 1`,
        [cleanText(name)],
      );
      return row && certificateOf(row);
    },

    async bySerial(serial) {
      const number = serialNumber(serial);
      if (number === undefined) return undefined;
      const [row] = await db.run<Certificate>(`select ${CERTIFICATE_COLUMNS} from certificates c where serial = $1`, [
        number,
      ]);
      return row && certificateOf(row);
    },

    async certificates({ limit, after, name, state }) {
      const conditions = new Conditions()
        .add("c.name = ?", name && cleanText(name))
        .add("c.state = ?", state === "signed" ? "issued" : state);
      if (after !== undefined) {
        const [afterName, serial] = decodeNameCursor(after);
        conditions.add(`(c.name, c.serial) > (${conditions.value(afterName)}, ?::numeric)`, serial);
      }
      // The newest of each name, as its file would be the one in a directory.
      conditions.add("not c.cleaned and c.pem is not null and ?", true);
      const rows = await db.run<Certificate>(
        `select ${CERTIFICATE_COLUMNS} from certificates c ${conditions.where}
           and not exists (select from certificates n where n.name = c.name and not n.cleaned and n.pem is not null
                           and (n.issued_at, n.serial) > (c.issued_at, c.serial))
         order by c.name, c.serial limit ${conditions.value(limit + 1)}`,
        conditions.values,
      );
      const { page, next } = cut(rows, limit, (row) => [row.name, row.serial]);
      return { certificates: page.map(certificateOf), next };
    },

    revoke: ({ names = [], serials = [] }, by) =>
      db.transaction(async (run) => {
        const rows = await run<{ serial: string }>(REVOKE, [
          names.map(cleanText),
          serials.flatMap((serial) => serialNumber(serial) ?? []),
          cleanText(by),
        ]);
        if (rows.length > 0) {
          await run("update authorities set generation = generation + 1");
          await run(NOTIFY);
        }
        return rows.map(({ serial }) => serialText(BigInt(serial)));
      }),

    async clean(names) {
      const rows = await db.run<{ name: string }>(
        `with gone as (update certificates set cleaned = true where name = any($1::text[]) and not cleaned returning name),
              asked as (delete from certificate_requests where name = any($1::text[]) returning name)
         select distinct name from (select name from gone union all select name from asked) as both_`,
        [names.map(cleanText)],
      );
      return rows.map(({ name }) => name);
    },

    async revocations(now) {
      const [row] = await db.run<{ generation: string }>("select generation from authorities");
      const rows = await db.run<{ serial: string; revokedAt: Date; notAfter: Date | null }>(
        `select serial::text as serial, revoked_at as "revokedAt", not_after as "notAfter" from certificates
         where state = 'revoked' and (not_after is null or not_after > $1) order by serial`,
        [now],
      );
      return {
        entries: rows.map((entry) => ({ ...entry, serial: serialText(BigInt(entry.serial)) })),
        generation: BigInt(row?.generation ?? 0),
      };
    },

    async crls() {
      const rows = await db.run<Omit<PublishedCrl, "number"> & { number: string }>(
        `select issuer, number::text as number, pem, this_update as "thisUpdate", next_update as "nextUpdate",
                published_at as "publishedAt" from crls order by issuer`,
      );
      return rows.map((row) => ({ ...row, number: BigInt(row.number) }));
    },

    async publishCrl({ issuer, number, pem, thisUpdate, nextUpdate }, generation) {
      const rows = await db.run(
        `with published as (
           insert into crls (issuer, number, pem, this_update, next_update, generation) values ($1, $2, $3, $4, $5, $6)
           on conflict (issuer) do update set number = excluded.number, pem = excluded.pem, this_update = excluded.this_update,
             next_update = excluded.next_update, generation = excluded.generation, published_at = excluded.published_at
           where crls.number < excluded.number and crls.generation <= excluded.generation
           returning issuer
         ) select issuer, pg_notify('${AUTHORITY_CHANNEL}', '') from published`,
        [cleanText(issuer), number.toString(), pem, thisUpdate, nextUpdate, generation.toString()],
      );
      return rows.length > 0;
    },
  };
  return store;
}

async function refuseTaken(run: Run, name: string): Promise<void> {
  const [taken] = await run<{ state: string }>(
    `select state from certificates where name = $1 and not cleaned
       and (pem is not null or issued_at > now() - make_interval(secs => ${INTENT_SECONDS}) and state = 'intended')
     order by issued_at desc limit 1`,
    [name],
  );
  if (taken !== undefined) throw new GatehouseError("conflict", `${name} has a certificate, or is being given one.`);
}
