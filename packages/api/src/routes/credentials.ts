import { GatehouseError } from "@gatehouse/core/errors";
import { Credential, CredentialList, NewCredential } from "../models/credential.js";
import { done, json, nothing, ok } from "../operation/answers.js";
import { operation } from "../operation/operation.js";

const NAME_PART = "The credential's name.";

export const listCredentials = operation({
  id: "api.credentials.list",
  method: "GET",
  path: "/credentials",
  parts: {},
  summary: "What jobs get in with elsewhere, never the secrets",
  role: "operator",
  answers: { 200: json("By name.", CredentialList) },
  handle:
    ({ credentials }) =>
    async () =>
      ok({ credentials: await credentials.list() }),
});

export const putCredential = operation({
  id: "api.credentials.put",
  method: "PUT",
  path: "/credentials/{name}",
  parts: { name: NAME_PART },
  summary: "Add a credential, or put it in the place of the one of its name",
  role: "admin",
  body: NewCredential,
  answers: { 200: json("The credential, without its secret.", Credential) },
  refusals: [409],
  handle:
    ({ credentials, audit }) =>
    async ({ path: { name }, body: { kind, username = null, secret }, actor }) => {
      const put = await credentials.put({ name, kind, username, secret }, actor);
      await audit.record({ actor, action: "credential.put", subject: name, detail: { kind, username } });
      return ok(put);
    },
});

export const removeCredential = operation({
  id: "api.credentials.remove",
  method: "DELETE",
  path: "/credentials/{name}",
  parts: { name: NAME_PART },
  summary: "Take a credential away; jobs that need it fail from now on",
  role: "admin",
  answers: { 204: nothing("It is gone.") },
  handle:
    ({ credentials, audit }) =>
    async ({ path: { name }, actor }) => {
      if (!(await credentials.remove(name)))
        throw new GatehouseError("not-found", "There is no credential of this name.");
      await audit.record({ actor, action: "credential.remove", subject: name });
      return done;
    },
});
