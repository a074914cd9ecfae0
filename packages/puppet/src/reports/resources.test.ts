import { describe, expect, it } from "vitest";
import { event, resource } from "./reports.test.helper.js";
import { resourcesSaid } from "./resources.js";

const one = (said: object) => resourcesSaid([resource("File[/a]", said)], undefined).events[0];

describe("a resource's line", () => {
  it.each<[string, object, string]>([
    ["as it should be", {}, "ok"],
    ["changed", { changed: true, out_of_sync: true, events: [event()] }, "changed"],
    ["failed", { failed: true, changed: true, events: [event({ status: "failure" })] }, "failed"],
    ["failed to restart", { failed_to_restart: true, changed: true }, "failed"],
    ["skipped", { skipped: true }, "skipped"],
    ["only looked at", { out_of_sync: true, events: [event({ status: "noop" })] }, "noncompliant"],
    ["changed in part", { changed: true, events: [event(), event({ status: "noop" })] }, "noncompliant"],
    ["out of step without an event", { out_of_sync: true }, "noncompliant"],
    ["of values that are no flags", { failed: "true", changed: 1 }, "ok"],
  ])("%s", (_, said, status) => {
    expect(one(said)?.status).toBe(status);
  });

  it("says where it is declared, how long it took and what became of it", () => {
    const events = [
      event({ message: "content changed", property: "content", corrective_change: true }),
      event({ status: "failure", message: "no space" }),
    ];
    expect(one({ failed: true, corrective_change: true, events })).toEqual({
      resource: "File[/a]",
      type: "File",
      status: "failed",
      message: "no space; content changed",
      seconds: 0.012,
      detail: {
        corrective: true,
        file: "/etc/site.pp",
        line: 4,
        within: "[Stage[main], Lab]",
        events: [
          { property: "content", status: "success", previous: "absent", desired: "file", corrective: true },
          { property: "ensure", status: "failure", previous: "absent", desired: "file" },
        ],
      },
    });
  });

  it("shows values of every type, and what was hidden as it is", () => {
    const values = [["0", 1], { a: [true] }, null, "[redacted]", 7];
    const events = values.map((desired_value) => event({ desired_value, previous_value: null }));
    expect(one({ events })?.detail["events"]).toEqual(
      ["[0, 1]", "{a: [true]}", undefined, "[redacted]", "7"].map((desired) =>
        expect.objectContaining({ property: "ensure", ...(desired === undefined ? {} : { desired }) }),
      ),
    );
  });

  it("is bounded, whatever stands in a value", () => {
    const nest: unknown[] = [];
    let inner: unknown = "lol";
    for (let i = 0; i < 50; i++) inner = Array.from({ length: 10 }, () => inner);
    nest.push(inner);
    const events = Array.from({ length: 100 }, () => event({ desired_value: nest, message: "x".repeat(100_000) }));
    const line = one({ failed: true, events });
    expect(JSON.stringify(line).length).toBeLessThan(20_000);
    expect(line?.message).toHaveLength(2048);
  });

  it("names itself by its type and title where it does not", () => {
    expect(one({ resource: undefined })?.resource).toBe("File[/a]");
    expect(resourcesSaid([{}], undefined).events[0]).toMatchObject({
      resource: "[]",
      type: null,
      status: "ok",
      seconds: null,
    });
  });
});

describe("the counts", () => {
  it("are of the metrics' total where the agent leaves out what is as it should be", () => {
    const changed = resource("File[/a]", { changed: true });
    expect(resourcesSaid([changed, resource("File[/b]")], 30).counts).toEqual({ changed: 1, ok: 29 });
    expect(resourcesSaid([], 30).counts).toEqual({ ok: 30 });
    expect(resourcesSaid([changed], undefined).counts).toEqual({ changed: 1 });
    expect(resourcesSaid([changed], 0).counts).toEqual({ changed: 1 });
  });

  it("are of all lines, and those that are not well are kept first", () => {
    const many = Array.from({ length: 10_050 }, (_, i) => resource(`File[/${i}]`, i < 10_000 ? {} : { failed: true }));
    const { events, counts } = resourcesSaid(many, 10_050);
    expect(counts).toEqual({ ok: 10_000, failed: 50 });
    expect(events).toHaveLength(10_000);
    expect(events.filter(({ status }) => status === "failed")).toHaveLength(50);
  });
});
