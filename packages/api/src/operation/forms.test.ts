import { jobSpecSchemas } from "@gatehouse/core/jobs";
import { describe, expect, it } from "vitest";
import { Work } from "../models/job.js";
import { bodyParser, plainChecker } from "./check.js";
import { object } from "./schema.js";

const parse = bodyParser(object({ work: Work }));
const said = (work: unknown): string => {
  try {
    parse(Buffer.from(JSON.stringify({ work })));
  } catch (thrown) {
    return (thrown as Error).message;
  }
  throw new Error("it is taken");
};

describe("a value of several forms", () => {
  it.each<[string, object]>([
    ["deploy", { package: "a", version: 3 }],
    ["collect", { steps: [{ function: "getFromRegistry", path: "HKEY_LOCAL_MACHINE/SOFTWARE/*" }] }],
    ["esx", { host: "esx1", credential: "root" }],
    ["wakeonlan", { targets: [{ mac: "00:11:22:33:44:55" }] }],
    ["wake", { tasks: ["inventory"] }],
  ])("is taken in each of them: %s", (task, spec) => {
    expect(parse(Buffer.from(JSON.stringify({ work: { task, spec } })))).toEqual({ work: { task, spec } });
  });

  it.each<[unknown, string | RegExp]>([
    [{ task: "deploy", spec: { pakage: "a" } }, 'the body/work/spec has no field "pakage".'],
    [{ task: "deploy", spec: {} }, "the body/work/spec must have required property 'package'."],
    [{ task: "deploy", spec: { package: "a", version: 0 } }, "the body/work/spec/version must be >= 1."],
    [{ task: "esx", spec: { package: "a" } }, 'the body/work/spec has no field "package".'],
    [{ task: "wake", spec: { tasks: ["in ventory"] } }, /^the body\/work\/spec\/tasks\/0 must match pattern/],
    [{ task: "dploy", spec: {} }, /^the body\/work\/task must be one of deploy, collect, esx, .*, wake\.$/],
    [{ task: 5 }, /^the body\/work\/task must be one of|must have required property 'spec'/],
    [{ spec: {} }, "the body/work must have required property 'task'."],
    [5, "the body/work must be object."],
    [{ task: "deploy", spec: { package: "a" }, by: "me" }, 'the body/work has no field "by".'],
    [
      { task: "collect", spec: { steps: [{ function: "getFromWMI", class: "a", propertis: [] }] } },
      'the body/work/spec/steps/0 has no field "propertis".',
    ],
    [
      { task: "collect", spec: { steps: [{ function: "runCommand", exec: "id" }] } },
      "the body/work/spec/steps/0/function must be one of findFile, getFromRegistry, getFromWMI.",
    ],
    [
      {
        task: "collect",
        spec: {
          steps: [
            { function: "getFromRegistry", path: "a" },
            { function: "findFile", dir: "/" },
          ],
        },
      },
      "the body/work/spec/steps/1 must have required property 'limit'.",
    ],
  ])("is refused by the form that is meant: %j", (work, message) => {
    if (typeof message === "string") expect(said(work)).toBe(message);
    else expect(said(work)).toMatch(message);
  });

  it("is refused soon, however many of them there are", () => {
    const steps = Array.from({ length: 3000 }, () => ({ function: "x" }));
    expect(said({ task: "collect", spec: { steps } }).length).toBeLessThan(300);
  });

  it("has nothing to do with a property that has one value only", () => {
    const check = plainChecker({ type: "object", properties: { a: { const: 1 } } }, "it");
    expect(() => check({ a: 2 })).toThrow("it/a must be equal to constant.");
  });
});

it("specs of jobs are schemas by themselves", () => {
  for (const [task, schema] of Object.entries(jobSpecSchemas)) expect(() => plainChecker(schema, task)({})).toThrow();
});
