import type { Head } from "@gatehouse/core/content";
import { describe, expect, it } from "vitest";
import { details, entitledNames, nodeStatus, plan } from "./decision.js";

const head = (name: string, sha256: string): Head => ({ name, sha256, channel: "current", version: 1, size: 1 });
const node = (registered: string[], assigned: string[] = []) => ({ registered, assigned });

describe("plan", () => {
  it.each([
    ["nothing registered", node([]), [{}], []],
    ["no status at all", node(["Web"]), [], [{ name: "Web", checksum: "" }]],
    ["one name", node(["Web"]), [{ Checksum: "AB" }], [{ name: "Web", checksum: "AB" }]],
    [
      "an assignment before the registered name",
      node(["Web"], ["Db"]),
      [{ Checksum: "AB" }],
      [{ name: "Db", checksum: "AB" }],
    ],
    [
      "a Windows 10 that names its one configuration",
      node(["Web"]),
      [{ ConfigurationName: "web", Checksum: "AB" }],
      [{ name: "Web", checksum: "AB" }],
    ],
    // Its checksum is that of what it has, which is not what it was given.
    [
      "the same with an assignment",
      node(["Web"], ["Db"]),
      [{ ConfigurationName: "Web", Checksum: "AB" }],
      [{ name: "Db", checksum: "" }],
    ],
    [
      "partials with an assignment beside them",
      node(["A", "B"], ["C"]),
      [
        { ConfigurationName: "C", Checksum: "1" },
        { ConfigurationName: "a", Checksum: "2" },
      ],
      [
        { name: "C", checksum: "1" },
        { name: "A", checksum: "2" },
      ],
    ],
    [
      "names of others",
      node(["A"]),
      [{ ConfigurationName: "X" }, { ConfigurationName: "A" }],
      [{ name: "A", checksum: "" }],
    ],
  ])("is about %s", (_, configurations, statuses, ask) => {
    expect(plan(configurations, statuses)).toEqual({ ask });
  });

  it("cannot tell several names apart", () => {
    expect(plan(node(["A", "B"]), [{}])).toEqual({ tooMany: ["A", "B"] });
    expect(plan(node(["A"], ["C", "D"]), [{}])).toEqual({ tooMany: ["C", "D"] });
  });
});

describe("details and nodeStatus", () => {
  const asked = [
    { name: "Current", checksum: "AB12" },
    { name: "Stale", checksum: "00" },
    { name: "Missing", checksum: "" },
  ];
  const items = details(asked, [head("current", "ab12"), head("STALE", "cd34")]);

  it("compares without regard to case, and waits for what is not published", () => {
    expect(items.map(({ Status }) => Status)).toEqual(["Ok", "GetConfiguration", "Retry"]);
  });

  it("gives the node the most urgent word", () => {
    expect(nodeStatus(items)).toBe("GetConfiguration");
    expect(nodeStatus(items.filter(({ Status }) => Status !== "GetConfiguration"))).toBe("Retry");
    expect(nodeStatus([])).toBe("Ok");
  });
});

describe("entitledNames", () => {
  it("has each name once, whatever its letter case", () => {
    expect(entitledNames(node(["Web", "Db"], ["WEB"]))).toEqual(["WEB", "Db"]);
  });
});
