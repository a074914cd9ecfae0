import { roles } from "@gatehouse/core/access";
import { described, listOf, moment, named, nullable, object, oneOf, text } from "../operation/schema.js";

const NAME = { pattern: "^[A-Za-z0-9._-]{1,100}$" };
const Role = named("Role", described("Each includes those before it.", oneOf(roles)));

const tokenFields = {
  id: text(),
  name: text(),
  role: Role,
  createdAt: moment(),
  expiresAt: nullable(moment()),
  revokedAt: nullable(moment()),
};
const Token = named("Token", object(tokenFields));
export const TokenList = named("TokenList", object({ tokens: listOf(Token) }));
export const NewToken = named(
  "NewToken",
  object({ name: text(NAME), role: Role }, { expiresAt: text({ format: "date-time" }) }),
);
export const MadeToken = named(
  "MadeToken",
  object({ ...tokenFields, token: text({ description: "Its text, which no other answer has." }) }),
);

const keyFields = {
  id: text(),
  protocol: text(),
  name: text(),
  createdAt: moment(),
  revokedAt: nullable(moment()),
};
const EnrolmentKey = named("EnrolmentKey", object(keyFields));
export const EnrolmentKeyList = named("EnrolmentKeyList", object({ keys: listOf(EnrolmentKey) }));
export const NewEnrolmentKey = named(
  "NewEnrolmentKey",
  object(
    { name: text(NAME) },
    { key: text({ maxLength: 1024, description: "The key as agents have it; a new one is made when left out." }) },
  ),
);
export const MadeEnrolmentKey = named(
  "MadeEnrolmentKey",
  object({
    ...keyFields,
    key: text({ description: "Its text, which no other answer has." }),
    warnings: listOf(text()),
  }),
);
