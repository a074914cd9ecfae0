import { defineConfig } from "vitest/config";

// Against a running gateway, built: what an agent meets. The suites share the machine's ports and cores: one at a time.
export default defineConfig({
  test: {
    include: ["conformance/src/**/*.test.ts"],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
