import type { IncomingMessage, ServerResponse } from "node:http";
import type { Principal, Role } from "@gatehouse/core/access";
import type { GatehouseError } from "@gatehouse/core/errors";
import type { AdmissionClass } from "./admission.js";
import type { Log } from "./log.js";
import type { Peer } from "./peer.js";
import type { Reply } from "./reply.js";

/** Who may call a route. `agent`: the handler itself proves the caller from the request, as `proof` says. */
export type Access =
  | { readonly who: "anyone"; readonly why: string }
  | { readonly who: "agent"; readonly proof: string }
  /** The table's own rules have decided before the row was looked for: {@link RouteTable.authorize}. */
  | { readonly who: "rules" }
  | { readonly who: "operator"; readonly role: Role };

/** One request as a handler sees it. */
export interface RouteRequest {
  readonly id: string;
  readonly method: string;
  /** The canonical path: the form that both the route's rule and its handler see. */
  readonly path: string;
  /** The named groups of the route's pattern. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  /** Empty for a route whose body is streamed. */
  readonly body: Buffer;
  /** Scheme, host and port that the client called, for absolute links in an answer. */
  readonly origin: string;
  /** The client's address: by PROXY protocol or a trusted proxy where there is one. Undefined when it has gone. */
  readonly from: string | undefined;
  readonly peer: Peer;
  /** The operator, on routes for operators. */
  readonly principal: Principal | undefined;
  readonly log: Log;
  /** The request itself, for routes that stream. */
  readonly raw: IncomingMessage;
}

export interface RouteRow {
  /** Stable name: in logs, metrics and exchanges. */
  readonly id: string;
  readonly method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE";
  /** Matched against the canonical path; anchored at both ends. */
  readonly pattern: RegExp;
  readonly access: Access;
  /** Most bytes of body; 0 where the route takes none. */
  readonly bodyLimit: number;
  /** True: the handler reads `raw` itself and keeps to `bodyLimit`. */
  readonly streamed?: boolean;
  readonly admission: AdmissionClass;
  readonly handle: (request: RouteRequest) => Reply | Promise<Reply>;
}

/** What an adapter serves: rows, its canonical path form and its dialect of errors. Anything without a row is denied. */
export interface RouteTable {
  readonly protocol: string;
  readonly rows: readonly RouteRow[];
  /**
   * The canonical form of a request's path (no query), or undefined when it does not belong to this adapter.
   * @throws request-malformed when it does and cannot be decoded
   */
  readonly canonicalPath: (rawPath: string) => string | undefined;
  /**
   * Asked before a row is looked for, so that who may not call learns nothing of what there is.
   * @throws forbidden
   */
  readonly authorize?: (call: { method: string; path: string; query: string; peer: Peer }) => void;
  readonly renderError: (error: GatehouseError, requestId: string, call: FailedCall) => Reply | Promise<Reply>;
  /** Headers on every answer, errors too. */
  readonly commonHeaders?: Readonly<Record<string, string>>;
}

/** What is known of a request that fails, however early: for dialects that depend on who reads it. */
export interface FailedCall {
  readonly request: Pick<RouteRequest, "id" | "method" | "path" | "query" | "headers" | "from">;
  readonly raw: IncomingMessage;
}

/** Proves an operator from a request. @throws unauthenticated */
export type Authenticate = (req: IncomingMessage) => Promise<Principal>;

export type Handler = (req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void) => void;
