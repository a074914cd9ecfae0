import { beforeAll, describe, expect, it } from "vitest";
import { useDatabase } from "../store.test.helper.js";
import { houseOf, machine, said } from "./identity.test.helper.js";

const database = useDatabase();
let house: ReturnType<typeof houseOf>;
beforeAll(() => {
  house = houseOf(database.db);
});

describe("conflicts", () => {
  it("wait, the newest first, in pages", async () => {
    const { name } = machine();
    for (let i = 0; i < 4; i++) await house.knock({ evidence: [said("name", name)] });
    expect(await house.identity.openConflicts()).toBe(6);
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await house.identity.conflicts({ limit: 4, ...(after === undefined ? {} : { after }) });
      seen.push(...page.conflicts.map(({ id }) => id));
      after = page.next ?? undefined;
    } while (after !== undefined);
    expect(new Set(seen).size).toBe(6);
    expect(seen.map(Number)).toEqual(seen.map(Number).toSorted((a, b) => b - a));
    await expect(house.identity.conflicts({ limit: 1, after: "nonsense" })).rejects.toMatchObject({
      code: "request-malformed",
    });
  });

  it("that are dismissed are not raised again, from neither side", async () => {
    const { name } = machine();
    const [a, b] = [machine().name, machine().name];
    const evidence = [said("name", name)];
    const first = await house.knock({ alias: a, evidence });
    const second = await house.knock({ alias: b, evidence });
    const { conflicts } = await house.identity.conflicts({ limit: 1 });
    const id = conflicts[0]?.id ?? "";
    expect(await house.identity.dismiss(id, "ann")).toMatchObject({
      kind: "clone",
      node: { id: second.nodeId },
      other: { id: first.nodeId },
    });
    expect(await house.identity.dismiss(id, "ann")).toBeUndefined();
    expect(await house.waits(first.nodeId)).toEqual([]);
    for (const alias of [a, b]) await house.knock({ alias, evidence: [...evidence, said("serial", `SAME-${name}`)] });
    expect(await house.waits(first.nodeId)).toEqual([]);
  });

  it("go with one of their nodes", async () => {
    const { name } = machine();
    const first = await house.knock({ evidence: [said("name", name)] });
    await house.knock({ evidence: [said("name", name)] });
    expect(await house.waits(first.nodeId)).toHaveLength(1);
    await house.registry.purge(first.nodeId);
    expect(await house.waits(first.nodeId)).toEqual([]);
  });
});

describe("changes", () => {
  it("are listed, the newest first, of all nodes or one", async () => {
    const { nodeId } = await house.knock({});
    const ids: string[] = [];
    for (let i = 0; i < 3; i++) {
      const { nodeId: other } = await house.knock({ family: "puppet" });
      ids.unshift((await house.identity.merge(nodeId, other, "ann")).id);
    }
    const first = await house.identity.changes({ limit: 2 }, { nodeId });
    const second = await house.identity.changes({ limit: 2, after: first.next ?? "" }, { nodeId });
    expect([...first.changes, ...second.changes].map(({ id }) => id)).toEqual(ids);
    expect(second.next).toBeNull();
    expect((await house.identity.changes({ limit: 500 })).changes.length).toBeGreaterThanOrEqual(3);
    expect(await house.identity.changes({ limit: 5 }, { nodeId: "no id" })).toEqual({ changes: [], next: null });
  });
});

it("of what is no id, nothing is known", async () => {
  expect(await house.identity.decisions("no id")).toEqual([]);
  expect(await house.identity.evidence("no id")).toEqual([]);
});
