import { describe, expect, it } from "vitest";
import { asRule, checkRule, ruleLimits, sayProblems } from "./check.js";

const nested = (depth: number): unknown => (depth === 1 ? { everything: true } : { not: nested(depth - 1) });
const many = (count: number) => ({ or: Array.from({ length: count }, () => ({ field: "tag", eq: "x" })) });
const nearest = (word: string, known: readonly string[]) =>
  `; did you mean ${known.find((one) => one[0] === word[0])}?`;

describe("checkRule", () => {
  it.each<[string, unknown, string, string]>([
    ["no object", "x", "", "A rule is an object"],
    ["a list", [], "", "A rule is an object"],
    ["null within", { and: [null] }, "/and/0", "A rule is an object"],
    ["nothing", {}, "", "names its field"],
    ["no list", { and: {} }, "/and", "list of at least one rule"],
    ["an empty list", { or: [] }, "/or", "list of at least one rule"],
    ["everything: false", { everything: false }, "/everything", "only be true"],
    ["two connectives", { and: [], or: [] }, "", 'and stands alone, without "or"'],
    [
      "a connective beside a field",
      { not: { everything: true }, field: "name" },
      "",
      'not stands alone, without "field"',
    ],
    [
      "an unknown field",
      { and: [{ everything: true }, { field: "lables.role", eq: "x" }] },
      "/and/1/field",
      '"lables.role" is not a field; did you mean labels.role?',
    ],
    ["an unknown plain field", { field: "nmae", eq: "x" }, "/field", "did you mean name?"],
    ["a field without its key", { field: "labels", eq: "x" }, "/field", "labels.KEY"],
    ["a field with an empty key", { field: "facts.", eq: "x" }, "/field", "facts.PATH"],
    ["an unknown evidence", { field: "evidence.nam", eq: "x" }, "/field", "evidence.name"],
    ["an empty part", { field: "facts.a..b", eq: "x" }, "/field", "empty part"],
    ["too many parts", { field: `facts.${"a.".repeat(20)}a`, eq: "x" }, "/field", "more than 20 parts"],
    ["no field", { eq: "x" }, "", "names its field"],
    ["no operator", { field: "name" }, "", "has one of eq, in"],
    ["two operators", { field: "name", eq: "a", prefix: "b" }, "", "one of eq, prefix; `and` joins several"],
    ["an unknown operator", { field: "name", equals: "a" }, "/equals", '"equals" is not known here; did you mean eq?'],
    [
      "an operator that every object has",
      JSON.parse('{"field": "name", "__proto__": 1}'),
      "/__proto__",
      "is not known here",
    ],
    ["a null value", { field: "name", eq: null }, "/eq", "text, a number, true or false"],
    ["no number", { field: "name", eq: Number.NaN }, "/eq", "text, a number"],
    ["an empty list of values", { field: "name", in: [] }, "/in", "at least one value"],
    ["a wrong value in a list", { field: "name", in: ["a", {}] }, "/in/1", "text, a number"],
    ["an empty prefix", { field: "name", prefix: "" }, "/prefix", "It is empty"],
    ["a glob that is no text", { field: "name", glob: 1 }, "/glob", "It is text"],
    ["a comparison with text", { field: "facts.cpus", gt: "4" }, "/gt", "It is a number"],
    ["infinity", { field: "facts.cpus", lt: Number.POSITIVE_INFINITY }, "/lt", "It is a number"],
    ["a version as a number", { field: "agent.version", versionGte: 1.1 }, "/versionGte", "in quotes"],
    ["no version", { field: "agent.version", versionGte: "new" }, "/versionGte", '"new" is no version'],
    ["exists: yes", { field: "tag", exists: "yes" }, "/exists", "true or false"],
    ["U+0000", { field: "name", eq: "a\0" }, "/eq", "no stored text has"],
    ["half a character", { field: "labels.\ud800", eq: "a" }, "/field", "no stored text has"],
    ["a long text", { field: "name", eq: "x".repeat(1001) }, "/eq", "more than 1000 characters"],
    ["a long list", { field: "name", in: Array.from({ length: 1001 }, () => "x") }, "/in", "more than 1000 values"],
    ["too deep", nested(ruleLimits.depth + 1), "/not".repeat(10), "at most 10 deep"],
    ["too many", many(201), "/or/200", "at most 200 comparisons"],
  ])("refuses %s, and says where", (_, value, path, message) => {
    const [problem] = checkRule(value, nearest);
    expect(problem?.path).toBe(path);
    expect(problem?.message).toContain(message);
  });

  it("takes what is just within its bounds", () => {
    for (const value of [
      nested(10),
      many(200),
      { field: "name", in: Array.from({ length: 1000 }, () => "x".repeat(1000)) },
    ])
      expect(checkRule(value)).toEqual([]);
  });

  it("tells every problem, of very many the first twenty, and never a long word whole", () => {
    const wrong = { and: [{ field: "x", eq: "a" }, { field: "name", eq: [] }, { everything: 1 }] };
    expect(checkRule(wrong).map(({ path }) => path)).toEqual(["/and/0/field", "/and/1/eq", "/and/2/everything"]);
    const list = { or: Array.from({ length: 100_000 }, () => ({ ["y".repeat(5_000)]: 1 })) };
    const problems = checkRule(list);
    expect(problems).toHaveLength(20);
    expect(sayProblems(problems).length).toBeLessThan(20_000);
  });

  it("lists the known fields where nobody tells the nearest", () => {
    expect(checkRule({ field: "x", eq: 1 })[0]?.message).toContain("known: name, state, tag");
  });
});

describe("asRule", () => {
  it("gives the value back, or throws with every place", () => {
    const rule = { field: "name", eq: "x" };
    expect(asRule(rule)).toBe(rule);
    expect(() => asRule({ field: "nmae", eq: null })).toThrow(
      expect.objectContaining({ code: "request-malformed", message: expect.stringMatching(/\/field: .*\/eq: /) }),
    );
  });
});
