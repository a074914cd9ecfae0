/** What an operator may set for GLPI's JSON protocol. */
export interface GlpiConfig {
  readonly expiration: string;
  readonly prolog: "pending" | "ok";
  readonly forceFull: boolean;
  readonly mostProxies: number;
  readonly serverVersion: string;
  readonly pendingSeconds: number;
}

/** A delay as agents read it: whole and positive, with its unit (wire/glpi.md section 3). */
export const DELAY = "^[1-9][0-9]{0,5}[smhd]$";

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
  },
} as const;
