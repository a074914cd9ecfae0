import { GatehouseError } from "@gatehouse/core/errors";
import type { Document, DocumentKind, Given } from "./kind.js";

/** Documents that are made ready together. */
const AT_ONCE = 4;
/** Milliseconds after which nothing further is made ready: it is applied all the same. */
const LONG_ENOUGH = 30_000;

/**
 * Makes ready what documents describe, where their kind has something to make ready.
 * @returns warnings, by the document's place
 */
export async function prepare(
  kinds: ReadonlyMap<string, DocumentKind>,
  documents: readonly Document[],
  given: Given,
  longEnough = LONG_ENOUGH,
): Promise<Map<number, readonly string[]>> {
  const warnings = new Map<number, readonly string[]>();
  const end = performance.now() + longEnough;
  const waiting = documents.filter(({ kind }) => kinds.get(kind)?.prepare !== undefined).values();
  const worker = async () => {
    for (const document of waiting) {
      if (performance.now() >= end) return;
      try {
        warnings.set(document.index, (await kinds.get(document.kind)?.prepare?.(document, given)) ?? []);
      } catch (thrown) {
        // It is refused at its place when it is applied.
        if (!(thrown instanceof GatehouseError) || thrown.status >= 500) throw thrown;
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return warnings;
}
