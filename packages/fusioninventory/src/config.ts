/** What an operator may set for FusionInventory's protocol. */
export interface FusionInventoryConfig {
  /** Where requests of a task go, by the task as paths name it, such as `esx`. */
  readonly handOver: Readonly<Record<string, string>>;
}

/** The `fusioninventory` part of the configuration's schema. */
export const fusionInventoryConfigSchema = {
  type: "object",
  additionalProperties: false,
  properties: {
    handOver: {
      type: "object",
      description:
        "Other servers that get what agents ask of a task, by its name in paths, such as esx: https://esx.example.org/b/esx/; agents' logins are not passed on.",
      propertyNames: { pattern: "^[a-z]{2,32}$" },
      maxProperties: 20,
      additionalProperties: { type: "string", pattern: "^https?://[^\\s?#@\\\\]{1,2000}$" },
      default: {},
    },
  },
} as const;
