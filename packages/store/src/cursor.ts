import { GatehouseError } from "@gatehouse/core/errors";
import { cleanText } from "./clean.js";
import { isUuid } from "./uuid.js";

/** The place after a row in a list sorted by name and id, as an opaque text. */
export function encodeCursor(name: string, id: string): string {
  return Buffer.from(JSON.stringify([name, id])).toString("base64url");
}

/** @throws request-malformed for anything that {@link encodeCursor} did not make */
export function decodeCursor(cursor: string): [name: string, id: string] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
    if (
      Array.isArray(value) &&
      value.length === 2 &&
      typeof value[0] === "string" &&
      typeof value[1] === "string" &&
      isUuid(value[1])
    ) {
      const [name, id] = value as [string, string];
      if (name === cleanText(name)) return [name, id];
    }
  } catch {
    // Not base64 or not JSON: the same answer as for the wrong shape.
  }
  throw new GatehouseError("request-malformed", "The page cursor is not one that this server gave out.");
}
