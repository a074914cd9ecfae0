import { type ErrorCodeName, type ErrorOptions, GatehouseError } from "@gatehouse/core/errors";
import type { Reply } from "@gatehouse/http";

/**
 * The version that agents take us for: from 5 on they talk JSON, and from 5.3.4 on one with `disable_i18n=false` asks
 * for the `locales` mount (wire/puppet.md section 1). A malformed one raises in the agent.
 */
export const PUPPET_VERSION = "8.10.0";

/** On every answer. An answer without a type (the 403) is not to be taken for a page by a browser. */
export const COMMON_HEADERS = {
  "X-Puppet-Version": PUPPET_VERSION,
  "Cache-Control": "no-cache",
  "X-Content-Type-Options": "nosniff",
} as const;

/** What puppetserver's own handlers send, and what its error texts have. Both are on the recordings. */
export const PLAIN = "text/plain";
export const PLAIN_UTF8 = "text/plain;charset=utf-8";
export const JSON_PLAIN = "application/json";
export const JSON_UTF8 = "application/json;charset=utf-8";

export const text = (status: number, body: string, type: string = PLAIN): Reply => ({
  status,
  headers: { "Content-Type": type },
  body,
});

/**
 * An error in the CA's dialect: its text alone. A refused call has no Content-Type, as the authorization layer of
 * puppetserver answers (p7-06, exchange 93).
 */
export function renderError(error: GatehouseError): Reply {
  if (error.code === "forbidden") return { status: error.status, body: error.message };
  const reply = text(error.status, error.message, PLAIN_UTF8);
  return error.allow === undefined ? reply : { ...reply, headers: { ...reply.headers, Allow: error.allow.join(", ") } };
}

/** What the body of a v3 error calls its kind; agents only print the message. */
export type IssueKind =
  | "RUNTIME_ERROR"
  | "RESOURCE_NOT_FOUND"
  | "ENVIRONMENT_NOT_FOUND"
  | "HANDLER_NOT_FOUND"
  | "MISSING_HEADER_FIELD"
  | "UNSUPPORTED_FORMAT"
  | "UNSUPPORTED_MEDIA_TYPE"
  | "UNSUPPORTED_METHOD"
  | "FAILED_AUTHORIZATION";

interface PuppetErrorOptions extends ErrorOptions {
  readonly kind: IssueKind;
  /** Where puppetserver answers 500 to what is the caller's own fault. */
  readonly status?: 500;
}

/** An error of API v3 whose kind, or status, is not the usual one of its code. */
export class PuppetError extends GatehouseError {
  readonly kind: IssueKind;
  readonly #status: 500 | undefined;

  constructor(code: ErrorCodeName, message: string, { kind, status, ...options }: PuppetErrorOptions) {
    super(code, message, options);
    this.kind = kind;
    this.#status = status;
  }

  override get status(): number {
    return this.#status ?? super.status;
  }
}

/** What is the caller's fault, or that of an environment's code, and what puppetserver calls an error of the server. */
export const serverError = (message: string): PuppetError =>
  new PuppetError("request-malformed", message, { kind: "RUNTIME_ERROR", status: 500 });

/** An error that a layer before puppetserver's own handlers says, in a text (wire/puppet.md section 2). */
export class PlainError extends GatehouseError {}

const PREFIXES: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Not Authorized",
  404: "Not Found",
  405: "Method Not Allowed",
  406: "Not Acceptable",
  415: "Unsupported Media Type",
  500: "Server Error",
};

const KINDS: Readonly<Record<number, IssueKind>> = {
  404: "RESOURCE_NOT_FOUND",
  405: "UNSUPPORTED_METHOD",
  406: "UNSUPPORTED_FORMAT",
  415: "UNSUPPORTED_MEDIA_TYPE",
};

/** An error of API v3: two keys, as puppetserver 7 has them (wire/puppet.md section 2). A refused call has no type. */
export function renderV3Error(error: GatehouseError): Reply {
  if (error.code === "forbidden" || error instanceof PlainError) return renderError(error);
  const prefix = PREFIXES[error.status];
  const message = prefix === undefined ? error.message : `${prefix}: ${error.message}`;
  const kind = error instanceof PuppetError ? error.kind : (KINDS[error.status] ?? "RUNTIME_ERROR");
  const reply = text(error.status, JSON.stringify({ message, issue_kind: kind }), JSON_UTF8);
  return error.allow === undefined ? reply : { ...reply, headers: { ...reply.headers, Allow: error.allow.join(", ") } };
}
