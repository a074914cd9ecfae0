import { expect, it } from "vitest";
import { appliedText } from "./text.js";

const base = { set: "default", dryRun: false, unchanged: 0, warnings: [] };
const change = { kind: "Group", name: "web", fields: [], note: null };

it("what was applied is a line for each thing", () => {
  const text = appliedText({
    ...base,
    unchanged: 12,
    changes: [
      { ...change, action: "create" },
      {
        ...change,
        action: "update",
        fields: [
          { field: "settings.dsc.configurations", before: ["Web"], after: ["Web2"] },
          { field: "priority", after: 7 },
          { field: "key", secret: true },
        ],
      },
      {
        action: "update",
        kind: "Configuration",
        name: "Web",
        note: null,
        fields: [
          { field: "version", before: 3, after: 4 },
          { field: "sha256", before: "ab12".repeat(16), after: "cd34".repeat(16) },
        ],
      },
      { ...change, action: "remove", name: "old" },
    ],
  });
  expect(text).toBe(
    [
      "+ Group web",
      '~ Group web: settings.dsc.configurations ["Web"] → ["Web2"]; priority (none) → 7; key (secret, changed)',
      "~ Configuration Web: version 3 → 4; sha256 ab12ab12ab12… → cd34cd34cd34…",
      "- Group old",
      "= 12 unchanged",
      "",
    ].join("\n"),
  );
});

it("what is left says why, and what can be done", () => {
  const left = { ...change, action: "left" } as const;
  expect(appliedText({ ...base, changes: [{ ...left, note: "no file names it any more" }] })).toBe(
    "! Group web: no file names it any more\n= 0 unchanged\nWhat is marked ! is named by no file any more, and stays: --prune takes it away.\n",
  );
  expect(appliedText({ ...base, changes: [{ ...left, note: "it was there before it was applied" }] })).toBe(
    "! Group web: it was there before it was applied\n= 0 unchanged\n",
  );
});

it("a dry run says so", () => {
  expect(appliedText({ ...base, dryRun: true, changes: [] })).toMatch(/\nNothing was changed: /);
});

it("long and hostile values are cut and harmless", () => {
  const fields = [{ field: "a", before: "\u001b[31m\u202e", after: "x".repeat(10_000) }];
  const text = appliedText({ ...base, changes: [{ ...change, name: "w\u001beb", action: "update", fields }] });
  expect(text.length).toBeLessThan(500);
  for (const char of ["\u001b", "\u202e"]) expect(text).not.toContain(char);
});
