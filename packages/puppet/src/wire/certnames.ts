import { Ajv } from "ajv";

/** What a certname in a path looks like: anything else falls out of routing (wire/puppet.md section 4). */
export const CERTNAME = "[A-Za-z0-9._-]{1,255}";
const WHOLE = new RegExp(`^${CERTNAME}$`);

/** Whether there can be a certificate of this name at all: one in a body may be any text, U+0000 in it too. */
export const isCertname = (name: string): boolean => WHOLE.test(name);

/** Names in one call of clean or sign. Each takes a signature or a revocation. */
const MOST = 10_000;

/** Compiles the schema when it is first needed. */
const ajv = new Ajv({ strict: true });
const schema = { type: "array", maxItems: MOST, items: { type: "string", maxLength: 255 } };

/** The names without repeats, or what is wrong with them. */
export function readCertnames(value: unknown): { names: string[] } | { wrong: string } {
  if (ajv.validate<string[]>(schema, value)) return { names: [...new Set(value)] };
  const [error] = ajv.errors ?? [];
  return { wrong: `certnames${error?.instancePath ?? ""} ${error?.message ?? "does not fit"}` };
}
