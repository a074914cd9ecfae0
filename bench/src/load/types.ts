/** How a client speaks TLS, in PEM: whom it trusts, and who it is. */
export interface TlsIdentity {
  readonly ca: string;
  readonly cert?: string;
  readonly key?: string;
}

/** What the agents of one case ask, told to the load process. */
export interface LoadPlan {
  readonly host: string;
  readonly port: number;
  /** Plain HTTP without. */
  readonly tls?: TlsIdentity;
  readonly connections: number;
  /** Seconds of load before the measured time. */
  readonly settleSeconds: number;
  readonly seconds: number;
  /** The round ends here at the latest. */
  readonly maxRequests: number;
  readonly agents: number;
  /** `turns`: each request is of another agent; `own`: each connection is one agent's. */
  readonly spread: "turns" | "own";
  readonly request: RequestShape;
  /** The body that every answer must have, base64; null where each answer has another one: a 200 is enough then. */
  readonly expected: string | null;
  /** The server whose CPU time is taken. */
  readonly serverPid: number;
  readonly postmaster: number;
}

/**
 * One request, in ASCII. In path and body, `{agent}` stands for the AgentId, `{job}` for a GUID that is another one in
 * each request, and `{JOB}` for the same in upper case.
 */
export interface RequestShape {
  readonly method: "GET" | "POST" | "PUT";
  readonly path: string;
  /** Everything but Host and Content-Length. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** In the place of `body`: a file with one body for each agent, as {@link writeBodies} makes it. */
  readonly bodies?: string;
}

/** What one round measured; the CPU times are microseconds per request, and null where there is no /proc. */
export interface LoadResult {
  readonly requests: number;
  /** Requests that were answered, with those before the measured time. */
  readonly answered: number;
  readonly perSecond: number;
  readonly serverCpu: number | null;
  readonly postgresCpu: number | null;
  /** Of the load process itself. */
  readonly clientCpu: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}
