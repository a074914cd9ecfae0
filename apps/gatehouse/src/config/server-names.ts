import { isIP } from "node:net";
import { GatehouseError } from "@gatehouse/core/errors";

/** Whether the authority issues a certificate for a DNS name: no wildcard, and nothing that a resolver would not take. */
export const isHostName = (name: string): boolean =>
  name.length <= 253 &&
  name.split(".").every((label) => /^[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/.test(label));

/** What the schema cannot say of `serverNames`: a start would fail of one that no certificate can be for. @throws config-invalid */
export function checkServerNames(names: readonly string[]): void {
  const bad = names.find((name) => isIP(name) === 0 && !isHostName(name));
  if (bad === undefined) return;
  throw new GatehouseError(
    "config-invalid",
    `serverNames: ${JSON.stringify(bad)} is neither a DNS name nor an address.`,
  );
}
