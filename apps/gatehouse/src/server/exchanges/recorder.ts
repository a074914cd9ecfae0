import type { Clock } from "@gatehouse/core/clock";
import {
  type Exchange,
  type ExchangeCaller,
  type ExchangeHook,
  type ExchangeRows,
  fitsRecording,
  MOST_BODY,
  type Recording,
  type WholeExchange,
} from "@gatehouse/core/exchanges";
import type { Log } from "@gatehouse/http";

/** Exchanges that wait to be stored, and bytes of their bodies: beyond, they are dropped, and counted. */
const MOST_WAITING = 5_000;
const MOST_WAITING_BYTES = 64 << 20;
/** Milliseconds after which what waits is stored. */
const FLUSH_MS = 200;
const AT_ONCE = 200;
/** Bytes of bodies that are encrypted at once: meanwhile nobody is served. */
const BYTES_AT_ONCE = 4 << 20;

/** What operators do is in the audit log; what the platform asks says nothing of agents. */
const NOT_RECORDED: ReadonlySet<string> = new Set(["api", "platform", "landing"]);

export interface RecorderDeps {
  readonly rows: ExchangeRows;
  /** The groups of a node, in lower case. */
  readonly groupsOf: (nodeId: string) => Promise<ReadonlySet<string>>;
  readonly clock: Clock;
  readonly log: Pick<Log, "info" | "warn">;
  /** How many were not stored. */
  readonly onDropped: (exchanges: number) => void;
}

interface Waiting {
  readonly whole: WholeExchange;
  readonly bytes: number;
  readonly recordings: readonly Recording[];
}

/** Keeps what recordings want: what can be told at once is told while the request ends, the rest before it is stored. */
export class Recorder implements ExchangeHook {
  readonly #deps: RecorderDeps;
  #live: readonly Recording[] = [];
  /** How many more each may take, as far as this gateway knows. */
  readonly #left = new Map<string, number>();
  #waiting: Waiting[] = [];
  #bytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> = Promise.resolve();
  #failing = false;

  constructor(deps: RecorderDeps) {
    this.#deps = deps;
  }

  /** Reads which recordings are on. @throws database-unavailable */
  async refresh(): Promise<void> {
    const live = await this.#deps.rows.live();
    this.#live = live;
    this.#left.clear();
    for (const { id, most, recorded } of live) this.#left.set(id, most - recorded);
  }

  wants(route: string, protocol: string): boolean {
    if (this.#live.length === 0 || NOT_RECORDED.has(protocol)) return false;
    return this.#live.some(
      ({ spec }) =>
        (spec.protocol === undefined || spec.protocol === protocol) &&
        (spec.route === undefined || route.startsWith(spec.route)),
    );
  }

  record(exchange: Exchange): void {
    const now = this.#deps.clock.now();
    const recordings = this.#live.filter(
      ({ id, endsAt, spec }) =>
        endsAt > now &&
        (this.#left.get(id) ?? 0) > 0 &&
        mayBeOf(spec, exchange.caller) &&
        fitsRecording(spec, exchange),
    );
    if (recordings.length === 0) return;
    const whole = wholeOf(exchange);
    const bytes = whole.request.bytes.length + (whole.response?.bytes.length ?? 0);
    if (this.#waiting.length >= MOST_WAITING || this.#bytes + bytes > MOST_WAITING_BYTES) {
      this.#deps.onDropped(1);
      return;
    }
    this.#waiting.push({ whole, bytes, recordings });
    this.#bytes += bytes;
    if (this.#waiting.length >= AT_ONCE) void this.flush();
    else this.#timer ??= setTimeout(() => void this.flush(), FLUSH_MS).unref();
  }

  /** Stores what waits; resolves when it is stored, or lost. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#flushing = this.#flushing.then(() => this.#flushAll());
    return this.#flushing;
  }

  async #flushAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const some = this.#some();
      try {
        const wanted = [];
        for (const waiting of some) {
          const found = await this.#wanted(waiting);
          if (found !== undefined) wanted.push(found);
        }
        await this.#deps.rows.add(wanted);
        if (this.#failing) this.#deps.log.info("exchanges are recorded again");
        this.#failing = false;
      } catch (thrown) {
        this.#deps.onDropped(some.length);
        if (!this.#failing) this.#deps.log.warn("exchanges were not recorded", { reason: (thrown as Error).message });
        this.#failing = true;
      }
      this.#waiting = this.#waiting.slice(some.length);
      for (const { bytes } of some) this.#bytes -= bytes;
    }
  }

  #some(): Waiting[] {
    let bytes = 0;
    const end = this.#waiting.findIndex((waiting, i) => {
      bytes += waiting.bytes;
      return i === AT_ONCE || (i > 0 && bytes > BYTES_AT_ONCE);
    });
    return end < 0 ? [...this.#waiting] : this.#waiting.slice(0, end);
  }

  /** The recordings that want it, now that others may be asked whose it is. */
  async #wanted({ whole, recordings }: Waiting) {
    const ids: string[] = [];
    for (const { id, spec } of recordings) {
      const left = this.#left.get(id) ?? 0;
      if (left <= 0 || !(await this.#isOf(spec, whole.caller))) continue;
      this.#left.set(id, left - 1);
      ids.push(id);
    }
    return ids.length === 0 ? undefined : { whole, recordings: ids };
  }

  async #isOf({ group }: Recording["spec"], caller: ExchangeCaller | undefined): Promise<boolean> {
    if (group === undefined) return true;
    return caller !== undefined && (await this.#deps.groupsOf(caller.nodeId)).has(group.toLowerCase());
  }
}

/** Others' exchanges do not wait: a flood of them would push out those of the node that is looked at. */
const mayBeOf = ({ nodeId, group }: Recording["spec"], caller: ExchangeCaller | undefined): boolean =>
  (nodeId === undefined || nodeId === caller?.nodeId) && (group === undefined || caller !== undefined);

function wholeOf({ requestBody, responseBody, ...rest }: Exchange): WholeExchange {
  return { ...rest, request: kept(requestBody), response: responseBody === undefined ? undefined : kept(responseBody) };
}

/** Of a large one a copy of its beginning: a part of it would hold all of it in memory. */
const kept = (body: Uint8Array) => ({
  bytes:
    body.length > MOST_BODY
      ? Buffer.from(body.subarray(0, MOST_BODY))
      : Buffer.from(body.buffer, body.byteOffset, body.byteLength),
  size: body.length,
});
