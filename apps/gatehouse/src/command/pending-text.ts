import type { CertificateRequest, IdentityConflict, Pending } from "@gatehouse/client";
import { counted } from "../server/doctor/words.js";
import { pairs, printable } from "./output.js";
import { whenAndAgo } from "./when.js";

/** All that waits for a person, each with what can be done about it. */
export function pendingText({ conflicts, openConflicts, certificateRequests }: Pending): string {
  const parts = [
    ...(conflicts.length === 0
      ? []
      : [`${counted(openConflicts, "pair of nodes", "pairs of nodes")} may be one machine\n`]),
    ...conflicts.map(conflictText),
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
