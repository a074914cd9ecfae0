import type { CatalogSource } from "@gatehouse/core/catalogs";
import { asGatehouseError } from "@gatehouse/core/errors";
import type { CompilerFacts } from "@gatehouse/core/health";
import type { HttpMetrics } from "@gatehouse/http";
import { Gauge, Histogram } from "prom-client";

/** Seconds: a small catalog takes some milliseconds, a large one some seconds. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** How many catalogs are made, and how long each takes; how busy the compiler is. @returns the source, counted */
export function compilerMetrics(
  { registry }: Pick<HttpMetrics, "registry">,
  source: CatalogSource,
  facts: () => CompilerFacts,
): CatalogSource {
  const seconds = new Histogram({
    name: "gatehouse_catalog_seconds",
    help: "Time from a request for a catalog to the catalog, by what became of it; waiting for a worker is in it.",
    labelNames: ["outcome"] as const,
    buckets: BUCKETS,
    registers: [registry],
  });
  const gauge = (name: string, help: string, value: (facts: CompilerFacts) => number | undefined) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(value(facts()) ?? 0);
      },
    });
  gauge(
    "gatehouse_compiler_workers",
    "Catalogs that can be compiled at once; 0 without a compiler.",
    (of) => of.workers,
  );
  gauge("gatehouse_compiler_busy", "Catalogs that are being compiled.", (of) => of.busy);
  gauge("gatehouse_compiler_waiting", "Catalogs that wait for a worker.", (of) => of.waiting);
  gauge("gatehouse_compiler_lost", "Workers that ended in mid-work since the start.", (of) => of.lost);
  gauge("gatehouse_compiler_restarts", "Starts of the workers' parent process after its end.", (of) => of.restarts);
  return {
    async compile(request) {
      const end = seconds.startTimer();
      try {
        const made = await source.compile(request);
        end({ outcome: "made" });
        return made;
      } catch (thrown) {
        const { code } = asGatehouseError(thrown);
        end({ outcome: code === "catalog-failed" ? "failed" : code });
        throw thrown;
      }
    },
  };
}
