import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { checks, processors } from "./processors.js";
import { bodyOf, failingRun, JOB } from "./reports/bodies.test.helper.js";

/** Every module that a file names for more than its types, and what these name in turn. */
function reachable(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const source = readFileSync(file, "utf8");
  for (const [, clause = "", from = ""] of source.matchAll(/^(?:import|export)\s([^;]*?)from "([^"]+)"/gms)) {
    const named = /\{([^}]*)\}/
      .exec(clause)?.[1]
      ?.split(",")
      .filter((name) => name.trim() !== "");
    if (clause.startsWith("type ") || named?.every((name) => name.trim().startsWith("type "))) continue;
    if (from.startsWith(".")) reachable(path.resolve(path.dirname(file), from.replace(/\.js$/, ".ts")), seen);
    else seen.add(from);
  }
  return seen;
}

describe("processors", () => {
  it("turn a stored report into one fact", () => {
    const submission = { id: "1", acceptedAt: new Date(0), kind: "dsc.report", body: failingRun[2] ?? bodyOf() };
    const facts = processors["dsc.report"]?.(submission);
    expect(facts).toHaveLength(1);
    expect(facts?.[0]).toMatchObject({ fact: "report", protocol: "dsc", run: JOB, said: { outcome: "failure" } });
  });

  it("turn the versions in a report into facts of its node", () => {
    const AdditionalData = [{ Key: "PSVersion", Value: JSON.stringify({ PSVersion: "5.1.14393.0" }) }];
    const body = bodyOf({ AdditionalData });
    const facts = processors["dsc.report"]?.({ id: "1", acceptedAt: new Date(0), kind: "dsc.report", body });
    expect(facts?.slice(1)).toEqual([
      { fact: "facts", source: "dsc", facts: { powershell: { version: "5.1.14393.0" } } },
    ]);
  });

  it("say what must be wrong with a report for it to be refused", () => {
    expect(checks["dsc.report.check"]({ body: bodyOf() })).toEqual({ jobId: JOB });
    expect(() => checks["dsc.report.check"]({ body: new Uint8Array() })).toThrow(
      expect.objectContaining({ code: "request-malformed" }),
    );
  });

  it("give what survives the way between threads", () => {
    const facts = processors["dsc.report"]?.({
      id: "1",
      acceptedAt: new Date(0),
      kind: "dsc.report",
      body: failingRun[0] ?? bodyOf(),
    });
    expect(structuredClone(facts)).toEqual(facts);
  });

  it("load neither express nor the HTTP side nor a zip reader", () => {
    const modules = [...reachable(path.join(import.meta.dirname, "processors.ts"))];
    expect(modules).toContain("ajv");
    expect(modules.some((name) => name.endsWith("configuration-kind.ts"))).toBe(true);
    expect(modules.filter((name) => /^(?:express|yauzl|@gatehouse\/http)$/.test(name))).toEqual([]);
    expect(modules.filter((name) => /[\\/]routes[\\/]|router\.ts$/.test(name))).toEqual([]);
  });
});
