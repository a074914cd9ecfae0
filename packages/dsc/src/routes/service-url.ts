import type { RouteRequest } from "@gatehouse/http";
import type { DscConfig } from "../config.js";
import { parseODataPath } from "../odata-path.js";

/** The service's root as the client calls it: links in an answer lead back the way that it came. */
export function serviceUrl({ origin, raw }: Pick<RouteRequest, "origin" | "raw">, config: DscConfig): string {
  const base = parseODataPath((raw.url ?? "").split("?")[0] ?? "", config.prefixes)?.base ?? "";
  return `${origin}${base}`;
}

/** The value of `odata.metadata` for an answer of a type. No client reads it; the native server sends it. */
export const metadataOf = (request: Pick<RouteRequest, "origin" | "raw">, config: DscConfig, type: string): string =>
  `${serviceUrl(request, config)}/$metadata#${type}`;
