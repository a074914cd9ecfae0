import { X509Certificate } from "node:crypto";
import pg from "pg";

/** Of a made-up certificate; `n` counts from 1. */
export const hostName = (n: number): string => `host-${String(n).padStart(6, "0")}.bench.example`;

/** Every so many-th is revoked. */
const rhythm = ({ certificates, revoked }: Large): number => Math.floor(certificates / revoked);

/** Whether the n-th made-up certificate is revoked from the start. */
export const isRevoked = (n: number, large: Large): boolean => n % rhythm(large) === 0;

export interface Large {
  readonly certificates: number;
  readonly revoked: number;
}

const CERTIFICATES = `
  insert into certificates (serial, name, profile, state, pem, fingerprints, not_before, not_after, alt_names, extensions,
                            issued_by, issued_at, revoked_at, revoked_by)
  select nextval('certificate_serials'), name, 'puppet', case when revoked then 'revoked' else 'issued' end, $3, $4::jsonb,
         at, at + interval '5 years', jsonb_build_array('DNS:' || name), '{"pp_role": "web", "pp_environment": "production"}',
         'autosign: all', at, case when revoked then at + interval '30 days' end, case when revoked then 'operator' end
  from (select 'host-' || lpad(n::text, 6, '0') || '.bench.example' as name, n % $2 = 0 as revoked,
               date_trunc('seconds', now()) - interval '1 year' + n * interval '4 minutes' as at
        from generate_series(1, $1::int) as n order by n) as made`;

/** Puts certificates into the database of a gateway's authority, as if it had issued them, and leaves it tidy. */
export async function makeLarge(database: pg.ClientConfig, large: Large, pem: string): Promise<void> {
  const { fingerprint: sha1, fingerprint256: sha256, fingerprint512: sha512 } = new X509Certificate(pem);
  const client = new pg.Client(database);
  await client.connect();
  try {
    await client.query("begin");
    const values = [large.certificates, rhythm(large), pem, JSON.stringify({ sha1, sha256, sha512 })];
    await client.query(CERTIFICATES, values);
    await client.query("update authorities set generation = generation + 1");
    await client.query("commit");
    await client.query("vacuum (analyze)");
    await client.query("checkpoint");
  } finally {
    await client.end();
  }
}

/** Serials of certificates by name, in hex as X.509 tools write them, lower case. */
export async function serialsOf(database: pg.ClientConfig, names: readonly string[]): Promise<Map<string, string>> {
  const client = new pg.Client(database);
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string; serial: string }>(
      "select name, serial::text as serial from certificates where name = any($1::text[])",
      [names],
    );
    return new Map(rows.map(({ name, serial }) => [name, BigInt(serial).toString(16)]));
  } finally {
    await client.end();
  }
}
