import { asGatehouseError } from "@gatehouse/core/errors";
import { type FactTree, factsFault } from "@gatehouse/core/facts";
import { Ajv } from "ajv";
import { PlainError } from "../errors.js";
import { decode } from "./decode.js";

/** The body of POST /puppet/v4/catalog (wire/puppet.md section 3.9). */
export interface V4Request {
  readonly certname: string;
  readonly environment: string;
  readonly persistence: { readonly facts: boolean; readonly catalog: boolean };
  readonly facts?: { readonly values: FactTree };
  readonly trusted_facts?: { readonly values: FactTree };
  readonly transaction_uuid?: string;
  readonly options?: {
    readonly capture_logs?: boolean;
    readonly log_level?: "debug" | "info" | "warning" | "err";
    readonly prefer_requested_environment?: boolean;
  };
}

const LIMITS = { levels: 24, values: 200_000 };

const text = { type: "string", maxLength: 255 };
const values = {
  type: "object",
  required: ["values"],
  additionalProperties: false,
  properties: { values: { type: "object" } },
};

/** Compiles the schema when it is first needed. */
const ajv = new Ajv({ strict: true });
const schema = {
  type: "object",
  required: ["certname", "environment", "persistence"],
  additionalProperties: false,
  properties: {
    certname: { ...text, minLength: 1 },
    environment: { type: "string", pattern: "^\\w{1,64}$" },
    persistence: {
      type: "object",
      required: ["facts", "catalog"],
      additionalProperties: false,
      properties: { facts: { type: "boolean" }, catalog: { type: "boolean" } },
    },
    facts: values,
    trusted_facts: values,
    transaction_uuid: text,
    job_id: text,
    options: {
      type: "object",
      additionalProperties: false,
      properties: {
        capture_logs: { type: "boolean" },
        log_level: { enum: ["debug", "info", "warning", "err"] },
        prefer_requested_environment: { type: "boolean" },
      },
    },
  },
};

/** @throws PlainError, request-malformed, that names the place */
export function readV4Request(body: Uint8Array): V4Request {
  const value = said(body);
  if (ajv.validate<V4Request>(schema, value)) {
    const fault = factsFault(value.facts?.values ?? {});
    if (fault === undefined) return value;
    throw invalid(fault);
  }
  const [error] = ajv.errors ?? [];
  throw invalid(`${error?.instancePath || "the body"} ${error?.message ?? "does not fit"}`);
}

function said(body: Uint8Array): unknown {
  try {
    return decode(body, "json", LIMITS);
  } catch (thrown) {
    throw invalid(asGatehouseError(thrown).message);
  }
}

const invalid = (why: string) => new PlainError("request-malformed", `Invalid input: ${why}`);
