import { AuditEventPage } from "../models/audit-event.js";
import { given, page } from "../models/common.js";
import { json, ok } from "../operation/answers.js";
import { operation } from "../operation/operation.js";
import { optional } from "../operation/parameters.js";
import { moment, text } from "../operation/schema.js";

const word = text({ minLength: 1, maxLength: 1000 });

export const listAuditEvents = operation({
  id: "api.audit-events.list",
  method: "GET",
  path: "/audit-events",
  parts: {},
  summary: "What operators did, newest first",
  role: "admin",
  query: {
    ...page(500),
    actor: optional("By this actor.", word),
    action: optional("The beginning of the action, such as `node.`", word),
    subject: optional("About this subject.", word),
    since: optional("At or after.", moment()),
    until: optional("Before.", moment()),
  },
  answers: { 200: json("A page of events.", AuditEventPage) },
  handle:
    ({ audit }) =>
    async ({ query: { limit, after, ...filter } }) =>
      ok(await audit.list(given(filter), { limit, ...given({ after }) })),
});
