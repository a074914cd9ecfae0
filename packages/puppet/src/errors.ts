import type { GatehouseError } from "@gatehouse/core/errors";
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
