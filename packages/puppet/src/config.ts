import type { Rule } from "./authorization/rule.js";
import { ruleSchema } from "./authorization/schema.js";

/** What an operator may set for Puppet. */
export interface PuppetConfig {
  readonly authorization: {
    /** Besides the default rules, or in their place. */
    readonly rules: readonly Rule[];
  };
  /** A folder with a folder for each environment. */
  readonly environmentsDir?: string;
}

/** The `puppet` part of the configuration's schema. */
export const puppetConfigSchema = {
  type: "object",
  additionalProperties: false,
  properties: {
    environmentsDir: {
      type: "string",
      minLength: 1,
      description:
        "A folder with one folder for each environment, as r10k lays them: `DELETE /puppet-admin-api/v1/environment-cache` deploys from it.",
    },
    authorization: {
      type: "object",
      additionalProperties: false,
      default: {},
      properties: {
        rules: {
          type: "array",
          description:
            "Who may call what: rules as in auth.conf, besides the default ones or, by name, in their place.",
          items: ruleSchema,
          maxItems: 1000,
          default: [],
        },
      },
    },
  },
} as const;
