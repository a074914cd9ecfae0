import { beforeEach, describe, expect, it } from "vitest";
import { enrolmentOf, useDatabase } from "../store.test.helper.js";
import { createNodeRegistry } from "./registry.js";

const house = useDatabase();
const registry = () => createNodeRegistry(house.db);
const NOBODY = "00000000-0000-4000-8000-000000000000";
let nodeId = "";
let n = 0;
beforeEach(async () => {
  ({ nodeId } = await registry().enrol(enrolmentOf(`labelled ${++n}`)));
});
const labels = async () => (await registry().find(nodeId))[0]?.labels;
const many = (count: number, value: string | null = "x") =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`key ${i}`, value]));

describe("NodeRegistry.label", () => {
  it("sets, replaces and takes away, and leaves the others", async () => {
    expect(await registry().label(nodeId, { site: "north", tier: "1" })).toEqual({ site: "north", tier: "1" });
    expect(await registry().label(nodeId, { site: "south", tier: null, unknown: null, empty: "" })).toEqual({
      site: "south",
      empty: "",
    });
    expect(await labels()).toEqual({ site: "south", empty: "" });
    expect(await registry().label(nodeId, {})).toEqual({ site: "south", empty: "" });
  });

  it("outlives a renewed enrolment", async () => {
    await registry().label(nodeId, { kept: "yes" });
    await registry().enrol(enrolmentOf(`labelled ${n}`, { nodeName: "renamed" }));
    expect(await labels()).toEqual({ kept: "yes" });
  });

  it("takes 64, and refuses one more as a whole", async () => {
    await registry().label(nodeId, many(64));
    await expect(registry().label(nodeId, { "key 0": "changed", more: "x" })).rejects.toMatchObject({
      code: "conflict",
    });
    expect(await labels()).toEqual(many(64));
    expect(await registry().label(nodeId, { "key 0": "changed" })).toMatchObject({ "key 0": "changed" });
    expect(Object.keys((await registry().label(nodeId, { more: "x", "key 1": null })) ?? {})).toHaveLength(64);
    await expect(
      registry().label(nodeId, {
        ...many(64, null),
        ...many(0),
        ...Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`new ${i}`, "x"])),
      }),
    ).rejects.toMatchObject({ code: "conflict" });
    expect(await registry().label(nodeId, { ...many(64, null), more: null })).toEqual({});
  });

  it("lets concurrent changes of one node take turns: none is lost, and none goes beyond 64", async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 80 }, (_, i) => registry().label(nodeId, { [`key ${i}`]: "x" })),
    );
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(64);
    expect(Object.keys((await labels()) ?? {})).toHaveLength(64);
  });

  it.each(["__proto__", "constructor", "toString", "'; drop table nodes;--", "$1", "a.b", "{x,y}", "%", " ", "🐘"])(
    "takes %j for a key and a value like any other",
    async (text) => {
      const said = JSON.parse(`{${JSON.stringify(text)}:${JSON.stringify(text)},"other":"x"}`) as Record<
        string,
        string
      >;
      const set = await registry().label(nodeId, said);
      for (const found of [set, await labels()]) {
        expect(JSON.stringify(Object.entries(found ?? {}).toSorted())).toBe(
          JSON.stringify(
            [
              [text, text],
              ["other", "x"],
            ].toSorted(),
          ),
        );
      }
      expect(
        (
          await registry().list(
            { limit: 500 },
            { labels: JSON.parse(`{${JSON.stringify(text)}:${JSON.stringify(text)}}`) },
          )
        ).nodes,
      ).toMatchObject([{ id: nodeId }]);
      expect(await registry().label(nodeId, JSON.parse(`{${JSON.stringify(text)}:null}`))).toEqual({ other: "x" });
      await registry().purge(nodeId);
    },
  );

  it("cleans what PostgreSQL cannot hold, in keys that are set and that are taken away", async () => {
    expect(await registry().label(nodeId, { "a\0b": "x\ud800" })).toEqual({ ab: "x\ufffd" });
    expect(await registry().label(nodeId, { "\0ab": null })).toEqual({});
  });

  it.each([NOBODY, "no id at all", "", "\0"])("knows no node %j", async (id) => {
    expect(await registry().label(id, { a: "b" })).toBeUndefined();
    expect(await registry().label(id, many(65))).toBeUndefined();
  });
});
