import { eventStatuses, reportStatuses, type EventStatus as Status } from "@gatehouse/core/reports";
import {
  boolean,
  described,
  integer,
  listOf,
  looseObject,
  moment,
  named,
  nullable,
  number,
  object,
  oneOf,
  type Schema,
  text,
} from "../operation/schema.js";
import { next } from "./common.js";

export const ReportStatus = named(
  "ReportStatus",
  described(
    "noncompliant: it ended well, and something is not as it should be; hung: it was heard of too long ago, and never ended.",
    oneOf(reportStatuses),
  ),
);
const EventStatus = named("EventStatus", oneOf(eventStatuses));

const ReportError = named(
  "ReportError",
  object({ message: text(), resource: nullable(text()), code: nullable(text()) }),
);

const counts = Object.fromEntries(eventStatuses.map((status) => [status, integer()])) as Record<Status, Schema<number>>;

const ReportPart = named(
  "ReportPart",
  object({ submissionId: text(), acceptedAt: moment(), size: integer({ description: "Bytes." }) }),
);

const PublishedContent = named(
  "PublishedContent",
  object({
    name: text(),
    channel: text(),
    version: integer(),
    current: boolean({ description: "The channel points at it now." }),
  }),
);

export const Report = named(
  "Report",
  object({
    id: text(),
    agentId: text(),
    nodeId: text(),
    nodeName: text(),
    protocol: text(),
    run: text({ description: "The run's name within its agent: DSC's JobId." }),
    status: ReportStatus,
    operation: nullable(text()),
    startedAt: nullable(moment({ description: "By the node's clock." })),
    endedAt: nullable(moment({ description: "By the node's clock." })),
    outcome: nullable(described("The agent's own verdict, where it gives one.", oneOf(["success", "failure"]))),
    errors: listOf(ReportError, { description: "The first of them; `errorCount` counts all." }),
    errorCount: integer(),
    counts: described("How many resources came out how.", object({}, counts)),
    content: nullable(
      described("The content that was in force, by its digest.", object({ kind: text(), sha256: text() })),
    ),
    published: listOf(PublishedContent, { description: "The published versions that are this content." }),
    hungAfterSeconds: nullable(integer()),
    attributes: looseObject({ description: "The protocol's own words." }),
    firstAt: moment({ description: "When the first of it was accepted, by the database's clock." }),
    lastAt: moment({ description: "When the last of it was accepted, by the database's clock." }),
    parts: listOf(ReportPart, { description: "The submissions that it was made of." }),
  }),
);

export const ReportPage = named("ReportPage", object({ reports: listOf(Report), next }));

const ReportEvent = named(
  "ReportEvent",
  object({
    seq: integer({ description: "Its place in the report." }),
    resource: text({ description: "The resource's name in its run." }),
    type: nullable(text()),
    status: EventStatus,
    message: nullable(text()),
    seconds: nullable(number()),
    detail: looseObject({ description: "The protocol's own words." }),
  }),
);

export const ReportEventPage = named("ReportEventPage", object({ events: listOf(ReportEvent), next }));
