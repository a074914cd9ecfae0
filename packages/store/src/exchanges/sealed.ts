import type { WholeExchange } from "@gatehouse/core/exchanges";
import type { SecretBox } from "../secret-box.js";

const LENGTH_BYTES = 4;
const purposeOf = (requestId: string) => `exchange ${requestId}`;

type Said = Omit<WholeExchange, "request" | "response"> & {
  readonly sizes: { readonly request: number; readonly kept: number; readonly response: number | null };
};

/** An exchange as it is kept: everything that may hold a secret, under the instance key. */
export function sealExchange(box: SecretBox, { request, response, ...rest }: WholeExchange): Buffer {
  const sizes = { request: request.size, kept: request.bytes.length, response: response?.size ?? null };
  const said = Buffer.from(JSON.stringify({ ...rest, sizes } satisfies Said), "utf8");
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE(said.length);
  const parts = [length, said, request.bytes, ...(response === undefined ? [] : [response.bytes])];
  return box.seal(Buffer.concat(parts), purposeOf(rest.requestId));
}

/** @throws an Error for bytes of another exchange, or under another key */
export function openExchange(box: SecretBox, content: Buffer, requestId: string): WholeExchange {
  const whole = box.openBytes(content, purposeOf(requestId));
  const end = LENGTH_BYTES + whole.readUInt32BE(0);
  const { sizes, startedAt, ...rest } = JSON.parse(whole.toString("utf8", LENGTH_BYTES, end)) as Said;
  const bodies = whole.subarray(end);
  return {
    ...rest,
    startedAt: new Date(startedAt),
    request: { bytes: bodies.subarray(0, sizes.kept), size: sizes.request },
    response: sizes.response === null ? undefined : { bytes: bodies.subarray(sizes.kept), size: sizes.response },
  };
}
