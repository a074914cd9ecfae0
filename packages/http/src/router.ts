import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { roleIncludes } from "@gatehouse/core/access";
import { asGatehouseError, GatehouseError } from "@gatehouse/core/errors";
import { type ExchangeHook, noExchangeHook } from "@gatehouse/core/exchanges";
import type { Admission, AdmissionClass } from "./admission.js";
import { readBody, readOut } from "./body.js";
import { callerOf } from "./caller.js";
import { maskedUrl } from "./exchange-text/index.js";
import type { Log } from "./log.js";
import type { HttpMetrics } from "./metrics.js";
import { cameByTls, originOf } from "./origin.js";
import { noPeer, type Peer, type PeerIdentity } from "./peer.js";
import { remoteAddressOf, stripProxyHeaders } from "./proxy-headers.js";
import { bytesOf, isHeld, type Reply, type ReplyHeaders, sendReply } from "./reply.js";
import type { Authenticate, Handler, RouteRow, RouteTable } from "./route-table.js";

export interface RouterDeps {
  readonly log: Log;
  readonly admission: Admission;
  readonly metrics: HttpMetrics;
  readonly exchanges?: ExchangeHook;
  readonly authenticate?: Authenticate;
  /** Who is at the other end; nobody is known without it. */
  readonly peerOf?: PeerIdentity;
  /** False where the request came in by a listener that does not mount this table. */
  readonly accepts?: (req: IncomingMessage) => boolean;
  /** Refuses what did not come by TLS, ours or that of a trusted proxy. */
  readonly onlyByTls?: boolean;
  /** True while the gateway drains: answers then close their connection. */
  readonly draining?: () => boolean;
}

const handlers = new WeakMap<Handler, RouteTable>();
const EMPTY = Buffer.alloc(0);
/** Characters of a path in the log: nobody reads more, and anybody can send 250,000. */
const LOGGED_PATH = 1024;

/** The table behind a mounted handler, or undefined when it is no router of ours: what the default-deny test asks. */
export function tableOf(handler: Handler): RouteTable | undefined {
  return handlers.get(handler);
}

/** Where a request has got to: what the log line, the metrics and the exchange need at its end. */
interface Progress {
  readonly id: string;
  readonly startedAt: number;
  /** Kept from the start: a request whose body was given up has no socket any more. */
  readonly from: string | undefined;
  /** The admission class whose place it holds until its answer is out. */
  entered: AdmissionClass | undefined;
  row: RouteRow | undefined;
  body: Buffer;
  peer: Peer | undefined;
  by: string | undefined;
}

/**
 * Turns a route table into an Express handler: canonical path, row or denial, caller, admission, body, handler,
 * answer; then one log line, one observation, and the exchange for who watches.
 */
