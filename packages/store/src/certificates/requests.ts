import type { CertificateStore } from "@gatehouse/core/certificates";
import { cleanText } from "../clean.js";
import type { Database } from "../database.js";
import {
  nameToFind,
  REQUEST_COLUMNS,
  REQUEST_INSERT,
  type RequestRow,
  type RequestSeal,
  requestValues,
} from "./rows.js";

type Requests = Pick<CertificateStore, "request" | "requests" | "addRequest" | "noteRequest" | "deleteRequest">;

/** What of {@link CertificateStore} is about requests that wait. */
export const createRequests = (db: Database, seal: RequestSeal): Requests => ({
  async request({ name, profile }) {
    const [row] = await db.run<RequestRow & { pem: string }>(
      `select ${REQUEST_COLUMNS}, pem from certificate_requests where name = $1 and profile = $2`,
      [nameToFind(name), profile],
    );
    return row && { ...row, pem: seal.open(row.pem, row) };
  },

  requests: (profile) =>
    db.run<RequestRow>(
      `select ${REQUEST_COLUMNS} from certificate_requests where $1::text is null or profile = $1 order by name, profile`,
      [profile ?? null],
    ),

  async addRequest(request, most) {
    const [row] = await db.run<{ outcome: "added" | "exists" | "full" }>(
      `with waiting as (select count(*) as n from certificate_requests),
            added as (insert into certificate_requests ${REQUEST_INSERT} from waiting where n < $8
                      on conflict (name, profile) do nothing returning name)
       select case when exists (select from added) then 'added'
                   when n < $8 or exists (select from certificate_requests where name = $1 and profile = $2) then 'exists'
                   else 'full' end as outcome from waiting`,
      [...requestValues(seal)(request), most],
    );
    if (row === undefined) throw new Error("a select returned no row");
    return row.outcome;
  },

  async noteRequest({ name, profile }, note) {
    await db.run("update certificate_requests set note = $3 where name = $1 and profile = $2", [
      nameToFind(name),
      profile,
      cleanText(note).slice(0, 1_000),
    ]);
  },

  async deleteRequest({ name, profile }) {
    const rows = await db.run("delete from certificate_requests where name = $1 and profile = $2 returning name", [
      nameToFind(name),
      profile,
    ]);
    return rows.length > 0;
  },
});
