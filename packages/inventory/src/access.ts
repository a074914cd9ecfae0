import type { ResolvedSettings } from "@gatehouse/core/assignment";
import { GatehouseError } from "@gatehouse/core/errors";
import type { SettingDefinition } from "@gatehouse/core/groups";
import { type AgentProof, isTrusted, type KnownAgent } from "@gatehouse/core/nodes";

/** What happens to who proves nothing, the mildest first. */
export const unprovenPolicies = ["allow", "quarantine", "refuse"] as const;
export type UnprovenPolicy = (typeof unprovenPolicies)[number];

/** The name of the setting that groups carry. */
export const ACCESS = "inventory.access";

/** What the configuration and the listener say of who may submit, before any group. */
export interface AccessBase {
  /** Where no group says otherwise. */
  readonly unproven: UnprovenPolicy;
  /** Of the listener that the message came by: no group is milder. */
  readonly atLeast: UnprovenPolicy;
}

/** What counts for one agent. */
export interface AccessPolicy {
  readonly unproven: UnprovenPolicy;
  /** Names of the logins that agents may prove themselves with; undefined: all. */
  readonly logins?: readonly string[];
  /** Whether an agent that proved itself once has to do so from then on. */
  readonly proofStays: boolean;
}

/** Who says what in a message. */
export interface Sender {
  /** Undefined for one that nobody knows. */
  readonly known: KnownAgent | undefined;
  /** As it says it now, in any case. */
  readonly agentId?: string;
  readonly deviceId: string;
}

const description = "What inventory agents have to prove of themselves, so that what they send counts.";

/** {@link ACCESS}, for who names the settings that groups and nodes may carry. */
export const accessSetting: SettingDefinition = {
  ...{ name: ACCESS, protocol: "inventory", description, merge: "deep", depth: 1 },
  schema: {
    type: "object",
    description,
    properties: {
      unproven: {
        enum: unprovenPolicies,
        description:
          "What happens to agents that prove nothing: `allow`; `quarantine`: new ones wait for an operator, and what they hand in is kept; `refuse`.",
      },
      logins: {
        type: "array",
        description: "Names of the logins that count; all unless told.",
        items: { type: "string", minLength: 1, maxLength: 100 },
        maxItems: 100,
        uniqueItems: true,
      },
      proofStays: {
        type: "boolean",
        description: "An agent that proved itself once has to do so as well from then on; true unless told.",
      },
    },
    additionalProperties: false,
  },
};

/** The stricter of two. */
export const stricter = (a: UnprovenPolicy, b: UnprovenPolicy): UnprovenPolicy =>
  unprovenPolicies.indexOf(a) >= unprovenPolicies.indexOf(b) ? a : b;

/** @param settings what the agent's node gets from its groups; of one that is not known yet, nothing */
export function policyWith({ unproven, atLeast }: AccessBase, settings: ResolvedSettings): AccessPolicy {
  const said = (settings[ACCESS] ?? {}) as { unproven?: UnprovenPolicy; logins?: string[]; proofStays?: boolean };
  return {
    unproven: stricter(atLeast, said.unproven ?? unproven),
    proofStays: said.proofStays ?? true,
    ...(said.logins !== undefined && { logins: said.logins }),
  };
}

/**
 * Whether a message is taken, and whether what it hands in is held until a person looked. Pure.
 *
 * - A proof of one agent is no proof of another: what names one has to be the sender's.
 * - Who proved itself once has to prove itself as well from then on (reliability T5): who copied an agent's id, serial or
 *   deviceid gets nowhere with it.
 * - Who proves nothing: as the policy says. One that is known and active was let in before; only `refuse` ends that.
 *
 * @throws unauthenticated: it may try again with a proof; forbidden for another's proof, and for an operator's word
 */
export function judge({ known, agentId, deviceId }: Sender, proof: AgentProof, policy: AccessPolicy): "taken" | "held" {
  if (known?.state === "deactivated") {
    throw new GatehouseError("forbidden", "The node is deactivated.", {
      detail: `rule: node ${known.nodeId} is deactivated, by an operator`,
    });
  }
  if (proof.agent !== undefined && !isOf(proof.agent, { known, ...(agentId !== undefined && { agentId }), deviceId })) {
    throw new GatehouseError("forbidden", "What was proved is of another agent.", {
      detail: `rule: ${proof.way} ${proof.by ?? ""} is of ${proof.agent}`,
    });
  }
  if ((proof.way === "basic" || proof.way === "oauth") && policy.logins?.includes(proof.by ?? "") === false) {
    throw new GatehouseError("forbidden", "This login is not one of the agent's groups.", {
      detail: `rule: login ${proof.by ?? ""} is not in ${ACCESS}.logins`,
    });
  }
  const isProven = isTrusted(proof.trust, "key");
  if (known !== undefined && policy.proofStays && !isTrusted(proof.trust, known.trust)) {
    throw new GatehouseError("unauthenticated", "This agent has to prove who it is.", {
      detail: `rule: it got in by ${known.trust}, and shows ${proof.trust}`,
    });
  }
  if (isProven) return "taken";
  if (policy.unproven === "refuse") {
    throw new GatehouseError("unauthenticated", "Agents have to prove who they are here.", {
      detail: "rule: unproven agents are refused",
    });
  }
  if (known === undefined) return policy.unproven === "quarantine" ? "held" : "taken";
  return known.state === "quarantined" ? "held" : "taken";
}

/** Of an agent that is known, what it was known by before counts, and not what a message says. */
function isOf(proven: string, { known, agentId, deviceId }: Sender): boolean {
  const names = known === undefined ? [agentId, deviceId] : [known.attributes["agentId"], known.attributes["deviceId"]];
  return names.some((name) => typeof name === "string" && name.toLowerCase() === proven.toLowerCase());
}
