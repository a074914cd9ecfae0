import { promisify } from "node:util";
import { inflateRaw, inflateRawSync } from "node:zlib";
import type { Run } from "../session.js";

const inflateRawAsync = promisify(inflateRaw);
/** Bytes up to which a body is inflated on this thread: handing it over costs more. */
const INLINE_BYTES = 32 * 1024;

const READ = {
  name: "submissions.read",
  text: `select s.id, s.kind, s.coding, s.body from unnest($1::timestamptz[], $2::bigint[]) as k (accepted_at, id)
         join submissions s on s.accepted_at = k.accepted_at and s.id = k.id
         where s.accepted_at between $3 and $4`,
};

/** A submission, by its key, with the bytes of its body. */
export interface SubmissionKey {
  readonly id: string;
  readonly acceptedAt: Date;
  readonly size: number;
}

/** The bodies of submissions as they came, by id; what retention dropped is not among them. */
export async function bodiesOf(
  run: Run,
  keys: readonly SubmissionKey[],
): Promise<Map<string, { readonly kind: string; readonly bytes: Buffer }>> {
  if (keys.length === 0) return new Map();
  const times = keys.map(({ acceptedAt }) => acceptedAt.getTime());
  const rows = await run<{ id: string; kind: string; coding: string; body: Buffer }>(READ, [
    keys.map(({ acceptedAt }) => acceptedAt),
    keys.map(({ id }) => id),
    // The range lets PostgreSQL leave out the other days.
    new Date(Math.min(...times)),
    new Date(Math.max(...times)),
  ]);
  const sizes = new Map(keys.map(({ id, size }) => [id, size]));
  const unpacked = rows.map(
    async ({ id, kind, coding, body }) =>
      [id, { kind, bytes: await unpack(coding, body, sizes.get(id) ?? 0) }] as const,
  );
  return new Map(await Promise.all(unpacked));
}

/** A stored body, as it came. @param size its bytes, which bound what is inflated */
export async function unpack(coding: string, body: Buffer, size: number): Promise<Buffer> {
  if (coding === "identity") return body;
  const bound = { maxOutputLength: Math.max(size, 1) };
  return size <= INLINE_BYTES ? inflateRawSync(body, bound) : inflateRawAsync(body, bound);
}
