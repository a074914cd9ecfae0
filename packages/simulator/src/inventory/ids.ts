import { createHash } from "node:crypto";

/** An id in the form that agents make theirs: a UUID of version 1. */
export function agentIdOf(seed: string): string {
  const hex = createHash("sha256").update(`agent ${seed}`).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-1${hex.slice(13, 16)}-9${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
