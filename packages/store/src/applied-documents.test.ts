import type { AppliedDocument } from "@gatehouse/core/apply";
import { beforeEach, describe, expect, it } from "vitest";
import { createAppliedDocuments } from "./applied-documents.js";
import { useDatabase } from "./store.test.helper.js";

const house = useDatabase();
const applied = () => createAppliedDocuments(house.db);
const documentOf = (name: string, said: Partial<AppliedDocument> = {}): AppliedDocument => ({
  kind: "Group",
  name,
  set: "default",
  spec: { settings: { "a.b": ["Ä", '"', "'"] } },
  made: true,
  identity: "1",
  ...said,
});
const listed = () => applied().list();

beforeEach(() => house.db.run("delete from applied_documents"));

describe("AppliedDocuments", () => {
  it("remembers documents as they were said, and the last word on each", async () => {
    const hostile = JSON.parse('{"__proto__":{"x":1},"constructor":null}');
    await applied().record([documentOf("a"), documentOf("b", { made: false, identity: null, spec: hostile })], "ada");
    await applied().record([documentOf("a", { set: "other", spec: {}, identity: "2" })], "bob");
    expect(await listed()).toEqual([
      documentOf("a", { set: "other", spec: {}, identity: "2" }),
      documentOf("b", { made: false, identity: null, spec: hostile }),
    ]);
    expect(JSON.stringify((await listed())[1]?.spec)).toBe(JSON.stringify(hostile));
    const by = await house.db.run("select name, applied_by from applied_documents order by name");
    expect(by).toEqual([
      { name: "a", applied_by: "bob" },
      { name: "b", applied_by: "ada" },
    ]);
  });

  it("forgets those that it is told, of that kind alone", async () => {
    await applied().record([documentOf("a"), documentOf("a", { kind: "Module" }), documentOf("b")], "ada");
    await applied().forget([{ kind: "Group", name: "a" }]);
    await applied().forget([{ kind: "Group", name: "nobody's" }]);
    expect(await listed()).toEqual([documentOf("b"), documentOf("a", { kind: "Module" })]);
  });

  it("takes more than one statement holds", async () => {
    const many = Array.from({ length: 1203 }, (_, i) => documentOf(`n${i}`));
    await applied().record(many, "ada");
    expect(await listed()).toHaveLength(1203);
    await applied().forget(many.slice(1));
    expect(await listed()).toEqual([documentOf("n0")]);
  });

  it("gives the turn to one transaction, until it ends", async () => {
    await house.db.atomically(async (one) => {
      expect(await createAppliedDocuments(one).takeTurn()).toBe(true);
      await house.db.atomically(async (two) => {
        expect(await createAppliedDocuments(two).takeTurn()).toBe(false);
      });
    });
    await house.db.atomically(async (three) => {
      expect(await createAppliedDocuments(three).takeTurn()).toBe(true);
    });
  });
});
