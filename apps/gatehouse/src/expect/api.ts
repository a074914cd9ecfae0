import { ApiProblem, type GatehouseClient } from "@gatehouse/client";
import type { Session } from "../command/context.js";
import { CommandError, EXIT } from "../command/errors.js";
import { closeTo } from "./close.js";

/** A call of the client; `wait` has what tells the gateway how long it may hold the answer back. */
type Answering<T> = (
  api: GatehouseClient,
  wait: { readonly wait?: string },
) => Promise<{ data?: T; error?: unknown; response: Response }>;

/** Questions that are asked at once. */
const MOST_ASKED = 8;
/** Questions that are held back by the gateway at once. */
const MOST_WAITING = 8;
/** Seconds that the API holds one back, at the most: who wants to wait longer asks again. */
const MOST_WAIT = 60;
/** Milliseconds that an answer may take, beyond the time that the gateway was told to hold it back for. */
const ANSWER_MS = 30_000;
/** Pages of a list that are looked through, of {@link PAGE} each. */
const MOST_PAGES = 20;
const PAGE = 500;

/** A node that is named and is not there. */
export class NoNode extends Error {
  override readonly name = "NoNode";
  readonly node: string;

  constructor(node: string) {
    super(`There is no node ${node}.`);
    this.node = node;
  }
}

/** The gateway as expectations ask it: a few questions at a time. */
export class Api {
  readonly #session: Pick<Session, "ask">;
  readonly #queue: (() => void)[] = [];
  readonly #answerMs: number;
  #asking = 0;
  #waiting = 0;
  #names: Promise<readonly string[]> | undefined;

  /** @param answerMs as {@link ANSWER_MS} */
  constructor(session: Pick<Session, "ask">, answerMs = ANSWER_MS) {
    this.#session = session;
    this.#answerMs = answerMs;
  }

  /**
   * @param waitSeconds that the gateway may hold the answer back. It is then asked outside the queue, and keeps nobody else
   *   from asking; a few questions are held back at once, the others are answered as it is
   * @throws ApiProblem, CommandError when nobody answers, or not in time
   */
  async ask<T>(call: Answering<T>, waitSeconds = 0): Promise<T> {
    const wait = Math.min(MOST_WAIT, Math.floor(waitSeconds));
    if (wait >= 1 && this.#waiting < MOST_WAITING) {
      this.#waiting++;
      try {
        return await this.#inTime(
          this.#session.ask((api) => call(api, { wait: `${wait}s` })),
          wait,
        );
      } finally {
        this.#waiting--;
      }
    }
    if (this.#asking >= MOST_ASKED) await new Promise<void>((resolve) => this.#queue.push(resolve));
    else this.#asking++;
    try {
      return await this.#inTime(
        this.#session.ask((api) => call(api, {})),
        0,
      );
    } finally {
      const next = this.#queue.shift();
      if (next === undefined) this.#asking--;
      else next();
    }
  }

  /** Who takes a connection and then says nothing, or never comes to an end, is not reached either. */
  async #inTime<T>(asked: Promise<T>, waitSeconds: number): Promise<T> {
    const ms = this.#answerMs + waitSeconds * 1000;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const fault = () => new CommandError(`The gateway has not answered for ${ms / 1000} s.`, EXIT.unreachable);
      timer = setTimeout(() => reject(fault()), ms);
    });
    try {
      return await Promise.race([asked, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Undefined where the gateway says that there is no such thing. */
  async find<T>(call: Answering<T>, waitSeconds = 0): Promise<T | undefined> {
    try {
      return await this.ask(call, waitSeconds);
    } catch (thrown) {
      if (thrown instanceof ApiProblem && thrown.code === "not-found") return undefined;
      throw thrown;
    }
  }

  /** What is asked of a node; undefined where there is none of it. @throws NoNode when that is for want of the node */
  async ofNode<T>(node: string | undefined, call: Answering<T>, waitSeconds = 0): Promise<T | undefined> {
    const found = await this.find(call, waitSeconds);
    if (found === undefined && node !== undefined) await this.node(node);
    return found;
  }

  /** @throws NoNode */
  async node(node: string) {
    const found = await this.find((api) => api.GET("/nodes/{node}", { params: { path: { node } } }));
    if (found === undefined) throw new NoNode(node);
    return found;
  }

  /** A list, page by page, until `isEnough` of it is there. It is looked through to a bound. */
  async list<T>(
    page: (part: { limit: number; after?: string }) => Promise<{ items: readonly T[]; next: string | null }>,
    isEnough: (items: readonly T[]) => boolean = () => false,
  ): Promise<readonly T[]> {
    const items: T[] = [];
    let next: string | null = null;
    for (let pages = 0; pages < MOST_PAGES; pages++) {
      const part = await page({ limit: PAGE, ...(next === null ? {} : { after: next }) });
      items.push(...part.items);
      next = part.next;
      if (next === null || isEnough(items)) break;
    }
    return items;
  }

  /** Names of nodes that a name may have been meant for. */
  async nodesClose(name: string): Promise<string[]> {
    this.#names ??= this.list(async (query) => {
      const { nodes, next } = await this.ask((api) => api.GET("/nodes", { params: { query } }));
      return { items: nodes.map((node) => node.name), next };
    });
    return closeTo(name, await this.#names);
  }
}
