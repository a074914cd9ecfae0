import { InvalidArgumentError } from "commander";
import { describe, expect, it } from "vitest";
import { labelChange } from "./node-change.js";
import { count, labels, login, uuid } from "./options.js";
import { inline, pairs, printable, section, table, tally } from "./output.js";
import { follow, goesOn } from "./pages.js";
import { ago, delay, later, moment, when, whenAndAgo } from "./when.js";

describe("moment", () => {
  const now = new Date("2026-03-10T12:00:00Z");
  it.each([
    ["90s", "2026-03-10T11:58:30.000Z"],
    ["30m", "2026-03-10T11:30:00.000Z"],
    [" 2h ", "2026-03-10T10:00:00.000Z"],
    ["3d", "2026-03-07T12:00:00.000Z"],
    ["1w", "2026-03-03T12:00:00.000Z"],
    ["2026-03-01", "2026-03-01T00:00:00.000Z"],
    ["2026-03-01T10:30", "2026-03-01T10:30:00.000Z"],
    ["2026-03-01 10:30:05Z", "2026-03-01T10:30:05.000Z"],
    ["2026-03-01T10:30:05.25+02:00", "2026-03-01T08:30:05.250Z"],
  ])("takes %s", (text, iso) => {
    expect(moment(text, now)).toBe(iso);
  });

  it.each(["", "2", "2y", "2H", "h", "-2h", "1.5h", "yesterday", "2026-13-01", "2026-02-32", "01.03.2026", "2026-3-1"])(
    "refuses %j",
    (text) => {
      expect(() => moment(text, now)).toThrow(InvalidArgumentError);
    },
  );

  it.each([
    ["90s", "2026-03-10T12:01:30.000Z"],
    ["2h", "2026-03-10T14:00:00.000Z"],
    ["2027-01-31", "2027-01-31T00:00:00.000Z"],
    ["2026-03-01T10:30+02:00", "2026-03-01T08:30:00.000Z"],
  ])("that is to come may be %s", (text, iso) => {
    expect(later(text, now)).toBe(iso);
    expect(() => later(`${text}!`, now)).toThrow("It is a time from now");
  });

  it.each([
    ["1s", 1],
    ["90s", 90],
    ["30m", 1800],
    ["12h", 43_200],
    [" 2w ", 1_209_600],
  ])("has a length such as %j", (text, seconds) => {
    expect(delay(text)).toBe(seconds);
  });

  it.each(["", "0s", "90", "1.5h", "-1h", "2y", "2026-03-01", "1000000d"])("has no length such as %j", (text) => {
    expect(() => delay(text)).toThrow(InvalidArgumentError);
  });

  it("is shown in UTC to the second, and reads back what it shows", () => {
    expect(when("2026-03-01T08:30:05.250Z")).toBe("2026-03-01 08:30:05Z");
    expect(moment(when("2026-03-01T08:30:05.250Z") ?? "")).toBe("2026-03-01T08:30:05.000Z");
    expect([when(null), when(undefined), whenAndAgo(null)]).toEqual([null, null, null]);
    expect(ago("2026-03-10T11:00:00Z", now)).toBe("60 minutes ago");
    expect(whenAndAgo("2026-03-10T11:59:59Z", now)).toBe("2026-03-10 11:59:59Z (1 second ago)");
  });
});

describe("options", () => {
  it("take whole numbers above 0", () => {
    expect([count("1"), count("500")]).toEqual([1, 500]);
    for (const text of ["0", "-1", "1.5", "ten", "", " 1", "1e3", "9999999999"])
      expect(() => count(text), text).toThrow(InvalidArgumentError);
  });

  it("collect labels", () => {
    expect(labels("role=", labels("site=a=b", undefined))).toEqual(["site=a=b", "role="]);
    for (const text of ["site", "=x", ""]) expect(() => labels(text, []), text).toThrow(InvalidArgumentError);
  });
});

describe("labelChange", () => {
  it.each([
    [["site=berlin"], { set: { site: "berlin" } }],
    [["site-"], { remove: ["site"] }],
    [
      ["site=a=b", "role=", "x-y=z-", "old-name-"],
      { set: { site: "a=b", role: "", "x-y": "z-" }, remove: ["old-name"] },
    ],
  ])("makes of %j", (words, change) => {
    expect(labelChange(words)).toEqual(change);
  });

  it.each([["site"], ["=x"], ["-"], ["site=a", "site-"], ["site=a", "site=b"]])("refuses %j", (...words) => {
    expect(() => labelChange(words)).toThrow(expect.objectContaining({ exitCode: 2 }));
  });
});

