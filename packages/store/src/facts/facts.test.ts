import { beforeEach, describe, expect, it } from "vitest";
import { createNodeRegistry } from "../nodes/registry.js";
import { enrolmentOf, useDatabase } from "../store.test.helper.js";
import { createSubmissions } from "../submissions/accept.js";
import { createFacts } from "./facts.js";

const house = useDatabase();
const facts = () => createFacts(house.db);
const NOBODY = "00000000-0000-4000-8000-000000000000";
const at = (minute: number) => new Date(Date.UTC(2024, 1, 29, 12, minute));
let nodeId = "";
let n = 0;
beforeEach(async () => {
  ({ nodeId } = await createNodeRegistry(house.db).enrol(enrolmentOf(`facts ${++n}`)));
});
const revision = async () =>
  (await house.db.run<{ revision: string }>("select revision from nodes where id = $1", [nodeId]))[0]?.revision;
const deep = (depth: number): Record<string, unknown> => (depth === 1 ? { leaf: 1 } : { a: deep(depth - 1) });

describe("Facts.ofAgent", () => {
  it("is an agent with what one source said of its node", async () => {
    const { alias } = enrolmentOf(`facts ${n}`);
    const agent = await createNodeRegistry(house.db).findAgent(alias);
    expect(agent?.nodeId).toBe(nodeId);
    expect(await facts().ofAgent(alias, "puppet")).toEqual({ agent, text: undefined, isWaiting: false });
    await facts().put(nodeId, "dsc", { other: 1 }, at(1));
    await facts().put(nodeId, "puppet", { os: { name: "é" } }, at(1));
    const said = await facts().ofAgent(alias, "puppet");
    expect(JSON.parse(said?.text ?? "")).toEqual({ os: { name: "é" } });
    expect(said?.agent).toEqual(await createNodeRegistry(house.db).findAgent(alias));
    await createSubmissions(house.db).accept({
      ...{ agentId: agent?.agentId ?? "", kind: "puppet.facts", body: Buffer.from("{}") },
    });
    expect(await facts().ofAgent(alias, "puppet")).toMatchObject({ isWaiting: true });
  });

  it("is nothing for who is no agent", async () => {
    const { alias } = enrolmentOf(`facts ${n}`);
    expect(await facts().ofAgent({ ...alias, value: "nobody" }, "puppet")).toBeUndefined();
    expect(await facts().ofAgent({ ...alias, kind: "a\u0000" }, "puppet")).toBeUndefined();
  });
});

describe("Facts.put", () => {
  it("keeps one tree for each source, the last one said", async () => {
    expect(await facts().put(nodeId, "puppet", { os: "a" }, at(1))).toBe(true);
    await facts().put(nodeId, "dsc", { ps: 5 }, at(2));
    await facts().put(nodeId, "puppet", { os: "b" }, at(3));
    expect(await facts().of(nodeId)).toEqual([
      { source: "dsc", facts: { ps: 5 }, seenAt: at(2), changedAt: at(2) },
      { source: "puppet", facts: { os: "b" }, seenAt: at(3), changedAt: at(3) },
    ]);
  });

  it("notes the same facts as seen, and revises no node for them", async () => {
    await facts().put(nodeId, "puppet", { a: 1, b: [{ c: "x" }] }, at(1));
    const before = await revision();
    await facts().put(nodeId, "puppet", { b: [{ c: "x" }], a: 1 }, at(5));
    expect(await facts().of(nodeId)).toMatchObject([{ seenAt: at(5), changedAt: at(1) }]);
    expect(await revision()).toBe(before);
    await facts().put(nodeId, "puppet", { a: 2 }, at(6));
    expect(await revision()).not.toBe(before);
  });

  it("leaves alone what is newer: a submission may be processed late", async () => {
    await facts().put(nodeId, "puppet", { now: true }, at(5));
    expect(await facts().put(nodeId, "puppet", { now: false }, at(4))).toBe(true);
    expect(await facts().of(nodeId)).toMatchObject([{ facts: { now: true }, seenAt: at(5) }]);
  });

  it("knows no node that is not there", async () => {
    expect(await facts().put(NOBODY, "puppet", {}, at(1))).toBe(false);
    expect(await facts().put("no uuid", "puppet", {}, at(1))).toBe(false);
    expect([await facts().of(NOBODY), await facts().of("no uuid")]).toEqual([[], []]);
  });

  it("cleans texts and keys, and takes every key as data", async () => {
    await facts().put(nodeId, "s", JSON.parse('{"__proto__": "a\\u0000", "\\ud800": {"constructor": 1}}'), at(1));
    expect(JSON.stringify((await facts().of(nodeId))[0]?.facts)).toBe('{"\ufffd":{"constructor":1},"__proto__":"a"}');
  });

  it.each<[string, string, unknown]>([
    ["a list", "s", []],
    ["nothing", "s", null],
    ["too deep a tree", "s", deep(21)],
    ["a tree that no recursion survives", "s", deep(5_000)],
    ["too much text", "s", { a: "x".repeat(1 << 20) }],
    ["too many objects", "s", { a: Array.from({ length: 20_001 }, () => ({})) }],
    ["no source", "", {}],
    ["a long source", "x".repeat(51), {}],
  ])("refuses %s", async (_, source, tree) => {
    await expect(facts().put(nodeId, source, tree as never, at(1))).rejects.toMatchObject({
      code: "request-malformed",
    });
    expect(await facts().of(nodeId)).toEqual([]);
  });

  it("takes what is just within its bounds", async () => {
    expect(await facts().put(nodeId, "s", deep(20), at(1))).toBe(true);
    expect(await facts().put(nodeId, "s", { a: "x".repeat((1 << 20) - 10) }, at(2))).toBe(true);
  });

  it("goes with its node", async () => {
    await facts().put(nodeId, "s", { a: 1 }, at(1));
    await createNodeRegistry(house.db).purge(nodeId);
    expect(await facts().of(nodeId)).toEqual([]);
  });
});
