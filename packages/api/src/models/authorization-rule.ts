import {
  boolean,
  integer,
  listOf,
  looseObject,
  mapOf,
  moment,
  named,
  nullable,
  object,
  oneOf,
  text,
} from "../operation/schema.js";

const AuthorizationRule = named(
  "AuthorizationRule",
  object({
    name: text(),
    protocol: text(),
    origin: oneOf(["default", "configuration", "stored"]),
    sortOrder: integer({ description: "The lowest is asked first." }),
    methods: listOf(text(), { description: "Upper case; `any` for all." }),
    path: text({ description: "What a path begins with, or an expression between slashes." }),
    who: text({ description: "In words." }),
    createdAt: nullable(moment()),
    createdBy: nullable(text({ description: "Of a stored one." })),
    fault: nullable(
      text({ description: "Why a stored one denies all that it is for, whatever it says; null for one that is good." }),
    ),
  }),
);
export const AuthorizationRuleList = named(
  "AuthorizationRuleList",
  object({ rules: listOf(AuthorizationRule, { description: "In the order in which they are asked." }) }),
);

export const NewAuthorizationRule = named(
  "NewAuthorizationRule",
  object({
    protocol: text({ minLength: 1, maxLength: 50, description: "Such as `puppet`." }),
    spec: looseObject({ description: "The rule as the protocol has it, such as one of auth.conf; without its name." }),
  }),
);
export const StoredAuthorizationRule = named(
  "StoredAuthorizationRule",
  object({ name: text(), protocol: text(), spec: looseObject(), createdAt: moment(), createdBy: text() }),
);

export const CallToExplain = named(
  "CallToExplain",
  object(
    { call: text({ minLength: 1, maxLength: 8192, description: "Such as `GET /puppet/v3/catalog/web01`." }) },
    {
      certname: text({ maxLength: 255, description: "Of the caller's certificate; without it the caller has none." }),
      extensions: mapOf(text({ maxLength: 1000 }), { maxProperties: 50 }),
    },
  ),
);
export const CallDecision = named(
  "CallDecision",
  object({ allowed: boolean(), why: text(), rule: nullable(AuthorizationRule) }),
);
