import type { GatehouseError } from "@gatehouse/core/errors";
import type { Reply } from "@gatehouse/http";

/** An error as RFC 9457 problem details, with our stable code and the request id that the log has. */
export function renderError(error: GatehouseError, requestId: string): Reply {
  const headers: Record<string, string> = { "Content-Type": "application/problem+json" };
  if (error.status === 401) headers["WWW-Authenticate"] = 'Bearer realm="gatehouse"';
  if (error.allow !== undefined) headers["Allow"] = error.allow.join(", ");
  return {
    status: error.status,
    headers,
    body: JSON.stringify({
      code: error.code,
      status: error.status,
      title: error.message,
      requestId,
      ...(error.errors === undefined ? {} : { errors: error.errors }),
    }),
  };
}
