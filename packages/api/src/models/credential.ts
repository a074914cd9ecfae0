import { credentialKinds } from "@gatehouse/core/credentials";
import { listOf, moment, named, nullable, object, oneOf, text } from "../operation/schema.js";

const Kind = named("CredentialKind", oneOf(credentialKinds));

export const Credential = named(
  "Credential",
  object({ name: text(), kind: Kind, username: nullable(text()), createdAt: moment(), createdBy: text() }),
);
export const CredentialList = named("CredentialList", object({ credentials: listOf(Credential) }));

/** How long its parts may be, and what goes with which kind, is for the domain to say: without repeating a secret. */
export const NewCredential = named(
  "NewCredential",
  object(
    { kind: Kind, secret: text({ description: "The password or the community. No answer has it." }) },
    { username: text({ description: "Of kind `password`." }) },
  ),
);
