import { groupChecks } from "@gatehouse/api";
import { expect, it } from "vitest";
import { protocols } from "./protocols.js";

const checks = groupChecks(protocols);

it.each(checks.definitions)("the schema of $name compiles, and nothing fits it that is no value", (definition) => {
  expect(checks.checkValue(definition, Symbol("none")).length).toBeGreaterThan(0);
});
