import { GatehouseError } from "@gatehouse/core/errors";

/** What code asks and cannot have. */
export const malformed = (message: string) => new GatehouseError("request-malformed", message);

/** What was asked, for a message. */
export function excerpt(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
