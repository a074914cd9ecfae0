import { promisify } from "node:util";
import { inflateRaw, inflateRawSync } from "node:zlib";
import type { SubmissionContext } from "@gatehouse/core/submissions";
import type { Run } from "../session.js";

const inflateRawAsync = promisify(inflateRaw);
/** Bytes up to which a body is inflated on this thread: handing it over costs more. */
const INLINE_BYTES = 32 * 1024;

const READ = {
  name: "submissions.read",
  text: `select s.id, s.kind, s.coding, s.context, s.body from unnest($1::timestamptz[], $2::bigint[]) as k (accepted_at, id)
         join submissions s on s.accepted_at = k.accepted_at and s.id = k.id
         where s.accepted_at between $3 and $4`,
};

/** A submission, by its key, with the bytes of its body. */
export interface SubmissionKey {
  readonly id: string;
  readonly acceptedAt: Date;
  readonly size: number;
}

/** Bodies as they came, with their kinds and what was said beside them, by the ids of their submissions. */
export type Bodies = Map<
  string,
  { readonly kind: string; readonly bytes: Buffer; readonly context: SubmissionContext | null }
>;

/** A stored body with what tells how to read it. */
export interface BodyRow {
  id: string;
  kind: string;
  coding: string;
  context: SubmissionContext | null;
  body: Buffer;
}

/** The bodies of submissions as they came, by id; what retention dropped is not among them. */
export async function bodiesOf(run: Run, keys: readonly SubmissionKey[]): Promise<Bodies> {
  if (keys.length === 0) return new Map();
  const times = keys.map(({ acceptedAt }) => acceptedAt.getTime());
  const rows = await run<BodyRow>(READ, [
    keys.map(({ acceptedAt }) => acceptedAt),
    keys.map(({ id }) => id),
    // The range lets PostgreSQL leave out the other days.
    new Date(Math.min(...times)),
    new Date(Math.max(...times)),
  ]);
  return unpackAll(rows, keys);
}

/** Stored bodies, as they came. One that cannot be inflated any more is left out: it must not keep the others. */
export async function unpackAll(rows: readonly BodyRow[], keys: readonly SubmissionKey[]): Promise<Bodies> {
  const sizes = new Map(keys.map(({ id, size }) => [id, size]));
  const unpacked = rows.map(async ({ id, kind, coding, context, body }) =>
    unpack(coding, body, sizes.get(id) ?? 0).then(
      (bytes) => [[id, { kind, bytes, context }] as const],
      () => [],
    ),
  );
  return new Map((await Promise.all(unpacked)).flat());
}

/** A stored body, as it came. @param size its bytes, which bound what is inflated */
export async function unpack(coding: string, body: Buffer, size: number): Promise<Buffer> {
  if (coding === "identity") return body;
  const bound = { maxOutputLength: Math.max(size, 1) };
  return size <= INLINE_BYTES ? inflateRawSync(body, bound) : inflateRawAsync(body, bound);
}
