import { requestView } from "../certificates.js";
import { given, page } from "../models/common.js";
import { IdentityConflict } from "../models/identity.js";
import { MOST_QUARANTINED, Pending } from "../models/pending.js";
import { json, ok } from "../operation/answers.js";
import { operation } from "../operation/operation.js";
import { quarantinedView } from "../quarantine.js";
import { gone, rowId } from "../resolve.js";

export const listPending = operation({
  id: "api.pending.list",
  method: "GET",
  path: "/pending",
  parts: {},
  summary: "All that waits for a person",
  description:
    "Nodes that may be one machine come page by page; nodes in quarantine and requests for a certificate are there on each page.",
  role: "viewer",
  query: page(500),
  answers: { 200: json("What waits.", Pending) },
  handle:
    ({ identity, certificates, nodes, held }) =>
    async ({ query: { limit, after } }) => {
      const [{ conflicts, next }, openConflicts, requests, quarantine] = await Promise.all([
        identity.conflicts({ limit, ...given({ after }) }),
        identity.openConflicts(),
        certificates.requests(),
        nodes.list({ limit: MOST_QUARANTINED }, { state: "quarantined" }),
      ]);
      const counts = await held.counts(quarantine.nodes.flatMap(({ agents }) => agents.map(({ id }) => id)));
      return ok({
        ...{ conflicts, openConflicts, next, certificateRequests: requests.map(requestView) },
        ...{
          quarantined: quarantine.nodes.map((node) => quarantinedView(node, counts)),
          moreQuarantined: quarantine.next !== null,
        },
      });
    },
});

export const dismissConflict = operation({
  id: "api.identity-conflicts.dismiss",
  method: "POST",
  path: "/identity-conflicts/{conflict}/dismiss",
  parts: { conflict: "The conflict's id." },
  summary: "Say that two nodes are two machines: nobody is asked about them again",
  role: "operator",
  answers: { 200: json("The conflict, which waits no more.", IdentityConflict) },
  handle:
    ({ identity, audit }) =>
    async ({ path, actor }) => {
      const conflict = await identity.dismiss(rowId(path.conflict, "open conflict"), actor);
      if (conflict === undefined) throw gone("open conflict");
      const { id, kind, node, other } = conflict;
      await audit.record({
        actor,
        action: "identity.dismiss",
        subject: node.id,
        detail: { conflict: id, kind, name: node.name, other },
      });
      return ok(conflict);
    },
});
