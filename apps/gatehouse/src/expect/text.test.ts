import { describe, expect, it } from "vitest";
import { aResult, HOSTILE, resultsOf } from "./results.test.helper.js";
import { resultsJson, resultText, summaryText } from "./text.js";

const failed = { met: false, why: "It did not come in 300 s.", seen: ["failure of web-1"] };

describe("the results for a person", () => {
  it("have a line each, and below it why one is not met", () => {
    expect(resultText(aResult())).toBe("met        1.5 s  web-1 runs\n");
    expect(resultText(aResult(failed))).toBe(
      "NOT MET    1.5 s  web-1 runs\n    ci.yaml:3: It did not come in 300 s.\n      failure of web-1\n",
    );
  });

  it("are summed up", () => {
    expect(summaryText(resultsOf(aResult(), aResult(failed)))).toBe("1 of 2 met in 12.3 s.\n");
  });

  it.each(HOSTILE)("keep their lines with a name such as %j", (name) => {
    const text = resultText(aResult({ ...failed, why: name, seen: [name], expectation: { name } }));
    expect(text.split("\n")).toHaveLength(4);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  });
});

describe("the results for programs", () => {
  it("say what was expected, where, and what came", () => {
    const { expectations, ...all } = resultsJson(
      resultsOf(aResult({ ...failed, count: 2, expectation: { least: 3, most: 3, within: 90_000 } }), aResult()),
    );
    expect(all).toEqual({ met: false, startedAt: "2026-03-01T10:00:00.000Z", seconds: 12.25 });
    expect(expectations[0]).toEqual({
      ...{ name: "web-1 runs", kind: "report", file: "ci.yaml", line: 3, atLeast: 3, atMost: 3, within: 90 },
      ...{ met: false, isUnreached: false, seconds: 1.5, count: 2, why: failed.why, seen: failed.seen },
    });
    expect(expectations[1]).toMatchObject({ atLeast: 1, atMost: null, met: true });
  });

  it("say that all is met", () => {
    expect(resultsJson(resultsOf(aResult())).met).toBe(true);
  });
});
