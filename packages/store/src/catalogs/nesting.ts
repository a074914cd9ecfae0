import { GatehouseError } from "@gatehouse/core/errors";

/**
 * Refuses what no recursion would survive. It walks level by level itself.
 * @param most levels @param what it is, for the message
 * @throws request-malformed
 */
export function refuseNesting(value: unknown, most: number, what: string): void {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > most) throw new GatehouseError("request-malformed", `${what} nests at most ${most} deep.`);
    level = level
      .filter((item) => typeof item === "object" && item !== null)
      .flatMap((item) => Object.values(item as object));
  }
}
