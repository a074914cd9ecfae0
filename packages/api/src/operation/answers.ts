import type { HeldBody, Reply } from "@gatehouse/http";
import type { Schema } from "./schema.js";

/** Of certificates and lists; browsers keep it as a file. */
export const PEM_TYPE = "application/x-pem-file";

/** Bytes for a caller to keep as a file. */
export interface Download {
  readonly bytes: Buffer;
  readonly fileName: string;
}

/** An answer that is given when there is one: its status is told before, and it holds no place among the requests meanwhile. */
export interface Later<out T> {
  /**
   * @param say called once, with the answer
   * @returns called when it was said, or nobody waits any more
   */
  readonly later: (say: (value: T) => void) => () => void;
}

/** What happens from now on, as server-sent events. */
export interface Events {
  /**
   * @param send takes what {@link eventBytes} made: what is told to many is written out once for all of them
   * @returns called when nobody listens any more
   */
  readonly events: (send: (events: Buffer) => void) => () => void;
}

/** Server-sent events: JSON, each with its name and id. */
export const eventBytes = (
  events: readonly { readonly name: string; readonly id: string; readonly data: object }[],
): Buffer =>
  Buffer.from(
    events.map(({ name, id, data }) => `event: ${name}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`).join(""),
  );

/** Bytes that a listener may be behind: one that reads more slowly is let go, and may come again. */
const MOST_BEHIND = 1 << 20;
/** Milliseconds after which a quiet stream says that it is there: proxies end what is silent for a minute. */
const QUIET_MS = 25_000;

/** What an operation answers under one status; `T` is what its handler says. */
export interface Answer<out T> {
  readonly description: string;
  readonly content: "json" | "pem" | "bytes" | "events" | "none";
  /** Of JSON. */
  readonly schema?: Schema<T>;
}

export type Answers = Readonly<Record<number, Answer<unknown>>>;

/** One of the declared statuses with what belongs to it. */
export type Said<A extends Answers> = {
  [S in keyof A & number]: A[S] extends Answer<infer T>
    ? T extends undefined
      ? { readonly status: S }
      : { readonly status: S; readonly body: T | Later<T> }
    : never;
}[keyof A & number];

export const json = <T>(description: string, schema: Schema<T>): Answer<T> => ({
  description,
  content: "json",
  schema,
});

export const download = (description: string): Answer<Download> => ({ description, content: "bytes" });

export const events = (description: string): Answer<Events> => ({ description, content: "events" });

export const pem = (description: string): Answer<string> => ({ description, content: "pem" });

export const nothing = (description: string): Answer<undefined> => ({ description, content: "none" });

export const ok = <T>(body: T) => ({ status: 200, body }) as const;
export const created = <T>(body: T) => ({ status: 201, body }) as const;
export const done = { status: 204 } as const;

/** Puts what a handler said into an answer of HTTP. */
export function replyOf(answers: Answers, said: { readonly status: number; readonly body?: unknown }): Reply {
  const headers = { "Cache-Control": "no-store" };
  const content = answers[said.status]?.content;
  if (content === "events")
    return {
      status: said.status,
      headers: { ...headers, "Content-Type": "text/event-stream", "X-Accel-Buffering": "no" },
      body: streamOf(said.body as Events),
    };
  if (content === "json")
    return {
      status: said.status,
      headers: { ...headers, "Content-Type": "application/json" },
      body: isLater(said.body) ? bodyOf(said.body) : JSON.stringify(said.body),
    };
  if (content === "pem")
    return { status: said.status, headers: { ...headers, "Content-Type": PEM_TYPE }, body: said.body as string };
  if (content === "bytes") {
    const { bytes, fileName } = said.body as Download;
    return {
      status: said.status,
      headers: {
        ...headers,
        "Content-Type": "application/octet-stream",
        // What an agent sent is never shown as a page of ours.
        "Content-Disposition": `attachment; filename="${fileName.replaceAll(/[^A-Za-z0-9._-]/g, "_")}"`,
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
      },
      body: bytes,
    };
  }
  return { status: said.status, headers };
}

const isLater = (body: unknown): body is Later<unknown> => typeof (body as Later<unknown>).later === "function";

const bodyOf = ({ later }: Later<unknown>): HeldBody => ({
  hold: (res) => later((value) => void res.end(JSON.stringify(value))),
});

const streamOf = ({ events: begin }: Events): HeldBody => ({
  hold(res) {
    const quiet = setInterval(() => void res.write(":\n\n"), QUIET_MS).unref();
    res.write(":\n\n");
    const stop = begin((events) => {
      if (res.writableLength > MOST_BEHIND) res.destroy();
      else res.write(events);
    });
    return () => {
      clearInterval(quiet);
      stop();
    };
  },
});
