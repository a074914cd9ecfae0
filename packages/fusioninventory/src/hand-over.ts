import { GatehouseError } from "@gatehouse/core/errors";
import type { ReadyAnswer, RouteRequest } from "@gatehouse/http";

/** Milliseconds from the call to the last byte of its answer. */
const PATIENCE = 30_000;
/** Bytes of an answer. */
const MOST_BYTES = 16 << 20;
/** Calls that wait for others' servers at once: a slow one takes no more places than these. */
const MOST_AT_ONCE = 50;
/** Headers that are passed on, either way: neither logins nor certificates, and nothing of a connection. */
const PASSED = ["accept", "content-type", "user-agent"] as const;
const BACK = ["content-type", "retry-after"] as const;
/** Says that a call came by one of us: two gateways that name each other would call for ever. */
const MARK = "x-gatehouse-handed-over";

/** Hands a call to another server, and its answer back (decisions, row 23). */
export type HandOver = (
  request: Pick<RouteRequest, "method" | "headers" | "body" | "raw">,
  base: string,
) => Promise<ReadyAnswer>;

/** @param patience milliseconds */
export function createHandOver(patience = PATIENCE, mostBytes = MOST_BYTES): HandOver {
  let under = 0;
  return async (request, base) => {
    if (request.headers[MARK] !== undefined) throw failedBecause("the call came from a gateway already");
    if (under >= MOST_AT_ONCE)
      throw new GatehouseError("overloaded", "Too many calls wait for the server of this task.", {
        retryAfterSeconds: 30,
      });
    under++;
    try {
      return await handOver(request, base, patience, mostBytes);
    } catch (thrown) {
      throw thrown instanceof GatehouseError ? thrown : failedBecause(reasonOf(thrown), thrown);
    } finally {
      under--;
    }
  };
}

async function handOver(
  { method, headers, body, raw }: Parameters<HandOver>[0],
  base: string,
  patience: number,
  mostBytes: number,
): Promise<ReadyAnswer> {
  const [, query = ""] = (raw.url ?? "").split(/\?(.*)/s);
  const answer = await fetch(`${base}?${query}`, {
    ...{ method, redirect: "manual", signal: AbortSignal.timeout(patience) },
    headers: { ...passed(headers), "accept-encoding": "identity", [MARK]: "1" },
    ...(method !== "GET" && body.length > 0 && { body: new Uint8Array(body) }),
  });
  if (answer.status < 200 || (answer.status >= 300 && answer.status < 400)) {
    await answer.body?.cancel();
    throw failedBecause(`status ${answer.status}: redirects are not followed`);
  }
  const bytes = await bytesOf(answer, mostBytes);
  const back = BACK.flatMap((name) => {
    const value = answer.headers.get(name);
    return value === null || !/^[\x20-\x7e]{1,200}$/.test(value) ? [] : [[name, value] as const];
  });
  return { ready: { status: answer.status, headers: Object.fromEntries(back), body: bytes } };
}

const passed = (headers: RouteRequest["headers"]): Record<string, string> =>
  Object.fromEntries(
    PASSED.flatMap((name) => {
      const value = headers[name];
      return typeof value === "string" ? [[name, value] as const] : [];
    }),
  );

async function bytesOf(answer: Response, most: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop early ends the connection.
  for await (const chunk of answer.body ?? []) {
    size += chunk.byteLength;
    if (size > most) throw failedBecause(`an answer of more than ${most} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

const failedBecause = (detail: string, cause?: unknown) =>
  new GatehouseError("upstream-failed", "The server of this task does not answer as it should.", { detail, cause });

/** What fetch says is in its cause: the address and the system's word. */
function reasonOf(thrown: unknown): string {
  const { message, cause } = thrown as { message?: unknown; cause?: { message?: unknown } };
  return [message, cause?.message].filter((text) => typeof text === "string" && text !== "").join(": ");
}
