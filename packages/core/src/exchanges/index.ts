/** One HTTP request with its answer, as the wire carried it. */
export interface Exchange {
  readonly requestId: string;
  readonly protocol: string;
  readonly route: string;
  readonly method: string;
  readonly url: string;
  readonly requestHeaders: Readonly<Record<string, string | string[] | undefined>>;
  readonly requestBody: Uint8Array;
  readonly status: number;
  readonly responseHeaders: Readonly<Record<string, string>>;
  /** Undefined when the answer was streamed from disk. */
  readonly responseBody: Uint8Array | undefined;
  readonly startedAt: Date;
  readonly durationMs: number;
}

/** Port: who wants to see exchanges. `wants` is asked on every request and must be cheap. */
export interface ExchangeHook {
  wants(route: string): boolean;
  record(exchange: Exchange): void;
}

/** Nobody is watching. */
export const noExchangeHook: ExchangeHook = { wants: () => false, record: () => undefined };
