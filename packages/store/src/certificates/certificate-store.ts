import type { AuthorityRecord, Certificate, CertificateStore } from "@gatehouse/core/certificates";
import { GatehouseError } from "@gatehouse/core/errors";
import { cleanJson, cleanText } from "../clean.js";
import { Conditions } from "../conditions.js";
import { certificatePlace, cut, decodeCertificateCursor } from "../cursor.js";
import type { Database, Run } from "../database.js";
import type { SecretBox } from "../secret-box.js";
import { createCrls } from "./crls.js";
import { foundAuthority } from "./found.js";
import { createIntend } from "./intend.js";
import { REVOKING } from "./locks.js";
import { createRequests } from "./requests.js";
import {
  CERTIFICATE_COLUMNS,
  certificateOf,
  nameToFind,
  requestSeal,
  requestValues,
  serialNumber,
  serialText,
} from "./rows.js";

/** The channel on which replicas tell each other of revocations, and of an authority that was made. */
export const AUTHORITY_CHANNEL = "gatehouse_authority";
const NOTIFY = `select pg_notify('${AUTHORITY_CHANNEL}', '')`;

const keyPurpose = (id: string, which: string) => `authorities:${id}:${which}`;

/** Signed and in nobody's way; what was only intended, or came without its file, stands for no name. */
const STANDS = "not c.cleaned and c.pem is not null";

/** Counts a change of the revocations, and tells every replica once it is committed. */
async function tellRevoked(run: Run): Promise<void> {
  await run("update authorities set generation = generation + 1");
  await run(NOTIFY);
}

/** {@link CertificateStore} on PostgreSQL. */
export function createCertificateStore(db: Database, box: SecretBox): CertificateStore {
  const seal = requestSeal(box);
  const valuesOf = requestValues(seal);
  const store: CertificateStore = {
    ...createRequests(db, seal),
    ...createCrls(db, AUTHORITY_CHANNEL),
    intend: createIntend(db, valuesOf, tellRevoked),

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
      await foundAuthority(db, imported, (id, key, which) => box.seal(key, keyPurpose(id, which)), valuesOf, NOTIFY);
      const authority = await store.authority();
      if (authority === undefined) throw new Error("an authority vanished");
      return authority;
    },

    async nextSerial() {
      const [row] = await db.run<{ next: string }>(
        "select (last_value + case when is_called then 1 else 0 end)::text as next from certificate_serials",
      );
      if (row === undefined) throw new Error("a sequence has no row");
      return BigInt(row.next);
    },

    complete: (serial, signed) =>
      db.transaction(async (run) => {
        const { pem, fingerprints, notBefore, notAfter, altNames, extensions } = cleanJson(signed);
        const number = serialNumber(serial);
        const [row] = await run<{ name: string; profile: string }>(
          `update certificates set state = 'issued', pem = $2, fingerprints = $3, not_before = $4, not_after = $5, alt_names = $6, extensions = $7
           where serial = $1 and state = 'intended' returning name, profile`,
          [
            number,
            pem,
            JSON.stringify(fingerprints),
            notBefore,
            notAfter,
            JSON.stringify(altNames),
            JSON.stringify(extensions),
          ],
        );
        if (row === undefined) return refuseComplete(run, serial, number);
        await run("delete from certificate_requests where name = $1 and profile = $2", [row.name, row.profile]);
      }),

    async certificate({ name, profile }) {
      const [row] = await db.run<Certificate>(
        `select ${CERTIFICATE_COLUMNS} from certificates c where name = $1 and profile = $2 and ${STANDS}
         order by issued_at desc, serial desc limit 1`,
        [nameToFind(name), profile],
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

    async certificates({ limit, after, name, profile, state, standing = false }) {
      const conditions = new Conditions()
        .add("c.name = ?", name === undefined ? undefined : nameToFind(name))
        .add("c.profile = ?", profile)
        .add("c.state = ?", state);
      if (after !== undefined) {
        const [afterName, afterProfile, serial] = decodeCertificateCursor(after);
        const place = `${conditions.value(afterName)}, ${conditions.value(afterProfile)}`;
        conditions.add(`(c.name, c.profile, c.serial) > (${place}, ?::numeric)`, serial);
      }
      // As its file would be the one in a directory of Puppet's.
      const newest = `${STANDS} and not exists (
        select from certificates n where n.name = c.name and n.profile = c.profile and not n.cleaned and n.pem is not null
          and (n.issued_at, n.serial) > (c.issued_at, c.serial))`;
      conditions.add(`(not ? or ${newest})`, standing);
      const rows = await db.run<Certificate>(
        `select ${CERTIFICATE_COLUMNS} from certificates c ${conditions.where}
         order by c.name, c.profile, c.serial limit ${conditions.value(limit + 1)}`,
        conditions.values,
      );
      const { page, next } = cut(rows, limit, (row) => [row.name, certificatePlace(row.profile, row.serial)]);
      return { certificates: page.map(certificateOf), next };
    },

    async serves(names, now) {
      const rows = await db.run(
        `select from certificates where profile = 'server' and state = 'issued' and not_after > $2
           and (lower(name) = any($1::text[]) or lower(alt_names::text)::jsonb ?| $3::text[]) limit 1`,
        [names.map(cleanText), now, names.flatMap((name) => [`dns:${cleanText(name)}`, `ip:${cleanText(name)}`])],
      );
      return rows.length > 0;
    },

    revoke: (what, by) => db.transaction((run) => revoke(run, what, by)),

    clean: (names, profile, by) =>
      db.transaction(async (run) => {
        const revoked = by === null ? [] : await revoke(run, { names, profile }, by);
        const rows = await run<{ name: string }>(
          `with gone as (update certificates set cleaned = true where name = any($1::text[]) and profile = $2 and not cleaned returning name),
                asked as (delete from certificate_requests where name = any($1::text[]) and profile = $2 returning name)
           select distinct name from (select name from gone union all select name from asked) as both_`,
          [names.map(nameToFind), profile],
        );
        return { had: rows.map(({ name }) => name), revoked };
      }),
  };
  return store;
}

async function revoke(run: Run, what: Parameters<CertificateStore["revoke"]>[0], by: string): Promise<string[]> {
  await run(REVOKING);
  const [which, values] =
    "serials" in what
      ? ["serial = any($2::numeric[])", [what.serials.flatMap((serial) => serialNumber(serial) ?? [])]]
      : ["name = any($2::text[]) and profile = $3", [what.names.map(nameToFind), what.profile]];
  const rows = await run<{ serial: string }>(
    `update certificates set state = 'revoked', revoked_at = date_trunc('milliseconds', now()), revoked_by = $1
     where state <> 'revoked' and ${which} returning serial::text as serial`,
    [cleanText(by), ...values],
  );
  if (rows.length > 0) await tellRevoked(run);
  return rows.map(({ serial }) => serialText(BigInt(serial)));
}

async function refuseComplete(run: Run, serial: string, number: string | undefined): Promise<never> {
  const rows = await run("select from certificates where serial = $1 and state = 'revoked' and pem is null", [number]);
  if (rows.length > 0) throw new GatehouseError("conflict", "It was revoked before it was signed.");
  throw new Error(`there is no intent for the serial ${serial}`);
}
