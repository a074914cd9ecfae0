import type { GatehouseError } from "@gatehouse/core/errors";
import type { HttpMetrics } from "./metrics.js";
import type { Reply } from "./reply.js";
import type { RouteTable } from "./route-table.js";

export interface HealthDeps {
  /** Names of what keeps the gateway from serving; empty when it is ready. */
  readonly notReady: () => Promise<string[]>;
  readonly metrics: HttpMetrics;
}

const text = (status: number, body: string): Reply => ({
  status,
  headers: { "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store" },
  body,
});

const NO_SECRETS = "the platform asks before anybody has a token; the answer holds no names and no secrets";

/** `/healthz` (the process answers), `/readyz` (it can serve), `/metrics` (Prometheus). */
export function healthTable(deps: HealthDeps): RouteTable {
  // Probes that come together share one look.
  let looking: Promise<string[]> | undefined;
  const look = () => {
    looking ??= deps.notReady().finally(() => {
      looking = undefined;
    });
    return looking;
  };
  const base = {
    method: "GET",
    bodyLimit: 0,
    admission: "platform",
    access: { who: "anyone", why: NO_SECRETS },
  } as const;
  return {
    protocol: "platform",
    canonicalPath: (path) => (/^\/(?:healthz|readyz|metrics)$/.test(path) ? path : undefined),
    renderError: (error: GatehouseError) => text(error.status, `${error.message}\n`),
    rows: [
      { ...base, id: "healthz", pattern: /^\/healthz$/, handle: () => text(200, "ok\n") },
      {
        ...base,
        id: "readyz",
        pattern: /^\/readyz$/,
        handle: async () => {
          const missing = await look();
          return missing.length === 0 ? text(200, "ready\n") : text(503, `not ready: ${missing.join(", ")}\n`);
        },
      },
      {
        ...base,
        id: "metrics",
        pattern: /^\/metrics$/,
        handle: async () => ({
          status: 200,
          headers: { "Content-Type": deps.metrics.registry.contentType },
          body: await deps.metrics.registry.metrics(),
        }),
      },
    ],
  };
}
