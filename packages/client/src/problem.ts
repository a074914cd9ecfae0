import type { Problem } from "./schema.js";

/** What the server refused, in its own words. */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";
  /** The answer's. */
  readonly status: number;
  /** Stable; undefined when the answer was not Gatehouse's, such as a proxy's. */
  readonly code: Problem["code"] | undefined;
  /** One sentence for a person. */
  readonly title: string;
  /** The server's log has the request under it. */
  readonly requestId: string | undefined;
  /** Every place of the request that does not fit, where the server knows several. */
  readonly errors: NonNullable<Problem["errors"]>;

  constructor(
    status: number,
    code: Problem["code"] | undefined,
    title: string,
    requestId: string | undefined,
    errors: Problem["errors"] = [],
  ) {
    super(`${title} (${status}${requestId === undefined ? "" : `, request ${requestId}`})`);
    this.status = status;
    this.code = code;
    this.title = title;
    this.requestId = requestId;
    this.errors = errors;
  }
}

/** What openapi-fetch makes of an answer. */
interface Answered<T> {
  readonly data?: T;
  readonly error?: unknown;
  readonly response: Response;
}

/** What was asked for: `await unwrap(client.GET("/status"))`. @throws ApiProblem when the server refused */
export async function unwrap<T>(answer: Promise<Answered<T>>): Promise<T> {
  const { data, error, response } = await answer;
  if (response.ok) return data as T;
  throw problemOf(response.status, error);
}

function problemOf(status: number, said: unknown): ApiProblem {
  if (isProblem(said)) return new ApiProblem(status, said.code, said.title, said.requestId, said.errors);
  return new ApiProblem(status, undefined, `The server answered ${status}.`, undefined);
}

const isProblem = (said: unknown): said is Problem =>
  typeof said === "object" && said !== null && "code" in said && "title" in said && "requestId" in said;
