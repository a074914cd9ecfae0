import type { GatehouseError } from "@gatehouse/core/errors";
import type { Reply } from "@gatehouse/http";

/** On every answer: LCMs look at ProtocolVersion, and the rest is what the native server sends. */
export const COMMON_HEADERS = {
  ProtocolVersion: "2.0",
  "Cache-Control": "no-cache",
  "X-Content-Type-Options": "nosniff",
} as const;

/** What WMF and DSC for Linux both read as JSON. */
export const JSON_TYPE = "application/json;odata=minimalmetadata;streaming=true;charset=utf-8";

/** A JSON answer without insignificant white space: DSC for Linux searches the text for `NodeStatus":"`. */
export function json(status: number, value: unknown): Reply {
  return { status, headers: { "Content-Type": JSON_TYPE, DataServiceVersion: "3.0;" }, body: JSON.stringify(value) };
}

/** An error in OData's shape. */
export function renderError(error: GatehouseError): Reply {
  const reply = json(error.status, {
    "odata.error": { code: error.code, message: { lang: "en-US", value: error.message } },
  });
  return error.allow === undefined ? reply : { ...reply, headers: { ...reply.headers, Allow: error.allow.join(", ") } };
}
