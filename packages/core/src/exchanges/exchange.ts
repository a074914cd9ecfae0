/** One HTTP request with its answer, as the wire carried it. */
export interface Exchange {
  readonly requestId: string;
  readonly protocol: string;
  readonly route: string;
  readonly method: string;
  readonly url: string;
  /** Names and values in turn, as they came (Node's `rawHeaders`). */
  readonly requestHeaders: readonly string[];
  readonly requestBody: Uint8Array;
  readonly status: number;
  readonly responseHeaders: Readonly<Record<string, string>>;
  /** Undefined when the answer was streamed from disk. */
  readonly responseBody: Uint8Array | undefined;
  readonly durationMs: number;
  /** The client's address; undefined when it had gone. */
  readonly from: string | undefined;
  /** The name of the verified certificate that it was sent with. */
  readonly peer: string | undefined;
  /** Whom the route found to be calling; undefined where it found nobody, or did not look. */
  readonly caller: ExchangeCaller | undefined;
}

export interface ExchangeCaller {
  readonly agentId: string;
  readonly nodeId: string;
}

/** Port: who wants to see exchanges. `wants` is asked on every request and must be cheap. */
export interface ExchangeHook {
  /** @param protocol the table's that the route is of */
  wants(route: string, protocol: string): boolean;
  record(exchange: Exchange): void;
}

/** Nobody is watching. */
export const noExchangeHook: ExchangeHook = { wants: () => false, record: () => undefined };
