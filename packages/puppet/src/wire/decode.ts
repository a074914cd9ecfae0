import { GatehouseError } from "@gatehouse/core/errors";
import { exceeds, type JsonLimits } from "@gatehouse/http/json-limits";
import { msgpackExceeds } from "@gatehouse/http/msgpack-limits";
import { decode as decodeMsgpack } from "@msgpack/msgpack";
import { readYaml } from "./yaml.js";

/** How bytes are written. PSON is JSON here, whose bytes need not be UTF-8. */
export const codings = ["json", "msgpack", "yaml"] as const;
export type Coding = (typeof codings)[number];

/** Ruby writes a text that is not known to be UTF-8 as bytes. */
const asText = (_: string, value: unknown) => (value instanceof Uint8Array ? new TextDecoder().decode(value) : value);

/**
 * The value that an agent sent. Tags of YAML and extensions of msgpack make nothing: what comes out is what JSON has.
 * @throws request-malformed in puppetserver's words; the parser's own may quote what was sent
 */
export function decode(body: Uint8Array, coding: Coding, limits: JsonLimits): unknown {
  const refuse = (why: string, cause?: unknown) =>
    new GatehouseError("request-malformed", `Could not intern from ${coding}: ${why}`, { cause });
  if (body.length === 0) throw refuse("the body is empty");
  const tooMuch = `it has more than ${limits.levels} levels or ${limits.values} values`;
  if (coding === "json" && exceeds(body, limits)) throw refuse(tooMuch);
  if (coding === "msgpack" && msgpackExceeds(body, limits)) throw refuse(tooMuch);
  try {
    if (coding === "msgpack") return JSON.parse(JSON.stringify(decodeMsgpack(body), asText));
    // Bytes that are no UTF-8 become U+FFFD: agents up to 4 send what is in their files as it is.
    const text = new TextDecoder().decode(body);
    return coding === "json" ? JSON.parse(text) : readYaml(text, limits);
  } catch (thrown) {
    throw refuse(`it is no ${coding}, or not one that is read here`, thrown);
  }
}
