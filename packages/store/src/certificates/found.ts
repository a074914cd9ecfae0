import { randomUUID } from "node:crypto";
import type { ImportedAuthority } from "@gatehouse/core/certificates";
import { GatehouseError } from "@gatehouse/core/errors";
import { cleanJson } from "../clean.js";
import type { Database, Run } from "../database.js";
import { REQUEST_INSERT, type RequestValues, serialNumber } from "./rows.js";

/** Certificates of one statement: an imported authority may bring a hundred thousand. */
const MOST = 2_000;

type Seal = (id: string, key: string, which: "key" | "root") => Buffer;

/** Stores an authority with all that it brings, in one transaction. @throws conflict when there is one */
export function foundAuthority(
  db: Database,
  said: ImportedAuthority,
  seal: Seal,
  requestValues: RequestValues,
  notify: string,
): Promise<void> {
  const { authority, nextSerial } = said;
  return db.transaction(async (run) => {
    const id = randomUUID();
    const rows = await run(
      `insert into authorities (id, chain, key, root_key, origin) values ($1, $2, $3, $4, $5)
       on conflict on constraint authorities_only do nothing returning id`,
      [
        id,
        authority.chain,
        seal(id, authority.key, "key"),
        authority.rootKey === null ? null : seal(id, authority.rootKey, "root"),
        authority.origin,
      ],
    );
    if (rows.length === 0) throw new GatehouseError("conflict", "This database has an authority already.");
    await run("select setval('certificate_serials', $1, false)", [nextSerial.toString()]);
    for (let start = 0; start < said.certificates.length; start += MOST)
      await addCertificates(run, said.certificates.slice(start, start + MOST));
    for (let start = 0; start < said.revocations.length; start += MOST)
      await addRevocations(run, said.revocations.slice(start, start + MOST));
    for (const request of said.requests)
      await run(`insert into certificate_requests ${REQUEST_INSERT}`, requestValues({ ...request, from: null }));
    for (const crl of said.crls) {
      await run(
        "insert into crls (issuer, number, pem, this_update, next_update, generation) values ($1, $2, $3, $4, $5, 0)",
        [crl.issuer, crl.number.toString(), crl.pem, crl.thisUpdate, crl.nextUpdate],
      );
    }
    await run(notify);
  });
}

async function addCertificates(run: Run, certificates: ImportedAuthority["certificates"]): Promise<void> {
  const rows = certificates.map((certificate) => cleanJson(certificate));
  await run(
    `insert into certificates (serial, name, profile, state, pem, fingerprints, not_before, not_after, alt_names, extensions, issued_by, issued_at, revoked_at, revoked_by, cleaned)
     select serial, name, 'puppet', case when revoked_at is null then 'issued' else 'revoked' end, pem, fingerprints, not_before, not_after,
            alt_names, extensions, 'import', not_before, revoked_at, case when revoked_at is null then null else 'import' end, pem is null
     from unnest($1::numeric[], $2::text[], $3::text[], $4::jsonb[], $5::timestamptz[], $6::timestamptz[], $7::jsonb[], $8::jsonb[], $9::timestamptz[])
       as t (serial, name, pem, fingerprints, not_before, not_after, alt_names, extensions, revoked_at)`,
    [
      rows.map(({ serial }) => serialNumber(serial)),
      rows.map(({ name }) => name),
      rows.map(({ signed }) => signed?.pem ?? null),
      rows.map(({ signed }) => (signed === null ? null : JSON.stringify(signed.fingerprints))),
      rows.map(({ notBefore }) => notBefore),
      rows.map(({ notAfter }) => notAfter),
      rows.map(({ signed }) => JSON.stringify(signed?.altNames ?? [])),
      rows.map(({ signed }) => JSON.stringify(signed?.extensions ?? {})),
      rows.map(({ revokedAt }) => revokedAt),
    ],
  );
}

/** Serials of the old list whose certificates are gone: they stay revoked, and out of every name's way. */
async function addRevocations(run: Run, revocations: ImportedAuthority["revocations"]): Promise<void> {
  await run(
    `insert into certificates (serial, name, profile, state, not_after, issued_by, issued_at, revoked_at, revoked_by, cleaned)
     select serial, '', 'puppet', 'revoked', not_after, 'import', revoked_at, revoked_at, 'import', true
     from unnest($1::numeric[], $2::timestamptz[], $3::timestamptz[]) as t (serial, revoked_at, not_after)
     on conflict (serial) do nothing`,
    [
      revocations.map(({ serial }) => serialNumber(serial)),
      revocations.map(({ revokedAt }) => revokedAt),
      revocations.map(({ notAfter }) => notAfter),
    ],
  );
}
