import type { Role } from "@gatehouse/core/access";
import { GatehouseError } from "@gatehouse/core/errors";
import type { RouteRequest, RouteRow } from "@gatehouse/http";
import type { ApiDeps } from "../deps.js";
import { type Answers, replyOf, type Said } from "./answers.js";
import { bodyParser } from "./check.js";
import { type Parameters, queryParser, type ValuesOf } from "./parameters.js";
import type { Schema } from "./schema.js";

/** Where the API begins. */
export const BASE = "/api/v1";
/** Bytes: a JSON body of the API, unless its operation says otherwise. */
export const JSON_LIMIT = 64 * 1024;

/** `node` and `setting` of `/nodes/{node}/settings/{setting}`. */
type NamesIn<P extends string> = P extends `${string}{${infer Name}}${infer Rest}` ? Name | NamesIn<Rest> : never;

/** One request, checked: what a handler gets. */
export interface Call<P extends string, Q extends Parameters, B> {
  /** The parts of the path, decoded once. */
  readonly path: Readonly<Record<NamesIn<P>, string>>;
  readonly query: ValuesOf<Q>;
  readonly body: B;
  /** Who acts, for the audit trail. */
  readonly actor: string;
  readonly request: RouteRequest;
}

/** A body that its handler reads from the request as it comes. */
export interface Upload {
  readonly description: string;
  /** Most bytes. */
  readonly limit: (deps: ApiDeps) => number;
}

/** Everything that a route is: what the router, the document and the generated client go by. */
export interface Declaration<P extends string, Q extends Parameters, B, A extends Answers> {
  readonly id: string;
  readonly method: RouteRow["method"];
  /** Below {@link BASE}, with the parts that vary in braces. */
  readonly path: P;
  /** What each part of the path is. */
  readonly parts: Readonly<Record<NamesIn<P>, string>>;
  readonly summary: string;
  readonly description?: string;
  /** `anyone` needs no token. */
  readonly role: Role | "anyone";
  readonly query?: Q;
  readonly body?: Schema<B>;
  /** Most bytes of the body; {@link JSON_LIMIT} unless told. */
  readonly bodyLimit?: number;
  readonly upload?: Upload;
  readonly answers: A;
  /** Statuses of refusals, besides those that follow from the rest of the declaration. */
  readonly refusals?: readonly (404 | 409 | 501)[];
  readonly handle: (deps: ApiDeps) => (call: Call<P, Q, B>) => Promise<Said<A>> | Said<A>;
}

/** An operation without the types of its handler: what the document is made of. */
export interface Operation extends Omit<Declaration<string, Parameters, unknown, Answers>, "handle" | "parts"> {
  readonly parts: Readonly<Record<string, string>>;
  readonly row: (deps: ApiDeps) => RouteRow;
}

/** One declaration: the row that serves it, and what the document says of it. */
export function operation<
  const P extends string,
  B = undefined,
  const A extends Answers = Answers,
  Q extends Parameters = Record<never, never>,
>(declaration: Declaration<P, Q, B, A>): Operation {
  const { handle, ...rest } = declaration;
  const { id, method, path, role, body, upload, answers } = declaration;
  return {
    ...rest,
    row: (deps) => {
      const parseQuery = queryParser(declaration.query ?? ({} as Q));
      const parseBody = body === undefined ? undefined : bodyParser(body);
      const answer = handle(deps);
      return {
        id,
        method,
        pattern: patternOf(path),
        access:
          role === "anyone"
            ? { who: "anyone", why: "It says what there is, nothing of what is stored." }
            : { who: "operator", role },
        bodyLimit: upload?.limit(deps) ?? (body === undefined ? 0 : (declaration.bodyLimit ?? JSON_LIMIT)),
        ...(upload === undefined ? {} : { streamed: true }),
        admission: "operator",
        handle: async (request) => {
          const call = {
            path: partsOf(request),
            query: parseQuery(request.query),
            body: parseBody?.(request.body) as B,
            actor: request.principal?.name ?? "nobody",
            request,
          };
          return replyOf(answers, await answer(call as Call<P, Q, B>));
        },
      };
    },
  };
}

/** The pattern of a route's row. */
export function patternOf(path: string): RegExp {
  const source = `${BASE}${path}`.replaceAll(/[.*+?^$()|[\]\\/]/g, "\\$&").replaceAll(/\{(\w+)\}/g, "(?<$1>[^/]+)");
  return new RegExp(`^${source}$`);
}

/** The parts of a path, decoded where they are used: an encoded slash belongs to a name. @throws request-malformed */
function partsOf({ params }: RouteRequest): Record<string, string> {
  let parts: [string, string][];
  try {
    parts = Object.entries(params).map(([name, part]) => [name, decodeURIComponent(part)]);
  } catch {
    throw new GatehouseError("request-malformed", "The path holds broken percent-encoding.");
  }
  // PostgreSQL knows no such character: without it, the path would name something else.
  if (parts.some(([, part]) => part.includes("\0")))
    throw new GatehouseError("request-malformed", "The path holds U+0000.");
  return Object.fromEntries(parts);
}
