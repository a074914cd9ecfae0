import { listOf, looseObject, moment, named, object, text } from "../operation/schema.js";
import { next } from "./common.js";

const AuditEvent = named(
  "AuditEvent",
  object({
    id: text(),
    at: moment(),
    actor: text({ description: "The token's name." }),
    action: text({ description: "Such as `node.label`." }),
    subject: text(),
    detail: looseObject({ description: "What changed, without secrets." }),
  }),
);

export const AuditEventPage = named("AuditEventPage", object({ events: listOf(AuditEvent), next }));
