import { randomUUID } from "node:crypto";
import { GatehouseError } from "@gatehouse/core/errors";
import type { ApiDeps } from "../deps.js";
import { EnrolmentKeyList, MadeEnrolmentKey, NewEnrolmentKey } from "../models/access.js";
import { created, done, json, nothing, ok } from "../operation/answers.js";
import { operation } from "../operation/operation.js";

const PROTOCOL_PART = "A protocol with enrolment keys, such as `dsc`.";

/** @throws not-found */
function protocolOf({ protocols }: Pick<ApiDeps, "protocols">, id: string) {
  const { checkEnrolmentKey: check } = protocols.find((known) => known.id === id) ?? {};
  if (check !== undefined) return { id, check };
  throw new GatehouseError("not-found", `There is no protocol ${id} with enrolment keys.`);
}

export const listEnrolmentKeys = operation({
  id: "api.enrolment-keys.list",
  method: "GET",
  path: "/enrolment-keys/{protocol}",
  parts: { protocol: PROTOCOL_PART },
  summary: "The enrolment keys of a protocol, never their texts",
  role: "operator",
  answers: { 200: json("The keys, revoked ones too.", EnrolmentKeyList) },
  handle:
    (deps) =>
    async ({ path }) =>
      ok({ keys: await deps.keys.list(protocolOf(deps, path.protocol).id) }),
});

/** A key's secret is in the answer that made it, and in no other. */
export const addEnrolmentKey = operation({
  id: "api.enrolment-keys.add",
  method: "POST",
  path: "/enrolment-keys/{protocol}",
  parts: { protocol: PROTOCOL_PART },
  summary: "Add an enrolment key",
  role: "admin",
  body: NewEnrolmentKey,
  answers: { 201: json("The key with its text.", MadeEnrolmentKey) },
  refusals: [409],
  handle:
    (deps) =>
    async ({ path, body: { name, key: secret = randomUUID() }, actor }) => {
      const protocol = protocolOf(deps, path.protocol);
      const warnings = protocol.check(secret);
      const added = await deps.keys.add({ protocol: protocol.id, name, secret });
      await deps.audit.record({
        actor,
        action: "enrolment-key.add",
        subject: added.id,
        detail: { protocol: protocol.id, name },
      });
      return created({ ...added, key: secret, warnings });
    },
});

export const revokeEnrolmentKey = operation({
  id: "api.enrolment-keys.revoke",
  method: "DELETE",
  path: "/enrolment-keys/{protocol}/{key}",
  parts: { protocol: PROTOCOL_PART, key: "Name or id." },
  summary: "Let nobody in with a key any more; agents that are in stay",
  role: "admin",
  answers: { 204: nothing("It is revoked.") },
  handle:
    (deps) =>
    async ({ path: { protocol: id, key }, actor }) => {
      const protocol = protocolOf(deps, id);
      if (!(await deps.keys.revoke(protocol.id, key)))
        throw new GatehouseError("not-found", "There is no active key with this name or id.");
      await deps.audit.record({
        actor,
        action: "enrolment-key.revoke",
        subject: key,
        detail: { protocol: protocol.id },
      });
      return done;
    },
});
