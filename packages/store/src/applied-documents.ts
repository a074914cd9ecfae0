import type { AppliedDocument, AppliedDocuments } from "@gatehouse/core/apply";
import { cleanText } from "./clean.js";
import type { Queryable } from "./database.js";

/** Documents that one statement writes. */
const AT_ONCE = 500;

const RECORD = `
  insert into applied_documents (kind, name, set, spec, made, identity, applied_by)
  select kind, name, set, spec, made, identity, $2 from jsonb_to_recordset($1::jsonb)
    as said (kind text, name text, set text, spec jsonb, made boolean, identity text)
  on conflict (kind, name) do update set set = excluded.set, spec = excluded.spec, made = excluded.made,
    identity = excluded.identity, applied_by = excluded.applied_by, applied_at = excluded.applied_at`;
const FORGET = `
  delete from applied_documents d using jsonb_to_recordset($1::jsonb) as said (kind text, name text)
  where d.kind = said.kind and d.name = said.name`;

/** {@link AppliedDocuments} on PostgreSQL. Their texts are such as PostgreSQL takes: whoever applies has checked them. */
export function createAppliedDocuments(db: Queryable): AppliedDocuments {
  const inParts = async <T>(all: readonly T[], write: (part: string) => Promise<unknown>) => {
    for (let i = 0; i < all.length; i += AT_ONCE) await write(JSON.stringify(all.slice(i, i + AT_ONCE)));
  };
  return {
    async takeTurn() {
      const [row] = await db.run<{ mine: boolean }>(
        "select pg_try_advisory_xact_lock(hashtext('applied_documents')) as mine",
      );
      return row?.mine === true;
    },

    list: () =>
      db.run<AppliedDocument>(
        `select kind, name, set, spec, made, identity from applied_documents order by kind, name collate "C"`,
      ),

    record: (documents, by) => inParts(documents, (part) => db.run(RECORD, [part, cleanText(by)])),

    forget: (documents) => inParts(documents, (part) => db.run(FORGET, [part])),
  };
}
