import type { CodeServer } from "./types.js";

/** Servers that start at once. Where one does not start, the others are closed: nobody else would know of them. */
export async function allOrNone<const S extends readonly Promise<CodeServer>[]>(
  starting: S,
): Promise<{ -readonly [K in keyof S]: Awaited<S[K]> }> {
  const settled = await Promise.allSettled(starting);
  if (settled.some(({ status }) => status === "rejected"))
    await Promise.all(settled.map(async (one) => one.status === "fulfilled" && (await one.value.close())));
  // Throws what was rejected.
  return Promise.all(starting) as Promise<{ -readonly [K in keyof S]: Awaited<S[K]> }>;
}
