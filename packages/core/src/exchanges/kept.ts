import type { Exchange } from "./exchange.js";
import type { NewRecording, Recording } from "./recording.js";

/** A body as it is kept: bytes as the wire carried them. */
export interface KeptBody {
  /** At most {@link MOST_BODY} bytes. */
  readonly bytes: Buffer;
  /** Of all of it. */
  readonly size: number;
}

/** What an exchange carried, beside what a list shows of it: secrets are in it. */
export interface ExchangeContent {
  /** With the query. */
  readonly url: string;
  /** By their names in lower case. */
  readonly requestHeaders: Readonly<Record<string, string | readonly string[]>>;
  readonly responseHeaders: Exchange["responseHeaders"];
  readonly request: KeptBody;
  /** Undefined when the answer was streamed from disk. */
  readonly response: KeptBody | undefined;
}

/** What a list shows of an exchange: nothing secret, and no content. */
export interface ExchangeSummary {
  readonly id: string;
  readonly requestId: string;
  readonly at: Date;
  readonly durationMs: number;
  readonly protocol: string;
  readonly route: string;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly status: number;
  readonly from: string | null;
  readonly peer: string | null;
  readonly nodeId: string | null;
  readonly nodeName: string | null;
  /** Bytes on the wire; null for an answer that was streamed from disk. */
  readonly requestBytes: number;
  readonly responseBytes: number | null;
}

/** An exchange with what it carried. */
export interface StoredExchange extends ExchangeSummary {
  readonly content: ExchangeContent;
}

export interface ExchangeFilter {
  readonly nodeId?: string;
  readonly protocol?: string;
  /** The beginning of a route's name. */
  readonly route?: string;
  readonly method?: string;
  readonly leastStatus?: number;
  readonly mostStatus?: number;
  readonly since?: Date;
  readonly until?: Date;
}

export interface ExchangePage {
  readonly exchanges: readonly ExchangeSummary[];
  readonly next: string | null;
}

/** Port: recorded exchanges, as operators look at them. Contents are encrypted under the instance key. */
export interface Exchanges {
  /** Newest first. @throws request-malformed for a foreign cursor */
  list(filter: ExchangeFilter, page: { limit: number; after?: string }): Promise<ExchangePage>;
  find(id: string): Promise<StoredExchange | undefined>;
  /**
   * Calls back with what was recorded on whatever gateway from now on, each once, within about a second, until `stop` is called.
   * @param on told some at once; all who follow the same are told by the same array
   * @returns `begun` resolves when nothing that is recorded after it is missed; while the database is away it waits
   */
  follow(
    filter: ExchangeFilter,
    on: (exchanges: readonly ExchangeSummary[]) => void,
  ): { stop(): void; readonly begun: Promise<void> };
}

/** Port: what is recorded. */
export interface Recordings {
  /** @throws request-malformed for what {@link recordingFault} finds; conflict for a name that is taken, and beyond 100 that are on */
  add(recording: NewRecording, by: string): Promise<Recording>;
  /** Those that are on first, each newest first; ended ones are shown for a week. */
  list(): Promise<Recording[]>;
  /** @param reference an id or a name @returns what was stopped by this call; undefined when none that is on has it */
  stop(reference: string, by: string): Promise<Recording | undefined>;
}

/** Port: where exchanges are left that a recording wants. */
export interface ExchangeRows {
  /** Those that are on, as they are now. */
  live(): Promise<readonly Recording[]>;
  newBatch(): ExchangeBatch;
}

/** Exchanges on their way into the store, in little room: all of them are stored, or none. */
export interface ExchangeBatch {
  readonly count: number;
  /** Bytes of what they carried: of each body as much as {@link MOST_BODY}. */
  readonly bytes: number;
  /** Asks nobody: it may be called while a request ends. What the exchange holds is not kept. */
  put(exchange: Exchange): void;
  /**
   * Stores them once, and counts them: one that no recording may take any more, because it is full, over or was stopped meanwhile,
   * is not stored.
   * @param wanted for each exchange, in the order in which they were put, the ids of the recordings that want it
   * @throws database-unavailable: nothing is stored then
   */
  store(wanted: readonly (readonly string[])[]): Promise<void>;
}