export function createRouter(table: RouteTable, deps: RouterDeps): Handler {
  const exchanges = deps.exchanges ?? noExchangeHook;

  const answer = async (req: IncomingMessage, path: string, query: string, progress: Progress): Promise<Reply> => {
    if (deps.onlyByTls === true && !cameByTls(req))
      throw new GatehouseError("forbidden", "This is served by TLS only.");
    const peer = (deps.peerOf ?? noPeer)(req);
    progress.peer = peer;
    table.authorize?.({ method: req.method ?? "", path, query, peer });
    const { row, params } = pick(table, req.method ?? "", path);
    progress.row = row;
    const principal = row.access.who === "operator" ? await authorize(row, req, deps) : undefined;
    progress.by = principal?.name;
    deps.admission.refuseFull(row.admission);
    try {
      // A place is for work: who sends nothing, or one byte at a time, takes none from others while we wait.
      if (!row.streamed)
        progress.body = row.bodyLimit === 0 ? EMPTY : await readBody(req, row.bodyLimit, deps.admission);
      deps.admission.enter(row.admission);
      progress.entered = row.admission;
      return await row.handle({
        id: progress.id,
        method: row.method,
        path,
        params,
        query: new URLSearchParams(query),
        headers: req.headers,
        body: progress.body,
        origin: originOf(req),
        from: progress.from,
        peer,
        principal,
        log: deps.log,
        raw: req,
      });
    } finally {
      deps.admission.giveBack(progress.body.length);
    }
  };

  const leave = (progress: Progress) => {
    if (progress.entered !== undefined) deps.admission.leave(progress.entered);
    progress.entered = undefined;
  };

  const finish = (req: IncomingMessage, path: string, progress: Progress, status: number, error?: GatehouseError) => {
    const ms = performance.now() - progress.startedAt;
    const route = progress.row?.id ?? "none";
    deps.metrics.observe(table.protocol, route, status, ms / 1000);
    const fields: Record<string, unknown> = {
      requestId: progress.id,
      protocol: table.protocol,
      route,
      method: req.method,
      // What is asked of a proxy says the whole URL, maybe with a login.
      path: path.startsWith("/") ? path : maskedUrl(path),
      status,
      ms: Math.round(ms * 100) / 100,
      from: progress.from,
    };
    if (progress.by !== undefined) fields["by"] = progress.by;
    if (progress.peer?.kind === "verified") fields["peer"] = progress.peer.name;
    const caller = callerOf(req);
    if (caller !== undefined) fields["node"] = caller.nodeId;
    if (error === undefined) {
      deps.log.info("request", fields);
      return;
    }
    fields["code"] = error.code;
    fields["reason"] = error.message;
    if (progress.peer?.kind === "unverified") fields["peer"] = `unverified: ${progress.peer.why}`;
    if (error.detail !== undefined) fields["detail"] = error.detail;
    if (error.level === "error" && error.cause instanceof Error) fields["stack"] = error.cause.stack;
    deps.log[error.level]("request refused", fields);
  };

  const serve = async (
    req: IncomingMessage,
    res: ServerResponse,
    path: string | Error,
    rawPath: string,
    query: string,
  ) => {
    const progress: Progress = {
      id: randomUUID(),
      startedAt: performance.now(),
      from: remoteAddressOf(req),
      entered: undefined,
      row: undefined,
      body: EMPTY,
      peer: undefined,
      by: undefined,
    };
    let reply: Reply;
    let error: GatehouseError | undefined;
    try {
      if (typeof path !== "string") throw path;
      reply = await answer(req, path, query, progress);
      // What comes behind it on its connection would wait as long, and nobody see its sender hang up.
      if (isHeld(reply.body) && (!req.complete || (res.socket === null && !req.destroyed)))
        throw new GatehouseError(
          "request-malformed",
          "This is asked for without a body, and not behind another request.",
        );
    } catch (thrown) {
      error = asGatehouseError(thrown);
      const call = { id: progress.id, method: req.method ?? "", headers: req.headers, from: progress.from };
      const request = { ...call, path: typeof path === "string" ? path : rawPath, query: new URLSearchParams(query) };
      reply = await table.renderError(error, progress.id, { request, raw: req });
    }
    const headers: ReplyHeaders = Object.assign({}, reply.isLasting ? undefined : table.commonHeaders, reply.headers);
    headers["X-Request-Id"] = progress.id;
    if (error?.retryAfterSeconds !== undefined) headers["Retry-After"] = String(error.retryAfterSeconds);
    const isWaiting = isHeld(reply.body);
    // A place is for work, and waiting is none.
    if (isWaiting) leave(progress);
    // A body that is not read to its end would be taken for the next request of a kept connection, or swallowed for ever.
    if (deps.draining?.() || !req.complete || isWaiting) headers["Connection"] = "close";
    try {
      const unread = req.complete ? undefined : () => readOut(req, () => leave(progress));
      await sendReply(res, reply, headers, unread);
    } catch (thrown) {
      // The head is out: only a broken connection can still say that the rest is missing.
      res.destroy();
      error ??= asGatehouseError(thrown);
    } finally {
      leave(progress);
    }
    finish(req, rawPath.slice(0, LOGGED_PATH), progress, reply.status, error);
    const route = progress.row?.id ?? "none";
    if (exchanges.wants(route, table.protocol)) {
      exchanges.record({
        requestId: progress.id,
        protocol: table.protocol,
        route,
        method: req.method ?? "",
        url: req.url ?? "",
        requestHeaders: req.rawHeaders,
        requestBody: progress.body,
        status: reply.status,
        responseHeaders: headers,
        responseBody: bytesOf(reply.body),
        durationMs: performance.now() - progress.startedAt,
        from: progress.from,
        peer: progress.peer?.kind === "verified" ? progress.peer.name : undefined,
        caller: callerOf(req),
      });
    }
  };

  const handler: Handler = (req, res, next) => {
    stripProxyHeaders(req);
    if (deps.accepts?.(req) === false) {
      next();
      return;
    }
    const url = req.url ?? "/";
    const mark = url.indexOf("?");
    const rawPath = mark < 0 ? url : url.slice(0, mark);
    let path: string | Error | undefined;
    try {
      path = table.canonicalPath(rawPath);
    } catch (thrown) {
      path = thrown instanceof Error ? thrown : new Error(String(thrown));
    }
    if (path === undefined) {
      next();
      return;
    }
    serve(req, res, path, rawPath, mark < 0 ? "" : url.slice(mark + 1)).catch(next);
  };
  handlers.set(handler, table);
  return handler;
}

/** The row for a method and canonical path. @throws not-found, method-not-allowed */
export function pick(
  table: RouteTable,
  method: string,
  path: string,
): { row: RouteRow; params: Record<string, string> } {
  const allow: string[] = [];
  for (const row of table.rows) {
    const match = row.pattern.exec(path);
    if (match === null) continue;
    if (row.method === method) return { row, params: { ...match.groups } };
    allow.push(row.method);
  }
  if (allow.length > 0) {
    throw new GatehouseError("method-not-allowed", `This resource does not know the verb ${method.slice(0, 20)}.`, {
      allow,
    });
  }
  throw new GatehouseError("not-found", "There is nothing at this path.");
}

async function authorize(row: RouteRow, req: IncomingMessage, deps: RouterDeps) {
  if (row.access.who !== "operator" || deps.authenticate === undefined) {
    throw new GatehouseError("unauthenticated", "This route is for operators.");
  }
  const principal = await deps.authenticate(req);
  if (!roleIncludes(principal.role, row.access.role)) {
    throw new GatehouseError("forbidden", `This needs the role ${row.access.role}.`, {
      detail: `${principal.name} has the role ${principal.role}`,
    });
  }
  return principal;
}
