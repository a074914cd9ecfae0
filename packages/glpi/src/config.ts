import type { RegisterPolicy } from "./register/policy.js";

/** What an operator may set of registrations: the policy where no group says it, and what holds for all. */
export interface RegisterConfig extends RegisterPolicy {
  readonly challengeSeconds: number;
  readonly proxyChallengeSeconds: number;
  readonly perMinute: number;
}

/** What an operator may set for GLPI's JSON protocol. */
export interface GlpiConfig {
  readonly expiration: string;
  readonly prolog: "pending" | "ok";
  readonly forceFull: boolean;
  readonly mostProxies: number;
  readonly serverVersion: string;
  readonly pendingSeconds: number;
  readonly register: RegisterConfig;
}

/** A delay as agents read it: whole and positive, with its unit (wire/glpi.md section 3). */
export const DELAY = "^[1-9][0-9]{0,5}[smhd]$";

/** What a group may say of registrations too. */
export const registerPolicySchema = {
  simple: {
    type: "boolean",
    description: "Agents without a token are registered; they have proved nothing with that.",
  },
  manual: { type: "boolean", description: "New agents without a token wait until an operator activates their node." },
  token: {
    description: "Whether agents may register by a token; a name: by that token and no other.",
    ...{ type: ["boolean", "string"], minLength: 1, maxLength: 100 },
  },
  encrypt: {
    enum: ["required", "optional", "off"],
    description:
      "What follows a registration by token. required: plain messages of an agent that has used its key are refused; optional: they are taken as anybody's are; off: agents get no key, and answers are plain.",
  },
  expiration: {
    type: "string",
    description: "How long a registration and its key count, such as 30d; never less than until the next contact.",
    pattern: DELAY,
  },
  overHttp: {
    type: "boolean",
    description: "Registrations are taken over plain HTTP too, where one AES block is all that hides them.",
  },
} as const;

/** The `glpi` part of the configuration's schema. */
export const glpiConfigSchema = {
  type: "object",
  additionalProperties: false,
  properties: {
    expiration: {
      type: "string",
      description:
        "When agents contact us again, such as 30m or 1d; the setting `glpi.expiration` of a group comes before it.",
      pattern: DELAY,
      default: "24h",
    },
    prolog: {
      enum: ["pending", "ok"],
      description:
        "The answer to an agent's first message. pending: it tells at once who it is and what it can do; ok: it sends its inventory, and tells in its next run.",
      default: "pending",
    },
    forceFull: {
      type: "boolean",
      description:
        "An agent that sent a part of an inventory whose whole never came is refused once, which makes it send all of it.",
      default: true,
    },
    mostProxies: {
      type: "integer",
      description: "Proxies that a message may have come through.",
      minimum: 0,
      maximum: 100,
      default: 5,
    },
    serverVersion: {
      type: "string",
      description: "The version of GLPI that agents write their inventories for.",
      pattern: "^[0-9]{1,3}(?:\\.[0-9]{1,3}){1,2}$",
      default: "10.0.18",
    },
    pendingSeconds: {
      type: "integer",
      description: "An agent whose inventory came when the gateway was full asks for the answer after this long.",
      minimum: 1,
      maximum: 3600,
      default: 30,
    },
    register: {
      type: "object",
      description: "How agents register; the setting `glpi.register` of a group comes before it.",
      default: {},
      additionalProperties: false,
      properties: {
        simple: { ...registerPolicySchema.simple, default: false },
        manual: { ...registerPolicySchema.manual, default: false },
        token: { ...registerPolicySchema.token, default: true },
        encrypt: { ...registerPolicySchema.encrypt, default: "required" },
        expiration: { ...registerPolicySchema.expiration, default: "30d" },
        overHttp: { ...registerPolicySchema.overHttp, default: false },
        challengeSeconds: {
          type: "integer",
          description: "How long a challenge waits for its answer.",
          minimum: 5,
          maximum: 60,
          default: 60,
        },
        proxyChallengeSeconds: {
          type: "integer",
          description: "The same of an agent behind a proxy, which hands it on with the agent's next contact.",
          minimum: 5,
          maximum: 86_400,
          default: 600,
        },
        perMinute: {
          type: "integer",
          description: "Registrations that are taken from one address in a minute.",
          minimum: 1,
          maximum: 1_000_000,
          default: 600,
        },
      },
    },
  },
} as const;
