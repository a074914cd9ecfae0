import { GatehouseError } from "@gatehouse/core/errors";
import type { Reply, RouteRequest } from "@gatehouse/http";
import { Ajv, type ValidateFunction } from "ajv";
import formats from "ajv-formats";

const ajv = new Ajv({ strict: true, allowUnionTypes: true });
formats.default(ajv);

/** Bytes: every JSON body of the API. */
export const JSON_LIMIT = 64 * 1024;

export const json = (status: number, value: unknown): Reply => ({
  status,
  headers: { "Content-Type": "application/json", "Cache-Control": "no-store" },
  body: JSON.stringify(value),
});

export const noContent: Reply = { status: 204, headers: { "Cache-Control": "no-store" } };

/** A parser of JSON bodies with this schema. @throws request-malformed, naming the place */
export function bodyParser<T>(schema: object): (body: Buffer) => T {
  const validate = ajv.compile<T>(schema);
  return (body) => {
    let value: unknown;
    try {
      value = JSON.parse(body.toString("utf8"));
    } catch {
      throw new GatehouseError("request-malformed", "The body is not JSON.");
    }
    return check(validate, value, "the body");
  };
}

/** A check of a value against a schema. @throws request-malformed, naming the place */
export function valueChecker<T>(schema: object, what: string): (value: unknown) => T {
  const validate = ajv.compile<T>(schema);
  return (value) => check(validate, value, what);
}

function check<T>(validate: ValidateFunction<T>, value: unknown, what: string): T {
  if (validate(value)) return value;
  const [error] = validate.errors ?? [];
  const extra = error?.params?.["additionalProperty"];
  const allowed: unknown = error?.params?.["allowedValues"];
  const named = Array.isArray(allowed)
    ? `: ${allowed.join(", ")}`
    : extra === undefined
      ? ""
      : ` (${JSON.stringify(extra)})`;
  throw new GatehouseError("request-malformed", `${what}${error?.instancePath ?? ""} ${error?.message}${named}.`);
}

/** A query parameter that is a whole number within bounds. @throws request-malformed */
export function integerParameter(
  request: RouteRequest,
  name: string,
  bounds: { min: number; max: number; otherwise: number },
): number {
  const text = request.query.get(name);
  if (text === null) return bounds.otherwise;
  const value = Number(text);
  if (/^\d{1,9}$/.test(text) && value >= bounds.min && value <= bounds.max) return value;
  throw new GatehouseError("request-malformed", `${name} is a whole number from ${bounds.min} to ${bounds.max}.`);
}

/** A part of the path, decoded once. @throws request-malformed */
export function pathPart(request: RouteRequest, name: string): string {
  try {
    return decodeURIComponent(request.params[name] ?? "");
  } catch {
    throw new GatehouseError("request-malformed", "The path holds broken percent-encoding.");
  }
}

/** Who acts, for the audit trail. */
export const actorOf = (request: RouteRequest): string => request.principal?.name ?? "nobody";
