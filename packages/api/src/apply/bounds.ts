import { GatehouseError } from "@gatehouse/core/errors";
import { pointerPart } from "./faults.js";
import type { Fault } from "./kind.js";

/** Documents of one request. */
export const MOST_DOCUMENTS = 10_000;
/** Levels of one document. */
export const MOST_DEPTH = 32;
/** Values of one document, keys and items. */
const MOST_VALUES = 100_000;

/** What no document may be, whatever its kind. It walks without recursion: depth is what it looks for. */
export function boundsFault(index: number, document: unknown): Fault | undefined {
  const waiting: { readonly value: unknown; readonly pointer: string; readonly depth: number }[] = [
    { value: document, pointer: "", depth: 0 },
  ];
  let values = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value, pointer, depth } = next;
    const fault = (message: string): Fault => ({ index, pointer, message });
    if (++values > MOST_VALUES) return fault(`The document has more than ${MOST_VALUES} values.`);
    if (typeof value === "string" && !isStorable(value)) return fault(UNSTORABLE);
    if (typeof value !== "object" || value === null) continue;
    if (depth === MOST_DEPTH) return fault(`The document is nested more than ${MOST_DEPTH} levels deep.`);
    for (const [key, item] of Object.entries(value)) {
      if (!isStorable(key)) return fault(UNSTORABLE);
      waiting.push({ value: item, pointer: `${pointer}/${pointerPart(key)}`, depth: depth + 1 });
    }
  }
  return undefined;
}

const UNSTORABLE = "There is a character that no text may hold: U+0000, or half of a surrogate pair.";
const isStorable = (text: string) => !text.includes("\0") && text.isWellFormed();

/** A request's body, where it is kept as it is. @throws request-malformed for what PostgreSQL could not keep */
export function storable<T>(body: T): T {
  const fault = boundsFault(0, body);
  if (fault === undefined) return body;
  throw new GatehouseError("request-malformed", `the body${fault.pointer.slice(0, 200)}: ${fault.message}`);
}
