import type { CatalogRequest, Compiled } from "@gatehouse/core/catalogs";
import { GatehouseError } from "@gatehouse/core/errors";
import type { CompilerFacts } from "@gatehouse/core/health";
import { Registry } from "prom-client";
import { expect, it } from "vitest";
import { compilerMetrics } from "./metrics.js";

const request = { certname: "web01" } as CatalogRequest;

it("counts catalogs by what became of them, and passes on what they are", async () => {
  const registry = new Registry();
  const made = { milliseconds: 1 } as Compiled;
  let fails: Error | undefined;
  const compile = async () => {
    if (fails !== undefined) throw fails;
    return made;
  };
  const source = compilerMetrics({ registry }, { compile }, () => ({ state: "starting" }));
  expect(await source.compile(request)).toBe(made);
  for (const code of ["catalog-failed", "overloaded", "overloaded"] as const) {
    fails = new GatehouseError(code, "x");
    await expect(source.compile(request)).rejects.toBe(fails);
  }
  const text = await registry.metrics();
  for (const [outcome, count] of [
    ["made", 1],
    ["failed", 1],
    ["overloaded", 2],
  ])
    expect(text).toContain(`gatehouse_catalog_seconds_count{outcome="${outcome}"} ${count}`);
});

it("shows how busy the compiler is, and zeros without one", async () => {
  const registry = new Registry();
  let facts: CompilerFacts = { state: "missing", reason: "no Ruby" };
  compilerMetrics({ registry }, { compile: async () => ({}) as Compiled }, () => facts);
  const values = async () =>
    [...(await registry.metrics()).matchAll(/^gatehouse_compiler_\w+ (\d+)$/gm)].map(([, value]) => Number(value));
  expect(await values()).toEqual([0, 0, 0, 0, 0]);
  facts = { state: "ready", workers: 2, busy: 1, waiting: 5, lost: 3, restarts: 4 };
  expect(await values()).toEqual([2, 1, 5, 3, 4]);
});
