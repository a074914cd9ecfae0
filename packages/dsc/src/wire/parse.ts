import { GatehouseError } from "@gatehouse/core/errors";
import { exceeds, type JsonLimits } from "@gatehouse/http/json-limits";
import { Ajv, type SchemaObject } from "ajv";
import { type DscActionBody, dscActionSchema } from "./dsc-action.js";
import { type RegistrationBody, registrationSchema } from "./registration.js";
import { type ReportBody, reportSchema } from "./report.js";
import { type RotationBody, rotationSchema } from "./rotation.js";

/** For a report, and for each JSON text inside it: the deepest recorded one has 5 levels, the largest 100 values. */
export const REPORT_LIMITS: JsonLimits = { levels: 64, values: 1_000_000 };

/** Compiles a schema when it is first needed, and keeps what it made of it. */
const ajv = new Ajv({ strict: true, allowUnionTypes: true });

/** @throws request-malformed */
export const parseRegistration = (body: Uint8Array): RegistrationBody => parse(body, registrationSchema);
/** @throws request-malformed */
export const parseDscAction = (body: Uint8Array): DscActionBody => parse(body, dscActionSchema);
/** @throws request-malformed */
export const parseRotation = (body: Uint8Array): RotationBody => parse(body, rotationSchema);

/** A report's outer JSON; the texts inside it stay texts. @throws request-malformed, also for one over the limits */
export function parseReport(body: Uint8Array): ReportBody {
  // DSC for Linux sends one when its shell helper died on a quote in a message.
  if (body.length === 0) throw new GatehouseError("request-malformed", "The body is empty.");
  if (exceeds(body, REPORT_LIMITS)) {
    const { levels, values } = REPORT_LIMITS;
    throw new GatehouseError("request-malformed", `The body has more than ${levels} levels or ${values} values.`);
  }
  return parse(body, reportSchema);
}

function parse<T>(body: Uint8Array, schema: SchemaObject): T {
  let value: unknown;
  try {
    // Bytes that are no UTF-8 become U+FFFD: a Linux LCM sends the host's name in the locale's own coding.
    value = JSON.parse(new TextDecoder().decode(body));
  } catch {
    throw new GatehouseError("request-malformed", "The body is not JSON.");
  }
  if (ajv.validate<T>(schema, value)) return value;
  const [error] = ajv.errors ?? [];
  throw new GatehouseError(
    "request-malformed",
    `The body does not fit: ${error?.instancePath || "the document"} ${error?.message}.`,
  );
}
