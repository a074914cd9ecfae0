import { defineConfig } from "vitest/config";

// Against a running gateway, built: what an agent meets. Agents mostly wait, so two files share two cores well; each has
// ports, folders and addresses of its own.
export default defineConfig({
  test: {
    include: ["conformance/src/**/*.test.ts"],
    maxWorkers: 2,
    // Vitest's second is short for programs that are started meanwhile.
    expect: { poll: { timeout: 30_000 } },
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
