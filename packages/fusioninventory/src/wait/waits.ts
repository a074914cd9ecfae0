import type { ServerResponse } from "node:http";
import { setImmediate, setTimeout } from "node:timers/promises";
import { GatehouseError } from "@gatehouse/core/errors";
import { jitteredRetryAfter, type Reply } from "@gatehouse/http";

/** Seconds between two signs of life (asked document, /wait). */
const BEAT_SECONDS = 25;
const SIGN = "@";
/** Bytes of five signs of life: so much may be on its way out. */
const MOST_UNSENT = 32;
/** Milliseconds that the last words may take to their reader. */
const LAST_WORDS_MS = 25_000;
/** Milliseconds for which agents read what they were told, before answers end. */
const READ_MS = 250;
/** Answers that are ended in one turn of the event loop: over TLS that takes some milliseconds. */
const ENDED_AT_ONCE = 50;

const HEADERS = {
  "Content-Type": "text/plain; charset=utf-8",
  "Cache-Control": "no-cache",
  // nginx would hold every sign of life back.
  "X-Accel-Buffering": "no",
};

/** One agent that waits: kept small, there are ten thousand of them. */
interface Wait {
  readonly agentId: string;
  readonly res: ServerResponse;
  readonly beat: Wait[];
  /** Its place in `beat`. */
  at: number;
  /** It was told to wake: nothing may come behind that. */
  isTold: boolean;
}

/** How a wait took what it was told: stuck: it had not taken what it was told before. */
export type Took = "told" | "gone" | "stuck";

/** What agents that wait get told. One timer of its owner's serves them all: {@link Waits.beat}. */
export class Waits {
  readonly #most: number;
  readonly #byAgent = new Map<string, Wait>();
  /** By the second in which they get their sign of life. */
  readonly #beats: Wait[][] = Array.from({ length: BEAT_SECONDS }, () => []);
  /** Told, and not ended yet. */
  #told: Wait[] = [];
  #now = 0;
  #count = 0;
  #closed = false;

  /** @param most waits at once; more are turned away */
  constructor(most: number) {
    this.#most = most;
  }

  /** Answers that are held: an older wait of an agent counts until it has ended. */
  get count(): number {
    return this.#count;
  }

  agents(): string[] {
    return [...this.#byAgent.keys()];
  }

  /**
   * An answer that waits until its agent is to wake. An older one of the same agent ends: it has hung up without a word, or
   * was started twice.
   * @param came called when it waits
   * @throws overloaded when too many wait, and when the gateway stops
   */
  hold(agentId: string, came: () => void): Reply {
    this.#refuseFull();
    const hold = (res: ServerResponse): (() => void) => {
      if (this.#closed) {
        res.end();
        return () => undefined;
      }
      const beat = this.#beats[this.#now] ?? [];
      const wait: Wait = { agentId, res, beat, at: beat.length, isTold: false };
      beat.push(wait);
      this.#count++;
      const older = this.#byAgent.get(agentId);
      this.#byAgent.set(agentId, wait);
      if (older !== undefined) this.#end(older);
      res.write(SIGN);
      came();
      return () => this.#forget(wait);
    };
    return { status: 200, headers: HEADERS, body: { hold } };
  }

  /**
   * The next second: who has waited for 25 of them since its last sign of life gets one. Who has not even taken the
   * last ones does not read, and what is written to it would pile up here.
   */
  beat(): void {
    this.#now = (this.#now + 1) % BEAT_SECONDS;
    for (const { res, isTold } of [...(this.#beats[this.#now] ?? [])]) {
      // Closed, and nobody was told yet; or on its way out.
      if (res.destroyed || res.writableEnded || isTold) continue;
      if (isStuck(res)) res.destroy();
      else res.write(SIGN);
    }
  }

  /**
   * Wakes an agent: what it is told is the end of its answer. Its connection ends with {@link Waits.letGo}.
   * @param tasks what it is to run, in this order
   */
  tell(agentId: string, tasks: readonly string[]): Took {
    const wait = this.#byAgent.get(agentId);
    const socket = wait?.res.socket;
    if (wait === undefined || !socket || wait.res.destroyed) return "gone";
    this.#byAgent.delete(agentId);
    if (isStuck(wait.res)) {
      wait.res.destroy();
      return "stuck";
    }
    wait.isTold = true;
    // Not by `end`: that closes the connection at once, and what is said before it goes out alone, one TLS record more.
    socket.write(lastOf(JSON.stringify({ awake: { tasks } }), wait.res.chunkedEncoding));
    // It has no more to say. That it hangs up is seen when it is let go: to close a connection takes longer than to tell somebody.
    socket.pause();
    this.#told.push(wait);
    return "told";
  }

  /**
   * Closes the connections of all who were told, some in each turn of the event loop: that takes several times as long as to
   * say something on them, and of ten thousand the last one is to be told in a second or two.
   */
  async letGo(): Promise<void> {
    if (this.#told.length > ENDED_AT_ONCE) await setTimeout(READ_MS);
    while (this.#told.length > 0) {
      for (const wait of this.#told.splice(0, ENDED_AT_ONCE)) this.#end(wait);
      await setImmediate();
    }
  }

  /** Ends every wait, and begins none any more: agents come back to who is there then. */
  close(): void {
    this.#closed = true;
    for (const wait of [...this.#byAgent.values(), ...this.#told]) this.#end(wait);
    this.#byAgent.clear();
    this.#told = [];
  }

  #refuseFull(): void {
    if (!this.#closed && this.#count < this.#most) return;
    throw new GatehouseError("overloaded", "The gateway holds no more waits; try again later.", {
      detail: this.#closed ? "it stops" : `${this.#count} agents wait`,
      retryAfterSeconds: jitteredRetryAfter(60),
    });
  }

  #end({ res, isTold }: Wait): void {
    if (res.destroyed) return;
    res.socket?.setTimeout(LAST_WORDS_MS);
    if (isTold) res.socket?.destroySoon();
    else res.end();
  }

  #forget(wait: Wait): void {
    const last = wait.beat.pop();
    if (last !== undefined && last !== wait) {
      last.at = wait.at;
      wait.beat[last.at] = last;
    }
    this.#count--;
    if (this.#byAgent.get(wait.agentId) === wait) this.#byAgent.delete(wait.agentId);
  }
}

/** A body's last piece: with the end of a chunked one (RFC 9112, section 7.1); callers of HTTP/1.0 get none. */
const lastOf = (text: string, isChunked: boolean): string =>
  isChunked ? `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n0\r\n\r\n` : text;

/** Whether what was written is still with us: the network has long taken nothing of it. */
const isStuck = (res: ServerResponse): boolean => res.writableLength > MOST_UNSENT;
