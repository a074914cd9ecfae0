import { eventStatuses, runOutcomes, type EventStatus as Status } from "@gatehouse/core/reports";
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
import { CatalogSummary } from "./catalog.js";
import { next } from "./common.js";
import { ReportStatus } from "./report-status.js";

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

const report = {
  id: text(),
  agentId: text(),
  nodeId: text(),
  nodeName: text(),
  protocol: text(),
  run: text({ description: "The run's name within its agent: DSC's JobId." }),
  status: ReportStatus,
  operation: nullable(text()),
  startedAt: nullable(moment({ description: "By the node's clock; of a job by the gateway's." })),
  endedAt: nullable(moment({ description: "By the node's clock; of a job by the gateway's." })),
  outcome: nullable(
    described("The agent's own verdict, where it gives one; cancelled: an operator ended it.", oneOf(runOutcomes)),
  ),
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
};

export const Report = named("Report", object(report));

export const ShownReport = named(
  "ShownReport",
  object({
    ...report,
    catalog: nullable(
      described("The catalog that the run applied. Null: it says none, or that one is not kept.", CatalogSummary),
    ),
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
