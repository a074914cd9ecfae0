import type { Subject } from "./types.js";

/** A node of which nothing is known, and what the test adds. */
export const subjectOf = (said: Partial<Subject> = {}): Subject => ({
  id: "6f1d6a4e-0000-4000-8000-000000000001",
  mergedIds: [],
  name: "Web01.Example.org",
  state: "active",
  labels: {},
  protocols: [],
  aliases: {},
  evidence: {},
  versions: [],
  tags: [],
  installedTasks: [],
  enabledTasks: [],
  extensions: [],
  facts: [],
  ...said,
});
