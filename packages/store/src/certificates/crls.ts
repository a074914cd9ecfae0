import type { CertificateStore, PublishedCrl, Revocation } from "@gatehouse/core/certificates";
import { cleanText } from "../clean.js";
import type { Database } from "../database.js";
import { serialText } from "./rows.js";

/** As one text, times in milliseconds: tens of thousands of rows with dates would take the event loop a while to read. */
const REVOKED = `
  select string_agg(concat_ws(' ', c.serial, (extract(epoch from c.revoked_at) * 1000)::bigint,
                              (extract(epoch from c.not_after) * 1000)::bigint), ',' order by c.serial) as entries
  from certificates c where c.state = 'revoked' and (c.not_after is null or c.not_after > $1)`;

type Lists = Pick<CertificateStore, "revocations" | "version" | "crls" | "publishCrl">;

/** What of {@link CertificateStore} is about revocations and their lists; `channel` is told of each list. */
export const createCrls = (db: Database, channel: string): Lists => ({
  async revocations(now) {
    // Before the rows: what is revoked in between is one too many, and not one too few.
    const [row] = await db.run<{ generation: string }>("select generation from authorities");
    const [all] = await db.run<{ entries: string | null }>(REVOKED, [now]);
    return { entries: entriesIn(all?.entries ?? ""), generation: BigInt(row?.generation ?? 0) };
  },

  async version() {
    const [row] = await db.run<{ version: string }>(
      `select concat_ws(' ', (select concat(id, ' ', generation) from authorities),
                        (select string_agg(concat(issuer, ' ', number), ' ' order by issuer) from crls)) as version`,
    );
    if (row === undefined) throw new Error("a select returned no row");
    return row.version;
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
       ) select issuer, pg_notify('${channel}', '') from published`,
      [cleanText(issuer), number.toString(), pem, thisUpdate, nextUpdate, generation.toString()],
    );
    return rows.length > 0;
  },
});

function entriesIn(text: string): Revocation[] {
  if (text === "") return [];
  return text.split(",").map((entry) => {
    const [serial = "", revokedAt, notAfter] = entry.split(" ");
    return {
      serial: serialText(BigInt(serial)),
      revokedAt: new Date(Number(revokedAt)),
      notAfter: notAfter === undefined ? null : new Date(Number(notAfter)),
    };
  });
}
