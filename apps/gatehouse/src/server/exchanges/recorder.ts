import type { Clock } from "@gatehouse/core/clock";
import {
  type Exchange,
  type ExchangeBatch,
  type ExchangeCaller,
  type ExchangeHook,
  type ExchangeRows,
  fitsRecording,
  type Recording,
} from "@gatehouse/core/exchanges";
import type { Log } from "@gatehouse/http";

/** Exchanges that wait to be stored, and bytes of them, which may lie in twice the room: beyond, they are dropped, and counted. */
const MOST_WAITING = 5_000;
const MOST_WAITING_BYTES = 64 << 20;
/** Milliseconds after which what waits is stored. */
const FLUSH_MS = 200;
const AT_ONCE = 500;
/** Bytes from which on a batch is stored: while they are packed and encrypted, some 20 ms, nobody is served. */
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

/** Exchanges that wait to be stored together, and for each who may want it. */
interface Waiting {
  readonly batch: ExchangeBatch;
  readonly candidates: { readonly nodeId: string | undefined; readonly recordings: readonly Recording[] }[];
}

/** Keeps what recordings want: what can be told at once is told while the request ends, the rest before it is stored. */
export class Recorder implements ExchangeHook {
  readonly #deps: RecorderDeps;
  #live: readonly Recording[] = [];
  /** How many more each may take, as far as this gateway knows. */
  readonly #left = new Map<string, number>();
  #waiting: Waiting | undefined;
  /** All that are not stored yet, also those that are being stored, and their bytes. */
  #held = 0;
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
    const now = this.#deps.clock.now().getTime();
    const recordings = this.#live.filter(
      ({ id, endsAt, spec }) =>
        endsAt.getTime() > now &&
        (this.#left.get(id) ?? 0) > 0 &&
        mayBeOf(spec, exchange.caller) &&
        fitsRecording(spec, exchange),
    );
    if (recordings.length === 0) return;
    if (this.#held >= MOST_WAITING || this.#bytes >= MOST_WAITING_BYTES) {
      this.#deps.onDropped(1);
      return;
    }
    this.#waiting ??= { batch: this.#deps.rows.newBatch(), candidates: [] };
    const { batch, candidates } = this.#waiting;
    // Packed at once: a request's many small objects, kept until then, would cost more than all the rest.
    const before = batch.bytes;
    batch.put(exchange);
    candidates.push({ nodeId: exchange.caller?.nodeId, recordings });
    this.#held++;
    this.#bytes += batch.bytes - before;
    if (batch.count >= AT_ONCE || batch.bytes >= BYTES_AT_ONCE) void this.flush();
    else this.#timer ??= setTimeout(() => void this.flush(), FLUSH_MS).unref();
  }

  /** Stores what waits; resolves when it is stored, or lost. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    // What comes meanwhile waits for the next time: stored at once, it would be a few in each transaction, and cost as many.
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting !== undefined) this.#flushing = this.#flushing.then(() => this.#store(waiting));
    return this.#flushing;
  }

  async #store({ batch, candidates }: Waiting): Promise<void> {
    try {
      const wanted: string[][] = [];
      for (const { nodeId, recordings } of candidates) {
        const isOfGroups = nodeId !== undefined && recordings.some(({ spec }) => spec.group !== undefined);
        wanted.push(this.#wanting(recordings, isOfGroups ? await this.#deps.groupsOf(nodeId) : NO_GROUPS));
      }
      await batch.store(wanted);
      if (this.#failing) this.#deps.log.info("exchanges are recorded again");
      this.#failing = false;
    } catch (thrown) {
      this.#deps.onDropped(batch.count);
      if (!this.#failing) this.#deps.log.warn("exchanges were not recorded", { reason: (thrown as Error).message });
      this.#failing = true;
    }
    this.#held -= batch.count;
    this.#bytes -= batch.bytes;
  }

  /** The recordings that want an exchange, now that it is known which groups its node is in. */
  #wanting(recordings: readonly Recording[], groups: ReadonlySet<string>): string[] {
    const ids: string[] = [];
    for (const { id, spec } of recordings) {
      const left = this.#left.get(id) ?? 0;
      if (left <= 0 || (spec.group !== undefined && !groups.has(spec.group.toLowerCase()))) continue;
      this.#left.set(id, left - 1);
      ids.push(id);
    }
    return ids;
  }
}

const NO_GROUPS: ReadonlySet<string> = new Set();

/** Others' exchanges do not wait: a flood of them would push out those of the node that is looked at. */
const mayBeOf = ({ nodeId, group }: Recording["spec"], caller: ExchangeCaller | undefined): boolean =>
  (nodeId === undefined || nodeId === caller?.nodeId) && (group === undefined || caller !== undefined);
