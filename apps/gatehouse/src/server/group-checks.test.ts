import { dscAdapter } from "@gatehouse/dsc";
import { describe, expect, it } from "vitest";
import { groupChecks } from "./group-checks.js";

describe("the value of a setting", () => {
  const { definitions, checkValue, nearest } = groupChecks(dscAdapter.settings);
  const [configurations] = definitions;
  const problems = (value: unknown) => (configurations === undefined ? undefined : checkValue(configurations, value));

  it("fits its protocol's schema, or every place where it does not is named", () => {
    expect(problems(["Web"])).toEqual([]);
    expect(problems("Web")).toEqual([{ path: "", message: "It must be array." }]);
    expect(problems([])).toEqual([{ path: "", message: "It must NOT have fewer than 1 items." }]);
    expect(problems(["a b", 7])?.map(({ path }) => path)).toEqual(["/0", "/1"]);
  });

  it("of an unknown setting has a nearest known one", () => {
    const names = definitions.map(({ name }) => name);
    expect(nearest?.("dsc.configuration", names)).toContain("dsc.configurations");
  });
});
