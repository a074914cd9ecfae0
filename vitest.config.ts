import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

// Tests run on the TypeScript sources; what a test starts as a process of its own runs from dist, which `npm test` builds first.
const source = {
  resolve: { conditions: ["source"] },
  ssr: { resolve: { conditions: ["source", "node", "default"] } },
};

export default defineConfig({
  ...source,
  test: {
    include: ["packages/*/src/**/*.test.ts", "apps/*/src/**/*.test.ts", "tools/*.test.mjs"],
    globalSetup: ["packages/store/src/testing/global-setup.ts"],
    // Most tests wait for PostgreSQL: a machine with two cores has work for both.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Vitest's second is short where two cores have more to do.
    expect: { poll: { timeout: 15_000 } },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
