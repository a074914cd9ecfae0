import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { type Admission, admissionClasses } from "./admission.js";

/** The figures that every route shares. */
export interface HttpMetrics {
  readonly registry: Registry;
  observe(protocol: string, route: string, status: number, seconds: number): void;
}

/** Makes the registry with the HTTP metrics in it; other rooms add theirs. */
export function createHttpMetrics(admission: Admission): HttpMetrics {
  const registry = new Registry();
  const duration = new Histogram({
    name: "gatehouse_http_request_seconds",
    help: "Time from a request's head to the end of its answer.",
    labelNames: ["protocol", "route", "status"] as const,
    buckets: [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10],
    registers: [registry],
  });
  new Gauge({
    name: "gatehouse_http_requests_in_flight",
    help: "Requests under way, by admission class.",
    labelNames: ["class"] as const,
    registers: [registry],
    collect() {
      for (const name of admissionClasses) this.set({ class: name }, admission.inFlight(name));
    },
  });
  new Gauge({
    name: "gatehouse_http_body_bytes_in_flight",
    help: "Bytes of request bodies held in memory.",
    registers: [registry],
    collect() {
      this.set(admission.bytesInFlight);
    },
  });
  // Looking a label set up costs more than the observation: each is resolved once.
  const resolved = new Map<string, { observe(seconds: number): void }>();
  return {
    registry,
    observe(protocol, route, status, seconds) {
      const key = `${protocol} ${route} ${status}`;
      let child = resolved.get(key);
      if (child === undefined) {
        child = duration.labels(protocol, route, String(status));
        resolved.set(key, child);
      }
      child.observe(seconds);
    },
  };
}

export { Counter, Gauge, Registry };
