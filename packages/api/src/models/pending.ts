import { boolean, integer, listOf, moment, named, nullable, object, text } from "../operation/schema.js";
import { AgentFamily } from "./agent.js";
import { CertificateRequest } from "./certificate.js";
import { next } from "./common.js";
import { IdentityConflict } from "./identity.js";
import { Alias } from "./node.js";

/** Nodes in quarantine in one answer: who has more is to list the nodes of that state. */
export const MOST_QUARANTINED = 500;

const QuarantinedNode = named(
  "QuarantinedNode",
  object({
    id: text(),
    name: text(),
    since: moment(),
    by: text({ description: "`enrolment`: its agent proved nothing; `policy`: a group refuses such agents." }),
    lastSeen: nullable(moment()),
    addresses: listOf(text(), { description: "Where it calls from; the first 5." }),
    held: integer({ description: "Submissions that are kept until somebody says what to do." }),
    agents: listOf(
      object({
        id: text(),
        family: AgentFamily,
        aliases: listOf(Alias, { description: "Such as its `agentid` and its `deviceid`." }),
      }),
    ),
  }),
);

export const Pending = named(
  "Pending",
  object({
    conflicts: listOf(IdentityConflict, { description: "Nodes that may be one machine, the newest first." }),
    openConflicts: integer({ description: "How many there are in all." }),
    next,
    certificateRequests: listOf(CertificateRequest, { description: "All of them." }),
    quarantined: listOf(QuarantinedNode, {
      description: `Nodes whose agents proved nothing, by name, the first ${MOST_QUARANTINED}: activate or purge them.`,
    }),
    moreQuarantined: boolean({ description: "There are more: `GET /nodes?state=quarantined` has all." }),
  }),
);
