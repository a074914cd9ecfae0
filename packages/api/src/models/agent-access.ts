import { loginKinds } from "@gatehouse/core/enrolment";
import { described, integer, listOf, moment, named, nullable, object, oneOf, text } from "../operation/schema.js";
import { next } from "./common.js";
import { labelPatterns } from "./node.js";

const LoginKind = named(
  "AgentLoginKind",
  described(
    "basic: sent with each message (RFC 7617); oauth: a client of OAuth2, which gets tokens for it (RFC 6749 section 4.4).",
    oneOf(loginKinds),
  ),
);

const loginFields = {
  id: text(),
  kind: LoginKind,
  name: text({ description: "The user's name, or the client's id." }),
  agent: nullable(
    text({ description: "The agentid or deviceid of the one agent that has it; null where many share it." }),
  ),
  createdAt: moment(),
  createdBy: text(),
  revokedAt: nullable(moment()),
};
const AgentLogin = named("AgentLogin", object(loginFields));
export const AgentLoginList = named("AgentLoginList", object({ logins: listOf(AgentLogin) }));

/** How long its parts may be is for the domain to say: without repeating a secret. */
export const NewAgentLogin = named(
  "NewAgentLogin",
  object(
    { kind: LoginKind, name: text() },
    {
      agent: text({
        description: "The agentid or deviceid of the one agent that gets it; many share it when left out.",
      }),
      secret: text({ description: "8 to 1024 characters; a new one is made when left out." }),
    },
  ),
);
export const MadeAgentLogin = named(
  "MadeAgentLogin",
  object({ ...loginFields, secret: text({ description: "Which no other answer has." }) }),
);

export const TOKEN_NAME = "^[A-Za-z0-9._-]{1,100}$";
/** A UUID, in any case. */
export const UUID = "^[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$";
export const MOST_USES = 1_000_000_000;
/** Of a tag: what agents say as such, in a line. */
export const TAG = { minLength: 1, maxLength: 255, pattern: labelPatterns.value } as const;

const tokenFields = {
  id: text(),
  name: text(),
  tag: nullable(text({ description: "Only for agents that say this tag; null for any." })),
  agent: nullable(
    text({ description: "The agentid of the one agent or proxy that has it; null where many share it." }),
  ),
  mostUses: nullable(integer({ description: "Registrations that it is good for; null for any number." })),
  uses: integer(),
  createdAt: moment(),
  createdBy: text(),
  expiresAt: nullable(moment()),
  revokedAt: nullable(moment()),
};
const RegistrationToken = named("RegistrationToken", object(tokenFields));
export const RegistrationTokenList = named("RegistrationTokenList", object({ tokens: listOf(RegistrationToken) }));
export const NewRegistrationToken = named(
  "NewRegistrationToken",
  object(
    { name: text({ pattern: TOKEN_NAME }) },
    {
      tag: text({ ...TAG, description: "Only for agents that say this tag." }),
      agent: text({ pattern: UUID, description: "The agentid of the one agent or proxy that gets it." }),
      mostUses: integer({ minimum: 1, maximum: MOST_USES, description: "Registrations that it is good for." }),
      expiresAt: text({ format: "date-time" }),
      secret: text({
        maxLength: 100,
        description: "A random UUID, as agents have it; a new one is made when left out.",
      }),
    },
  ),
);
export const MadeRegistrationToken = named(
  "MadeRegistrationToken",
  object({ ...tokenFields, secret: text({ description: "A UUID, which no other answer has." }) }),
);
export const RevokedRegistrationToken = named(
  "RevokedRegistrationToken",
  object({
    token: RegistrationToken,
    keys: integer({ description: "Live keys that were given for it, and are revoked with it." }),
  }),
);

/** Never its bytes. */
export const AgentKey = named(
  "AgentKey",
  object({
    id: text(),
    owner: text({ description: "The agentid of the agent or proxy that has it." }),
    nodeId: nullable(text({ description: "The owner's node." })),
    token: text({ description: "The name of the token that it was given for." }),
    createdAt: moment(),
    expiresAt: moment(),
    confirmedAt: nullable(moment({ description: "Since when it is known that the owner has it." })),
    revokedAt: nullable(moment()),
    renewalAskedAt: nullable(moment({ description: "Since when the owner is asked to register anew." })),
  }),
);
export const AgentKeyPage = named("AgentKeyPage", object({ keys: listOf(AgentKey), next }));

export const AskedRenewal = named(
  "AskedRenewal",
  object({
    owner: text({ description: "An agentid." }),
    keys: integer({ description: "Live keys of the owner: they stay until it has another one." }),
  }),
);
