import { GatehouseError } from "@gatehouse/core/errors";
import type { Evidence } from "@gatehouse/core/nodes";
import { decodedText } from "@gatehouse/http/agent-xml";
import { exceeds, type JsonLimits } from "@gatehouse/http/json-limits";
import { evidenceOf } from "@gatehouse/inventory";
import { MALFORMED } from "../malformed.js";

/** Real ones have 7 levels, and a large Linux host 12,000 values (wire/glpi.md section 2). */
export const MESSAGE_LIMITS: JsonLimits = { levels: 32, values: 200_000, text: 1 << 20 };

/** An object as it came: keys are whatever the agent says, `__proto__` too. */
export type Said = Readonly<Record<string, unknown>>;

/** A message without its content, which is worked on later. */
export interface MessageHead {
  readonly said: Said;
  readonly hasContent: boolean;
  /** What the content tells its machine by. */
  readonly evidence: readonly Evidence[];
}

/**
 * A message of the JSON protocol.
 * @param bytes unpacked
 * @throws request-malformed for what is no JSON object, body-too-large for one over the limits
 */
export function readMessage(bytes: Uint8Array): Said {
  if (exceeds(bytes, MESSAGE_LIMITS)) {
    const { levels, values, text } = MESSAGE_LIMITS;
    throw new GatehouseError(
      "body-too-large",
      `The message has more than ${levels} levels or ${values} values, or a text of more than ${text} bytes.`,
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(decodedText(bytes));
  } catch {
    throw new GatehouseError("request-malformed", MALFORMED);
  }
  if (!isObject(value)) throw new GatehouseError("request-malformed", MALFORMED);
  return value;
}

/** What a route needs to know of a message; small, so that it comes back from a thread. @throws as {@link readMessage} */
export function headOf(bytes: Uint8Array): MessageHead {
  const { content, ...said } = readMessage(bytes);
  return { said, hasContent: isObject(content), evidence: isObject(content) ? evidenceOf(content) : [] };
}

export const isObject = (value: unknown): value is Said =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The value where it is an object; an empty one else. */
export const objectOf = (value: unknown): Said => (isObject(value) ? value : {});

/** A text or a number, as text; undefined for anything else, of which even String can be made to throw. */
export const textIn = (value: unknown): string | undefined =>
  typeof value === "string" || typeof value === "number" ? String(value) : undefined;
