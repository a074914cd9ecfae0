import type { CertificateRequest, IdentityConflict, Pending, QuarantinedNode } from "@gatehouse/client";
import { counted } from "../server/doctor/words.js";
import { pairs, printable } from "./output.js";
import { whenAndAgo } from "./when.js";

/** All that waits for a person, each with what can be done about it. */
export function pendingText(pending: Pending): string {
  const { conflicts, openConflicts, certificateRequests, quarantined, moreQuarantined } = pending;
  const parts = [
    ...(conflicts.length === 0
      ? []
      : [`${counted(openConflicts, "pair of nodes", "pairs of nodes")} may be one machine\n`]),
    ...conflicts.map(conflictText),
    ...(quarantined.length === 0 ? [] : [quarantineHeading(quarantined.length, moreQuarantined)]),
    ...quarantined.map(quarantinedText),
    ...(certificateRequests.length === 0
      ? []
      : [`${counted(certificateRequests.length, "request")} for a certificate\n`]),
    ...certificateRequests.map(requestText),
  ];
  return parts.length === 0 ? "Nothing waits for a person.\n" : parts.join("\n");
}

const conflictText = ({ id, kind, score, node, other, why, raisedAt }: IdentityConflict): string =>
  pairs([
    ["conflict", `${id}, ${kind}, ${score} of 100`],
    ["node", `${node.name} (${node.id})`],
    ["and", `${other.name} (${other.id})`],
    ["why", why],
    ["since", whenAndAgo(raisedAt)],
    ["look into it", `gatehouse node explain ${node.id}`],
    ["one machine", `gatehouse node merge ${other.id} ${node.id}`],
    ["two machines", `gatehouse pending dismiss ${id}`],
  ]);

const quarantineHeading = (count: number, more: boolean): string =>
  more
    ? `The first ${count} nodes in quarantine; all of them: gatehouse node list --state quarantined\n`
    : `${counted(count, "node")} in quarantine: what they handed in is kept, and not processed\n`;

function quarantinedText({ id, name, since, by, lastSeen, addresses, held, agents }: QuarantinedNode): string {
  return pairs([
    ["node", `${name} (${id})`],
    ["since", `${whenAndAgo(since)}, by ${by}`],
    ["last seen", whenAndAgo(lastSeen)],
    ["calls from", addresses.join(", ")],
    ...agents.flatMap(({ aliases }) => aliases.map(({ kind, value }) => [kind, value] as const)),
    ["kept", held === 0 ? null : counted(held, "submission")],
    ["let it in", `gatehouse node activate ${id}`],
    ["throw it away", `gatehouse node purge ${id}`],
  ]);
}

function requestText({ name, profile, fingerprints, receivedAt, from, note }: CertificateRequest): string {
  const flags = profile === "puppet" ? "" : ` --profile ${profile}`;
  return pairs([
    ["request", `${name}, profile ${profile}`],
    ["fingerprint", fingerprints.sha256],
    ["from", from],
    ["since", whenAndAgo(receivedAt)],
    ["not signed by rule", note],
    ["sign it", `gatehouse ca sign ${printable(name)}${flags}`],
    ["throw it away", `gatehouse ca clean ${printable(name)}${flags}`],
  ]);
}
