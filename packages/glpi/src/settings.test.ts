import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { glpiConfigSchema } from "./config.js";
import { glpiSettings, TASKS, taskSwitchedOff } from "./settings.js";

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
const checks = new Map(glpiSettings.map(({ name, schema }) => [name, ajv.compile({ ...schema })]));
const fits = (name: string, value: unknown) => checks.get(name)?.(value);

describe("what groups carry", () => {
  it.each([
    [
      "glpi.tasks",
      { remoteinventory: { enabled: false }, esx: { server: "x", version: "1", url: "https://x/", own: [1] } },
    ],
    ["glpi.expiration", "30m"],
    ["glpi.jobs", { deploy: [{ task: "deploy", jobid: "1", credentials: ["1"] }] }],
    ["glpi.credentials", { "1": { credential: "lab", type: "snmp", version: "v2c" } }],
    ["glpi.register", {}],
    ["glpi.register", { simple: true, manual: true, token: false, encrypt: "off", expiration: "60d", overHttp: true }],
    ["glpi.register", { token: "shops" }],
    ["inventory.categories", { no: ["process"], required: ["network"] }],
    ["inventory.databases", { "1": { use: ["mysql"], credentials: ["db"] } }],
  ])("%s may be %j", (name, value) => {
    expect(fits(name, value)).toBe(true);
  });

  it.each([
    ["glpi.tasks", { Deploy: {} }],
    ["glpi.tasks", { ["__proto__x"]: {} }],
    ["glpi.tasks", { deploy: { enabled: "no" } }],
    ["glpi.tasks", { deploy: { url: "file:///etc/passwd" } }],
    ["glpi.expiration", "0h"],
    ["glpi.expiration", "24"],
    ["glpi.expiration", "1w"],
    ["glpi.expiration", 24],
    ["glpi.credentials", { one: { credential: "lab" } }],
    ["glpi.credentials", { "1": { password: "never here" } }],
    ["glpi.register", { token: "" }],
    ["glpi.register", { token: ["shops"] }],
    ["glpi.register", { encrypt: "maybe" }],
    ["glpi.register", { expiration: "30" }],
    ["glpi.register", { perMinute: 1 }],
    ["inventory.categories", { no: ["a,b"] }],
    ["inventory.databases", { "1": { credentials: [] } }],
  ])("%s may not be %j", (name, value) => {
    expect(fits(name, value)).toBe(false);
  });

  it("is named after who reads it, and every setting says what it is for", () => {
    for (const { name, description, protocol } of glpiSettings) {
      expect(name).toMatch(/^(?:glpi|inventory)\./);
      expect(description.length).toBeGreaterThan(20);
      expect(protocol).toBe("glpi");
    }
  });

  it("has a default for every setting of the configuration, which fits it", () => {
    for (const [name, schema] of Object.entries(glpiConfigSchema.properties))
      expect(ajv.compile({ ...schema })(schema.default), name).toBe(true);
  });
});

describe("a task that is switched off", () => {
  const of = (value: unknown, from: Parameters<typeof taskSwitchedOff>[1][number]["from"] = [], setting = TASKS) =>
    taskSwitchedOff("deploy", [{ setting, value, from }]);

  it("is so by groups, or by hand", () => {
    const off = { deploy: { enabled: false } };
    expect(of(off, [{ by: "hand" }])).toBe("glpi.tasks of the node");
    expect(of(off, [{ by: "group", group: "web" }, { by: "hand" }, { by: "group", group: "all" }])).toBe(
      "glpi.tasks of web, all",
    );
  });

  it.each([[undefined], [{}], [{ deploy: {} }], [{ deploy: { enabled: true } }], [{ collect: { enabled: false } }]])(
    "is none by %j",
    (value) => {
      expect(of(value)).toBeUndefined();
    },
  );

  it("is none by another setting, or without any", () => {
    expect(of({ deploy: { enabled: false } }, [], "glpi.jobs")).toBeUndefined();
    expect(taskSwitchedOff("deploy", [])).toBeUndefined();
  });
});
