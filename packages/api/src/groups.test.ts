import type { SettingDefinition } from "@gatehouse/core/groups";
import { describe, expect, it } from "vitest";
import { groupChecks } from "./groups.js";

const names: SettingDefinition = {
  name: "dsc.configurations",
  protocol: "dsc",
  description: "What it gets.",
  schema: { type: "array", items: { type: "string", pattern: "^[a-zA-Z]+$" }, minItems: 1 },
  merge: "replace",
};

describe("the value of a setting", () => {
  const { definitions, checkValue, nearest } = groupChecks([{ settings: [names] }, { settings: [] }]);
  const problems = (value: unknown) => checkValue(names, value);

  it("fits its protocol's schema, or every place where it does not is named", () => {
    expect(definitions).toEqual([names]);
    expect(problems(["Web"])).toEqual([]);
    expect(problems("Web")).toEqual([{ path: "", message: "It must be array." }]);
    expect(problems([])).toEqual([{ path: "", message: "It must NOT have fewer than 1 items." }]);
    expect(problems(["a b", 7])?.map(({ path }) => path)).toEqual(["/0", "/1"]);
  });

  it("that fits the schema is looked at by its protocol", () => {
    const own = { ...names, check: (value: unknown) => [{ path: "/0", message: `It is ${value}.` }] };
    const checks = groupChecks([{ settings: [own] }]);
    expect(checks.checkValue(own, ["Web"])).toEqual([{ path: "/0", message: "It is Web." }]);
    expect(checks.checkValue(own, "Web")).toEqual([{ path: "", message: "It must be array." }]);
  });

  it("of an unknown setting has a nearest known one", () => {
    expect(nearest?.("dsc.configuration", [names.name])).toContain("dsc.configurations");
  });
});
