import { GatehouseError } from "@gatehouse/core/errors";
import type { HealthCheck } from "@gatehouse/core/health";

export const ok = (id: string, finding: string): HealthCheck => ({ id, state: "ok", finding, advice: null });

export const warning = (id: string, finding: string, advice: string): HealthCheck => ({
  id,
  state: "warning",
  finding,
  advice,
});

export const failed = (id: string, finding: string, advice: string): HealthCheck => ({
  id,
  state: "failed",
  finding,
  advice,
});

/**
 * What `look` finds. What it throws is a finding too: a doctor who falls ill with the patient helps nobody.
 * @param advice what to do when it cannot even be looked at
 */
export async function examined(
  id: string,
  advice: string,
  look: () => Promise<HealthCheck | readonly HealthCheck[]> | HealthCheck,
): Promise<HealthCheck[]> {
  try {
    return [await look()].flat();
  } catch (thrown) {
    return [failed(id, reasonOf(thrown), advice)];
  }
}

/** Why something failed, as a sentence. */
export function reasonOf(thrown: unknown): string {
  const reason =
    thrown instanceof GatehouseError && thrown.detail !== undefined
      ? `${thrown.message} ${thrown.detail}`
      : thrown instanceof AggregateError && thrown.message === ""
        ? thrown.errors.map((error: unknown) => reasonOf(error)).join(" ")
        : thrown instanceof Error
          ? thrown.message
          : String(thrown);
  return /[.!?]$/.test(reason) ? reason : `${reason}.`;
}
