import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { fusionInventoryConfigSchema } from "./config.js";
import { fusionInventorySettings, SCHEDULE } from "./settings.js";

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
const checks = new Map(fusionInventorySettings.map(({ name, schema }) => [name, ajv.compile({ ...schema })]));
const fits = (name: string, value: unknown) => checks.get(name)?.(value);
const problems = (value: unknown) => fusionInventorySettings.find(({ name }) => name === SCHEDULE)?.check?.(value);

/** What the protocol's document has for an answer. */
const SCHEDULED = {
  Inventory: [
    { periodicity: 3600, delayStartup: 600, remote: "https://server1/plugins/fusioninventory/b" },
    { periodicity: 5600, remote: "https://server1/plugins/fusinvinventory/b" },
  ],
  Deploy: [{ periodicity: 600, remote: "https://server2/deploy" }],
  ESX: [],
  FooBarAMQPService: [{ periodicity: 5600, remote: "amqp://server1/plugins/fusinvinventory/b" }],
};

describe("what groups carry", () => {
  it.each([
    ["fusioninventory.schedule", SCHEDULED],
    ["fusioninventory.schedule", {}],
    ["fusioninventory.schedule", { Deploy: [{}], Collect: [{ remote: "https://[2001:db8::1]:8140/glpi/%20" }] }],
    ["fusioninventory.config", {}],
    [
      "fusioninventory.config",
      {
        global: { ca: "/etc/ca", deep: { a: [1] } },
        httpd: { ip: "0.0.0.0", trust: ["127.0.0.1"], port: 62354 },
        ...{ configValidityPeriod: 600, requireSSLClientCert: true },
      },
    ],
    ["fusioninventory.mirrors", ["https://mirror.example.org/parts/"]],
  ])("%s may be %j", (name, value) => {
    expect(fits(name, value)).toBe(true);
  });

  it.each([
    ["fusioninventory.schedule", []],
    ["fusioninventory.schedule", { Deploy: {} }],
    ["fusioninventory.schedule", { "De ploy": [] }],
    ["fusioninventory.schedule", { ["__proto__x"]: [] }],
    ["fusioninventory.schedule", { Deploy: [{ remote: "/relative" }] }],
    ["fusioninventory.schedule", { Deploy: [{ remote: "https://x/?action=" }] }],
    ["fusioninventory.schedule", { Deploy: [{ remote: "https://x/#a" }] }],
    ["fusioninventory.schedule", { Deploy: [{ remote: "https://user:secret@x/" }] }],
    ["fusioninventory.schedule", { Deploy: [{ remote: "https://x/ y" }] }],
    ["fusioninventory.schedule", { Deploy: [{ periodicity: 0 }] }],
    ["fusioninventory.schedule", { Deploy: [{ periodicity: 1.5 }] }],
    ["fusioninventory.schedule", { Deploy: [{ delayStartup: -1 }] }],
    ["fusioninventory.schedule", { Deploy: [{ secret: 1 }] }],
    ["fusioninventory.schedule", { Deploy: Array(21).fill({}) }],
    ["fusioninventory.config", { httpd: { port: 65_536 } }],
    ["fusioninventory.config", { requireSSLClientCert: 1 }],
    ["fusioninventory.config", { global: "x" }],
    ["fusioninventory.mirrors", ["amqp://x/"]],
    ["fusioninventory.mirrors", ["https://x/?file="]],
  ])("%s may not be %j", (name, value) => {
    expect(fits(name, value)).toBe(false);
  });

  it("has to say who serves a task that is none of ours, and each task once", () => {
    expect(problems(SCHEDULED)).toEqual([]);
    expect(problems({ SNMPQuery: [{}], netinventory: [{}], inventory: [{}] })).toEqual([]);
    expect(problems({ Deploy: [{}], deploy: [] })).toEqual([{ path: "deploy", message: "Deploy is the same task." }]);
    expect(problems({ ocsdeploy: [{ remote: "https://x/" }, { periodicity: 7 }] })).toMatchObject([
      { path: "ocsdeploy[1]" },
    ]);
  });

  it("is named after the protocol, and every setting says what it is for", () => {
    for (const { name, description, protocol } of fusionInventorySettings) {
      expect(name).toMatch(/^fusioninventory\./);
      expect(description.length).toBeGreaterThan(20);
      expect(protocol).toBe("fusioninventory");
    }
  });
});

describe("what the configuration says", () => {
  const config = ajv.compile({ ...fusionInventoryConfigSchema });
  it.each([
    [{}, true],
    [{ handOver: { esx: "https://esx.example.org/b/esx/" } }, true],
    [{ handOver: { esx: "file:///etc/passwd" } }, false],
    [{ handOver: { esx: "https://user:secret@x/" } }, false],
    [{ handOver: { esx: "https://x/?a" } }, false],
    [{ handOver: { ESX: "https://x/" } }, false],
    [{ handOver: { "a/b": "https://x/" } }, false],
  ])("%j: %s", (said, expected) => {
    expect(config(said)).toBe(expected);
  });
});
