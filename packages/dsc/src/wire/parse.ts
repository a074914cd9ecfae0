import { GatehouseError } from "@gatehouse/core/errors";
import { Ajv, type ValidateFunction } from "ajv";
import { type DscActionBody, dscActionSchema } from "./dsc-action.js";
import { type RegistrationBody, registrationSchema } from "./registration.js";

const ajv = new Ajv({ strict: true, allowUnionTypes: true });
const isRegistration = ajv.compile<RegistrationBody>(registrationSchema);
const isDscAction = ajv.compile<DscActionBody>(dscActionSchema);

/** @throws request-malformed */
export const parseRegistration = (body: Buffer): RegistrationBody => parse(body, isRegistration);
/** @throws request-malformed */
export const parseDscAction = (body: Buffer): DscActionBody => parse(body, isDscAction);

function parse<T>(body: Buffer, validate: ValidateFunction<T>): T {
  let value: unknown;
  try {
    // Bytes that are no UTF-8 become U+FFFD: a Linux LCM sends the host's name in the locale's own coding.
    value = JSON.parse(new TextDecoder().decode(body));
  } catch {
    throw new GatehouseError("request-malformed", "The body is not JSON.");
  }
  if (validate(value)) return value;
  const [error] = validate.errors ?? [];
  throw new GatehouseError(
    "request-malformed",
    `The body does not fit: ${error?.instancePath || "the document"} ${error?.message}.`,
  );
}
