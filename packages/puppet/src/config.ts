import type { Rule } from "./authorization/rule.js";
import { ruleSchema } from "./authorization/schema.js";
import { OWN_MOUNTS } from "./environment/mounts.js";

export { createAuthorization } from "./authorization/authorization.js";

/** Bytes of a file that an agent backs up, unless the operator says otherwise. */
export const BUCKET_BYTES = 64 << 20;

/** What an operator may set for Puppet. */
export interface PuppetConfig {
  readonly authorization: {
    /** Besides the default rules, or in their place. */
    readonly rules: readonly Rule[];
  };
  /** A folder with a folder for each environment. */
  readonly environmentsDir?: string;
  /** Mounts of the file service besides Puppet's own, by name: paths inside an environment. */
  readonly mounts?: Readonly<Record<string, string>>;
  readonly bucket?: {
    /** Of one file; {@link BUCKET_BYTES} unless told. */
    readonly maxBytes: number;
  };
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
    bucket: {
      type: "object",
      additionalProperties: false,
      default: {},
      properties: {
        maxBytes: {
          type: "integer",
          description: "Bytes of one file that an agent may back up; a larger one is refused.",
          minimum: 1024,
          maximum: 2_147_483_648,
          default: BUCKET_BYTES,
        },
      },
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
    mounts: {
      type: "object",
      description:
        "More mounts of the file service, by name: each a path inside an environment, such as `extra: site-files`.",
      maxProperties: 100,
      propertyNames: { pattern: "^[-\\w]{1,64}$", not: { enum: OWN_MOUNTS } },
      additionalProperties: {
        type: "string",
        maxLength: 512,
        pattern: "^[^/]+(?:/[^/]+)*$",
        not: { pattern: "(?:^|/)\\.{1,2}(?:/|$)" },
      },
      default: {},
    },
  },
} as const;
