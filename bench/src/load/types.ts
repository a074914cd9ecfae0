/** What the agents of one case ask, told to the load process. */
export interface LoadPlan {
  readonly host: string;
  readonly port: number;
  readonly connections: number;
  /** Seconds of load before the measured time. */
  readonly settleSeconds: number;
  readonly seconds: number;
  /** The round ends here at the latest. */
  readonly maxRequests: number;
  /** Agents that take turns; each request is of another one. */
  readonly agents: number;
  readonly request: RequestShape;
  /** The body that every answer must have, base64. */
  readonly expected: string;
  /** The server whose CPU time is taken. */
  readonly serverPid: number;
  readonly postmaster: number;
}

/** One request; `{agent}` in the path stands for the AgentId. */
export interface RequestShape {
  readonly method: "GET" | "POST";
  readonly path: string;
  /** Everything but Host and Content-Length. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What one round measured; the CPU times are null where there is no /proc. */
export interface LoadResult {
  readonly requests: number;
  readonly perSecond: number;
  readonly serverCpu: number | null;
  readonly postgresCpu: number | null;
  readonly p50: number;
  readonly p99: number;
}
