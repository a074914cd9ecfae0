import { describe, expect, it } from "vitest";
import { configOf, entriesFor, merged } from "./config.js";
import { Plan } from "./plan.js";

/** The answer that the document shows, its comments left out. */
const DOCUMENT = {
  schedule: [
    { periodicity: 3600, delayStartup: 600, task: "Inventory", remote: "https://server1/plugins/fusioninventory/b" },
    { periodicity: 600, task: "Deploy", remote: "https://server2/deploy" },
    { periodicity: 700, task: "ESX", remote: "https://server1/plugins/fusioninventory/b" },
    { periodicity: 5600, task: "Inventory", remote: "https://server1/plugins/fusinvinventory/b" },
    { periodicity: 5600, task: "FooBarAMQPService", remote: "amqp://server1/plugins/fusinvinventory/b" },
  ],
  httpd: { ip: "0.0.0.0", trust: ["127.0.0.1"], port: 62354 },
  configValidityPeriod: 600,
  requireSSLClientCert: 1,
};

describe("an answer to getConfig", () => {
  it("is read whole, as the document shows it", () => {
    const config = configOf({ ...DOCUMENT, global: { root: "/glpi" } });
    expect(config).toMatchObject({
      ...{ configValidityPeriod: 600, requireSSLClientCert: true, httpd: DOCUMENT.httpd, global: { root: "/glpi" } },
    });
    expect(config.schedule).toHaveLength(5);
    expect(entriesFor(config, "inventory")).toHaveLength(2);
    expect(entriesFor(config, "NetDiscovery")).toEqual([]);
  });

  it("may be empty: nothing is on", () => {
    expect(configOf({})).toMatchObject({ schedule: [], httpd: undefined, requireSSLClientCert: false });
  });

  it.each([
    ["a schedule that is no list", { schedule: {} }, "it is no list"],
    ["an entry that is no object", { schedule: ["Deploy"] }, "an entry is no object"],
    ["an entry without a task", { schedule: [{ remote: "http://a/" }] }, "has no task"],
    ["a remote that is no URL", { schedule: [{ task: "Deploy", remote: "/b/deploy/" }] }, "Deploy has no remote"],
    [
      "a remote with a query",
      { schedule: [{ task: "ESX", remote: "http://a/?x=1" }] },
      "the remote of ESX has a query",
    ],
    [
      "a periodicity in words",
      { schedule: [{ task: "ESX", remote: "http://a/", periodicity: "daily" }] },
      "periodicity",
    ],
    ["a delay below 0", { schedule: [{ task: "ESX", remote: "http://a/", delayStartup: -1 }] }, "delayStartup of ESX"],
    ["global that is a list", { global: [] }, "global is no object"],
    ["a port that is none", { httpd: { port: 70_000 } }, "no ip or no port"],
    ["trust that is no list", { httpd: { trust: "127.0.0.1" } }, "no list of addresses"],
  ] as const)("is refused with %s", (_, said, words) => {
    expect(() => configOf(said)).toThrow(words);
  });

  it("of one task each is put together: the shortest validity, a certificate where one asks for it", () => {
    const remote = "http://a/b";
    const one = configOf({ schedule: [{ task: "Deploy", remote }], configValidityPeriod: 900, global: { a: 1 } });
    const two = configOf({ schedule: [{ task: "ESX", remote }], configValidityPeriod: 60, requireSSLClientCert: 1 });
    expect(merged([one, two, configOf({})])).toMatchObject({
      ...{ configValidityPeriod: 60, requireSSLClientCert: true, global: { a: 1 } },
      schedule: [{ task: "Deploy" }, { task: "ESX" }],
    });
  });
});

describe("a plan", () => {
  const due = (plan: Plan, seconds: number) =>
    plan.due(seconds * 1000).map(({ task, periodicity }) => `${task} ${periodicity}`);

  it("begins each line after its delay, or after one periodicity, and repeats it", () => {
    const plan = new Plan();
    plan.take(configOf(DOCUMENT), 0);
    expect(due(plan, 599)).toEqual([]);
    expect(due(plan, 600)).toEqual(["Inventory 3600", "Deploy 600"]);
    expect(due(plan, 600)).toEqual([]);
    expect(due(plan, 700)).toEqual(["ESX 700"]);
    expect(due(plan, 1200)).toEqual(["Deploy 600"]);
    expect(due(plan, 4200)).toEqual(["Inventory 3600", "Deploy 600", "ESX 700"]);
    expect(due(plan, 5600)).toEqual(["Deploy 600", "ESX 700", "Inventory 5600", "FooBarAMQPService 5600"]);
  });

  it("is renewed when the configuration ends; lines that stay keep their time, others are off", () => {
    const plan = new Plan();
    expect(plan.until).toBe(0);
    const remote = "http://a/b";
    const [deploy, esx] = [
      { task: "Deploy", remote, periodicity: 1000 },
      { task: "ESX", remote, periodicity: 1000 },
    ];
    plan.take(configOf({ schedule: [deploy, esx], configValidityPeriod: 600 }), 0);
    expect([plan.until, plan.nextAt]).toEqual([600_000, 600_000]);
    plan.take(configOf({ schedule: [deploy], configValidityPeriod: 600 }), 600_000);
    expect([plan.until, plan.nextAt]).toEqual([1_200_000, 1_000_000]);
    expect(due(plan, 1000)).toEqual(["Deploy 1000"]);
  });

  it("runs a line without a periodicity once, and at once without a delay", () => {
    const plan = new Plan();
    plan.take(configOf({ schedule: [{ task: "Deploy", remote: "http://a/b" }] }), 0);
    expect(due(plan, 0)).toEqual(["Deploy undefined"]);
    expect(due(plan, 100_000)).toEqual([]);
    expect(plan.nextAt).toBe(600_000);
  });
});
