import { SaxesParser } from "saxes";
import { describe, expect, it } from "vitest";
import { junitOf } from "./junit.js";
import type { Result } from "./result.js";
import { aResult, HOSTILE, resultsOf } from "./results.test.helper.js";

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  text: string;
}

/** Elements in their order, as a reader of XML 1.0 sees them. @throws for what is no XML */
function elementsOf(...results: Result[]): Element[] {
  const parser = new SaxesParser();
  const elements: Element[] = [];
  const open: Element[] = [];
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", ({ name, attributes }) => {
    const element = { name, attributes, text: "" };
    elements.push(element);
    open.push(element);
  });
  parser.on("text", (text) => {
    const element = open.at(-1);
    if (element !== undefined) element.text += text;
  });
  parser.on("closetag", () => {
    open.pop();
  });
  parser.write(junitOf(resultsOf(...results))).close();
  return elements;
}

describe("junitOf", () => {
  it("has a case for each, and the counts that readers look for", () => {
    const [suites, suite, ...cases] = elementsOf(
      aResult(),
      aResult({ met: false, why: "It did not come.", seen: ["a", "b"], expectation: { name: "another" } }),
      aResult({ met: false, isUnreached: true, why: "The gateway was not reached." }),
    );
    const counts = { tests: "3", failures: "1", errors: "1", time: "12.250" };
    expect(suites).toMatchObject({ name: "testsuites", attributes: counts });
    expect(suite).toMatchObject({ name: "testsuite", attributes: { ...counts, timestamp: "2026-03-01T10:00:00" } });
    expect(cases.map(({ name }) => name)).toEqual(["testcase", "testcase", "failure", "testcase", "error"]);
    expect(cases[0]?.attributes).toEqual({
      ...{ name: "web-1 runs", classname: "gatehouse.expect.report", time: "1.500" },
      ...{ file: "ci.yaml", line: "3" },
    });
    expect(cases[2]).toMatchObject({ attributes: { message: "It did not come." }, text: "It did not come.\na\nb" });
  });

  it.each(HOSTILE)("holds a name such as %j as what it is, and nothing of it as markup", (name) => {
    const elements = elementsOf(aResult({ met: false, why: name, seen: [name], expectation: { name } }));
    expect(elements.map((element) => element.name)).toEqual(["testsuites", "testsuite", "testcase", "failure"]);
    // What XML cannot say is replaced.
    const said = name
      .toWellFormed()
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is meant
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd");
    expect(elements[2]?.attributes["name"]).toBe(said);
    expect(elements[3]?.attributes["message"]).toBe(said);
    expect(elements[3]?.text).toBe(`${said}\n${said}`);
  });

  it("says no more lines than a person reads", () => {
    const seen = Array.from({ length: 500 }, (_, i) => `line ${i}`);
    const text = elementsOf(aResult({ met: false, why: "x", seen }))
      .at(-1)
      ?.text.split("\n");
    expect(text).toHaveLength(14);
    expect(text?.at(-1)).toBe("and 488 more");
  });
});