describe("follow", () => {
  const everyone = Array.from({ length: 1_234 }, (_, i) => i);
  /** Pages of at most 500, whatever is asked for. */
  const server = () => {
    const asked: { limit: number; after?: string }[] = [];
    const ask = async (page: { limit: number; after?: string }) => {
      asked.push(page);
      const from = Number(page.after ?? 0);
      const to = Math.min(from + page.limit, everyone.length);
      return { items: everyone.slice(from, to), next: to < everyone.length ? String(to) : null };
    };
    return { asked, ask };
  };

  it("gets a hundred when nothing is said", async () => {
    const { asked, ask } = server();
    expect(await follow({}, ask)).toEqual({ items: everyone.slice(0, 100), next: "100" });
    expect(asked).toEqual([{ limit: 100 }]);
  });

  it("gets as many as are asked for, in pages that the API gives", async () => {
    const { asked, ask } = server();
    expect(await follow({ limit: 700, after: "10" }, ask)).toEqual({ items: everyone.slice(10, 710), next: "710" });
    expect(asked).toEqual([
      { limit: 500, after: "10" },
      { limit: 200, after: "510" },
    ]);
  });

  it("gets all of them", async () => {
    const { asked, ask } = server();
    expect(await follow({ all: true }, ask)).toEqual({ items: everyone, next: null });
    expect(asked).toHaveLength(3);
  });

  it("says how a list goes on", () => {
    expect(goesOn({ items: [], next: null })).toBe("");
    expect(goesOn({ items: [], next: "abc" })).toBe("There are more: --all, or --after abc\n");
  });
});

describe("output", () => {
  it("draws columns without borders or trailing blanks", () => {
    const rows = [
      ["a", 1],
      ["longer", null],
    ];
    expect(table(["NAME", "COUNT"], rows, "none")).toBe("NAME    COUNT\na       1\nlonger  -\n");
    expect(table(["NAME"], [], "There is nothing.")).toBe("There is nothing.\n");
  });

  it("draws what is said of one thing, and leaves out what is not", () => {
    const said = [
      ["name", "web"],
      ["labels", ""],
      ["last seen", null],
      ["times", 0],
      ["id", undefined],
    ] as const;
    expect(pairs(said)).toBe("name   web\ntimes  0\n");
    expect(pairs([["a", null]])).toBe("");
  });

  it("brings no control character to a terminal, and no broken line into a table", () => {
    expect(printable("a\u001b[31mb\u0000c\u202ed")).toBe("a\ufffd[31mb\ufffdc\ufffdd");
    expect(printable("one\r\n\ttwo")).toBe("one two");
    expect(printable("")).toBe("-");
    expect(table(["A"], [["x\u001b]0;title\u0007"]], "")).not.toMatch(/\p{C}(?<!\n)/u);
  });

  it("indents a section, not its empty lines", () => {
    expect(section("below", "a\n\nb\n")).toBe("\nbelow\n  a\n\n  b\n");
  });

  it("counts in order, and writes any value in a line", () => {
    expect(tally({ ok: 2, failed: 1, changed: 0 }, ["failed", "changed", "ok", "skipped"])).toBe("1 failed, 2 ok");
    expect(tally({}, ["ok"])).toBe("");
    expect([inline("a"), inline(["a"]), inline(undefined)]).toEqual(["a", '["a"]', "-"]);
  });
});

describe("what simulated agents prove themselves with", () => {
  it("is a UUID, or a name and a secret", () => {
    expect(uuid("F47AC10B-58CC-4372-A567-0E02B2C3D479")).toBe("f47ac10b-58cc-4372-a567-0e02b2c3d479");
    expect(login("agents:s3:cret")).toEqual({ name: "agents", secret: "s3:cret" });
  });

  it.each(["", "f47ac10b", "f47ac10b58cc4372a5670e02b2c3d479", "f47ac10b-58cc-4372-a567-0e02b2c3d4790"])(
    "is not the UUID %j",
    (text) => {
      expect(() => uuid(text)).toThrow(InvalidArgumentError);
    },
  );

  it.each(["", "agents", "agents:", ":secret"])("is not the login %j", (text) => {
    expect(() => login(text)).toThrow(InvalidArgumentError);
  });
});
