import { conflictKinds, evidenceKinds, proofs, trustLevels } from "@gatehouse/core/nodes";
import {
  boolean,
  described,
  integer,
  listOf,
  moment,
  named,
  nullable,
  object,
  oneOf,
  text,
} from "../operation/schema.js";
import { AgentFamily } from "./agent.js";
import { next } from "./common.js";

export const Trust = named(
  "Trust",
  described(
    "How an agent got in. anonymous: nobody asked; key: with a key that many share; secret: with one of its own; certificate: one of our authority's; operator: somebody said so.",
    oneOf(trustLevels),
  ),
);

const EvidenceKind = named("EvidenceKind", oneOf(evidenceKinds));
const Proof = named(
  "Proof",
  described(
    "claimed: the agent said it; observed: its connection came from there; attested: it stands in a certificate of our authority.",
    oneOf(proofs),
  ),
);
const ConflictKind = named(
  "ConflictKind",
  described(
    "clone: an agent of the same family is alive there; reinstalled: there is one, long silent; unproven: all that is the same may have been copied; ambiguous: another node fits as well; deactivated: an operator took it out of service; uncertain: too little is the same; moved: a known agent fits it better than its own.",
    oneOf(conflictKinds),
  ),
);
const score = integer({ minimum: 0, maximum: 100, description: "How much speaks for one machine; 100 is all." });

const NodeReference = named("NodeReference", object({ id: text(), name: text() }));

const Counted = named(
  "Counted",
  object({
    kind: EvidenceKind,
    value: text(),
    as: text({ description: "Such as `fqdn`, `host`, `mac`; `differs` where it counts against." }),
    points: integer({ description: "Negative where it counts against." }),
    proven: boolean({ description: "False where one of the two may have just said so." }),
  }),
);

const IdentityDecision = named(
  "IdentityDecision",
  object({
    outcome: oneOf(["join", "new"]),
    nodeId: nullable(text({ description: "The node joined." })),
    confidence: score,
    why: text({ description: "One sentence." }),
    considered: listOf(
      object({
        nodeId: text(),
        name: text(),
        score,
        counted: listOf(Counted),
        obstacle: nullable(ConflictKind),
      }),
      { description: "The nodes that were looked at, the best first." },
    ),
    ignored: listOf(object({ kind: EvidenceKind, value: text(), why: text() }), {
      description: "Evidence that did not count.",
    }),
    conflicts: listOf(object({ nodeId: text(), kind: ConflictKind, score })),
  }),
);

export const ExplainedIdentity = named(
  "ExplainedIdentity",
  object({
    agents: listOf(
      object({
        agentId: text(),
        family: AgentFamily,
        trust: Trust,
        isAlive: boolean({ description: "It called within the last three days." }),
        at: nullable(moment({ description: "When it came to this node; null where that was before it was kept." })),
        by: nullable(text({ description: "`policy`, or the operator who moved it." })),
        changeId: nullable(text({ description: "The merge, split or undo that brought it." })),
        decision: nullable(IdentityDecision),
      }),
    ),
    evidence: listOf(
      object({
        kind: EvidenceKind,
        value: text(),
        proof: Proof,
        agentId: text(),
        family: AgentFamily,
        trust: Trust,
        seenAt: moment(),
        counts: boolean({ description: "False for what means nothing: placeholders, loopback." }),
      }),
    ),
  }),
);

export const IdentityConflict = named(
  "IdentityConflict",
  object({
    id: text(),
    kind: ConflictKind,
    score,
    node: described("The one whose agent came.", NodeReference),
    other: NodeReference,
    why: text({ description: "One sentence." }),
    raisedAt: moment(),
  }),
);

export const IdentityChange = named(
  "IdentityChange",
  object({
    id: text(),
    kind: oneOf(["merge", "split"]),
    at: moment(),
    by: text(),
    node: described(
      "merge: the one that took the other in; split: the one that agents were taken from.",
      NodeReference,
    ),
    other: described("merge: the one that went; split: the one that was made.", NodeReference),
    agents: listOf(text(), { description: "Ids of the agents that moved." }),
    undoneAt: nullable(moment()),
    undoneBy: nullable(text()),
  }),
);

export const IdentityChangePage = named("IdentityChangePage", object({ changes: listOf(IdentityChange), next }));

const reference = { minLength: 1, maxLength: 1000 };

export const Merge = named(
  "Merge",
  object({ from: text({ ...reference, description: "The node that goes: its name, id, or an alias." }) }),
);

export const Split = named(
  "Split",
  object({
    agents: listOf(text(reference), {
      description: "The agents that go: their ids or aliases.",
      minItems: 1,
      maxItems: 50,
    }),
  }),
);
