import { describe, expect, it } from "vitest";
import { AT, gatewayOf } from "./gateway.test.helper.js";

const change = (said: object) => ({ at: AT, subject: "facts", source: "puppet", path: "os.family", ...said });

describe("gatehouse history", () => {
  it("has a line for each change, and says what is not there by a dash", async () => {
    const changes = [
      change({ before: "Debian", after: "RedHat" }),
      change({ path: "came", after: { a: [1, "\u001b[2J"] } }),
      change({ path: "gone", before: "x".repeat(100) }),
      change({ path: "", after: { more: 7 } }),
    ];
    const { gatehouse, asked } = await gatewayOf({ "GET /nodes/web01/history": { changes, next: null } });
    const { out } = await gatehouse(["history", "web01", "--subject", "facts", "--limit", "5"]);
    expect(out.split("\n").map((line) => line.split(/ {2,}/))).toEqual([
      ["WHEN", "SAID BY", "WHAT", "BEFORE", "AFTER"],
      ["2026-03-01 10:00:00Z", "puppet facts", "os.family", "Debian", "RedHat"],
      ["2026-03-01 10:00:00Z", "puppet facts", "came", "-", '{"a":[1,"\\u001b[2J"]}'],
      ["2026-03-01 10:00:00Z", "puppet facts", "gone", `${"x".repeat(59)}…`, "-"],
      ["2026-03-01 10:00:00Z", "puppet facts", "and more at once", "-", '{"more":7}'],
      [""],
    ]);
    expect(asked).toEqual([["GET /nodes/web01/history?limit=5&subject=facts"]]);
    expect((await gatehouse(["history", "web01", "--json"])).json).toEqual({ changes, next: null });
  });

  it("goes on where there is more, and says so where there is nothing", async () => {
    const first = { changes: [change({ after: 1 })], next: "c" };
    const { gatehouse, asked } = await gatewayOf({
      "GET /nodes/a/history": (target) => (target.includes("after=c") ? { ...first, next: null } : first),
      "GET /nodes/b/history": { changes: [], next: null },
    });
    expect((await gatehouse(["history", "a", "--limit", "1"])).out).toContain("--after c");
    await gatehouse(["history", "a", "--all"]);
    expect(asked).toHaveLength(3);
    expect((await gatehouse(["history", "b"])).out).toContain("Nothing changed");
  });
});

describe("gatehouse node facts", () => {
  const facts = [
    { source: "dsc", facts: { powershell: { version: "5.1" } }, seenAt: AT, changedAt: AT },
    {
      source: "puppet",
      facts: {
        os: { release: { major: "12" }, name: "" },
        list: [1, { a: 2 }],
        none: null,
        empty: {},
        odd: "\u001b[31m",
      },
      seenAt: AT,
      changedAt: AT,
    },
  ];
  const shown = async (...args: string[]) => {
    const { gatehouse } = await gatewayOf({ "GET /nodes/web01/facts": { facts } });
    return gatehouse(["node", "facts", "web01", ...args]);
  };

  it("has a fact to a line, by who said it", async () => {
    const { out } = await shown();
    const lines = out.split("\n").map((line) => line.split(/ {2,}/));
    expect(lines[0]?.[0]).toMatch(/^dsc, 2026-03-01 10:00:00Z/);
    expect(lines.slice(1)).toEqual([
      ["powershell.version", "5.1"],
      [""],
      [expect.stringMatching(/^puppet, /)],
      ["empty", "{}"],
      ["list", '[1,{"a":2}]'],
      ["none", "null"],
      ["odd", "\ufffd[31m"],
      ["os.name", '""'],
      ["os.release.major", "12"],
      [""],
    ]);
    expect((await shown("--json")).json).toEqual({ facts });
  });

  it("has only what is below a path, and says where there is nothing", async () => {
    expect((await shown("os.release")).out).toMatch(/^puppet, .*\nos\.release\.major +12\n$/);
    expect((await shown("os.re")).out).toBe("It says nothing about os.re.\n");
    const { gatehouse } = await gatewayOf({ "GET /nodes/web01/facts": { facts: [] } });
    expect((await gatehouse(["node", "facts", "web01"])).out).toContain("nothing about itself yet");
  });
});
