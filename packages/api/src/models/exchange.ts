import {
  MOST_RECORDED_EXCHANGES,
  MOST_RECORDED_MEGABYTES,
  MOST_RECORDING_HOURS,
  RECORDING_NAME,
} from "@gatehouse/core/exchanges";
import {
  boolean,
  described,
  integer,
  listOf,
  mapOf,
  moment,
  named,
  nullable,
  number,
  object,
  oneOf,
  text,
} from "../operation/schema.js";
import { next } from "./common.js";

const summary = {
  id: text(),
  requestId: text({ description: "The log has the request under this id." }),
  at: moment({ description: "When it was recorded." }),
  durationMs: number(),
  protocol: text(),
  route: text({ description: "Such as `dsc.get-dsc-action`." }),
  method: text(),
  path: text({ description: "Without the query." }),
  status: integer(),
  from: nullable(text({ description: "The client's address." })),
  peer: nullable(text({ description: "The name of the verified certificate that it came with." })),
  nodeId: nullable(text({ description: "Whom the route found to be calling." })),
  nodeName: nullable(text()),
  requestBytes: integer({ description: "On the wire." }),
  responseBytes: nullable(integer({ description: "On the wire; null for an answer that was streamed from disk." })),
} as const;

const Exchange = named("Exchange", object(summary));
export const ExchangePage = named("ExchangePage", object({ exchanges: listOf(Exchange), next }));

const ShownBody = named(
  "ShownBody",
  object({
    size: integer({ description: "Bytes on the wire." }),
    isCut: boolean({ description: "True where more came, or is in it, than is shown." }),
    coding: nullable(oneOf(["gzip", "zlib", "br"])),
    syntax: oneOf(["empty", "json", "msgpack", "xml", "form", "multipart", "text", "binary"]),
    text: text({
      description: "Unpacked, one thing to a line, secrets as `***`; of what is no text its beginning in hex.",
    }),
  }),
);
const headers = mapOf(text(), { description: "Those that prove somebody without their secret." });

export const ShownExchange = named(
  "ShownExchange",
  object({
    ...summary,
    url: text({ description: "With the query." }),
    request: object({ headers, body: ShownBody }),
    response: object({ headers, body: nullable(described("Null where it was streamed from disk.", ShownBody)) }),
  }),
);

const spec = {
  node: text({ minLength: 1, maxLength: 255, description: "Exchanges of this node: a name, an id or an alias." }),
  group: text({ minLength: 1, maxLength: 100, description: "Of the nodes of this group, as it is at the moment." }),
  protocol: text({ minLength: 1, maxLength: 50, description: "Such as `dsc`." }),
  route: text({ minLength: 1, maxLength: 100, description: "The beginning of a route's name, such as `puppet.v3`." }),
  from: text({
    minLength: 1,
    maxLength: 45,
    anyOf: [{ format: "ipv4" }, { format: "ipv6" }],
    description: "The client's address: also of agents that nobody knows yet.",
  }),
  leastStatus: integer({ minimum: 100, maximum: 599, description: "Answers from this status on, such as 400." }),
} as const;

/** What a recording says beside its name: over the API, and in a document. */
export const recordingFields = {
  ...spec,
  seconds: integer({
    minimum: 1,
    maximum: MOST_RECORDING_HOURS * 3600,
    description: "Until it ends: an hour unless told.",
  }),
  most: integer({
    minimum: 1,
    maximum: MOST_RECORDED_EXCHANGES,
    description: "Exchanges that it keeps: 1000 unless told. It ends with the last one.",
  }),
  megabytes: integer({
    minimum: 1,
    maximum: MOST_RECORDED_MEGABYTES,
    description: "Of 2^20 bytes, that its exchanges carried, before that is packed: 256 unless told.",
  }),
} as const;

export const NewRecording = named(
  "NewRecording",
  object(
    {},
    { name: text({ pattern: RECORDING_NAME, description: "Unique among those that are on." }), ...recordingFields },
  ),
);

export const Recording = named(
  "Recording",
  object({
    id: text(),
    name: nullable(text()),
    spec: object(
      {},
      {
        nodeId: text(),
        group: text(),
        protocol: text(),
        route: text(),
        from: text(),
        leastStatus: integer(),
      },
    ),
    most: integer(),
    megabytes: integer(),
    createdAt: moment(),
    createdBy: text(),
    endsAt: moment(),
    recorded: integer({ description: "Exchanges." }),
    bytes: integer({ description: "That they take." }),
    state: described(
      "stopped: by an operator; full: it kept as many as it may; over: its time is.",
      oneOf(["on", "stopped", "full", "over"]),
    ),
  }),
);
export const RecordingList = named("RecordingList", object({ recordings: listOf(Recording) }));
