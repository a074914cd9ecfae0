import { describe, expect, it } from "vitest";
import { linuxItem, resourceItem } from "./bodies.test.helper.js";
import { eventsSaid } from "./resources.js";

const good = (...items: unknown[]) => eventsSaid({ ResourcesInDesiredState: items });

describe("eventsSaid", () => {
  it("makes a line of a resource as WMF writes it", () => {
    expect(good(resourceItem())).toEqual([
      {
        resource: "[Service]bits",
        type: "Service",
        status: "ok",
        message: null,
        seconds: 0.37,
        detail: {
          ModuleName: "PsDesiredStateConfiguration",
          ModuleVersion: "1.1",
          ConfigurationName: "TestMOF",
          InstanceName: "bits",
          SourceInfo: "C:\\Config.ps1::6::3::Service",
          StartDate: "2016-08-15T14:43:34.7610000-07:00",
          RebootRequested: "False",
        },
      },
    ]);
  });

  it("tells apart by the list and the error, those that are wrong first", () => {
    const events = eventsSaid({
      ResourcesInDesiredState: [
        resourceItem({ ResourceId: "[File]a" }),
        resourceItem({ ResourceId: "[File]b", Error: "e" }),
      ],
      ResourcesNotInDesiredState: [
        resourceItem({ ResourceId: "[File]c", Error: "No access." }),
        resourceItem({ ResourceId: "[File]d", Error: "" }),
      ],
    });
    expect(events?.map(({ resource, status, message }) => [resource, status, message])).toEqual([
      ["[File]c", "failed", "No access."],
      ["[File]d", "noncompliant", null],
      ["[File]a", "ok", null],
      ["[File]b", "failed", "e"],
    ]);
  });

  it("reads null pointers of DSC for Linux as nothing", () => {
    const [event] = eventsSaid({ ResourcesNotInDesiredState: [linuxItem] }) ?? [];
    expect(event).toMatchObject({ resource: "[DSC]LCM", type: null, status: "noncompliant", seconds: 0 });
    expect(JSON.stringify(event)).not.toContain("(null)");
    expect(event?.detail).not.toHaveProperty("SourceInfo");
  });

  it("does not speak of resources where there is no list, or nothing in it", () => {
    for (const status of [
      {},
      { ResourcesInDesiredState: [] },
      { ResourcesInDesiredState: null, ResourcesNotInDesiredState: "x" },
      { ResourcesInDesiredState: [null, "x", 5] },
    ]) {
      expect(eventsSaid(status)).toBeUndefined();
    }
  });

  it("takes an object for a list of one, as PowerShell writes it", () => {
    expect(eventsSaid({ ResourcesInDesiredState: resourceItem() })).toHaveLength(1);
  });

  it.each([
    ["text", "0.37", 0.37],
    ["number", 1.5, 1.5],
    ["comma", "0,37", null],
    ["less than nothing", "-1", null],
    ["word", "soon", null],
    ["infinity", "1e999", null],
    ["nothing", null, null],
    ["object", {}, null],
  ])("reads a duration that is a %s", (_, DurationInSeconds, seconds) => {
    expect(good(resourceItem({ DurationInSeconds }))?.[0]?.seconds).toBe(seconds);
  });

  it("keeps what a resource waited for, and its state, small", () => {
    const detail = good(
      resourceItem({ DependsOn: ["[File]a", "(null)", { x: 1 }, "[File]b"], FinalState: { Ensure: "y".repeat(9999) } }),
    )?.[0]?.detail;
    expect(detail?.["DependsOn"]).toEqual(["[File]a", "[File]b"]);
    expect(detail?.["FinalState"]).toMatch(/^\{"Ensure":"y+$/);
    expect(detail?.["FinalState"]).toHaveLength(1024);
    expect(good(resourceItem({ DependsOn: "[File]a" }))?.[0]?.detail["DependsOn"]).toBe("[File]a");
    expect(good(resourceItem({ DependsOn: Array(1000).fill("x") }))?.[0]?.detail["DependsOn"]).toHaveLength(50);
  });

  it("names a resource without an id by its type and instance", () => {
    expect(good(resourceItem({ ResourceId: null }))?.[0]?.resource).toBe("[Service]bits");
    expect(good({})?.[0]).toMatchObject({ resource: "[]", type: null, detail: {} });
  });

  it("bounds texts, and how many lines there are, and keeps the failures", () => {
    const [event] =
      good(resourceItem({ ResourceId: "r".repeat(9999), Error: "e".repeat(9999), SourceInfo: "s".repeat(9999) })) ?? [];
    expect([event?.resource.length, event?.message?.length, String(event?.detail["SourceInfo"]).length]).toEqual([
      1024, 2048, 1024,
    ]);
    const many = eventsSaid({
      ResourcesInDesiredState: Array.from({ length: 30_000 }, () => resourceItem()),
      ResourcesNotInDesiredState: [resourceItem({ Error: "it" })],
    });
    expect([many?.length, many?.[0]?.status]).toEqual([10_000, "failed"]);
  });

  it("does not read a resource's fields off its prototype", () => {
    const item = JSON.parse('{"__proto__":{"Error":"inherited","ResourceId":"[X]y"},"constructor":{"name":"x"}}');
    expect(good(item)).toEqual([
      { resource: "[]", type: null, status: "ok", message: null, seconds: null, detail: {} },
    ]);
  });
});
