import { GatehouseError } from "@gatehouse/core/errors";
import type { Document, Fault } from "./kind.js";

/** Faults that an answer names, at the most. */
export const MOST_FAULTS = 100;

/** Documents that do not fit, with the place of each fault. */
export function refusal(faults: readonly Fault[], code: "request-malformed" | "conflict" = "request-malformed") {
  const [first] = faults;
  const more = faults.length > 1 ? ` There are ${faults.length >= MOST_FAULTS ? "many" : faults.length - 1} more.` : "";
  return new GatehouseError(code, `Nothing was applied: ${first?.message ?? "a document does not fit."}${more}`, {
    errors: faults
      .slice(0, MOST_FAULTS)
      .map(({ index, pointer, message }) => ({ pointer: `/documents/${index}${pointer}`, detail: message })),
  });
}

/** What `work` does for one document: a refusal names its place. @throws GatehouseError */
export async function atDocument<T>({ index }: Document, pointer: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (thrown instanceof GatehouseError && (thrown.code === "conflict" || thrown.code === "request-malformed"))
      throw refusal([{ index, pointer, message: thrown.message }], thrown.code);
    throw thrown;
  }
}

/** A JSON pointer's part. */
export const pointerPart = (key: string): string => key.replaceAll("~", "~0").replaceAll("/", "~1");
