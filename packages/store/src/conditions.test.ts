import { describe, expect, it } from "vitest";
import { Conditions } from "./conditions.js";

describe("Conditions", () => {
  it("is nothing at all where nothing narrows", () => {
    const none = new Conditions().add("a = ?", undefined).add("b = ?", undefined);
    expect([none.where, none.values]).toEqual(["", []]);
  });

  it("numbers the values in the order in which they were given, and leaves out what is undefined", () => {
    const some = new Conditions().add("a = ?", 1).add("b = ?", undefined).add("c = ?", "x");
    expect([some.where, some.values]).toEqual(["where a = $1 and c = $2", [1, "x"]]);
  });

  it.each([null, false, 0, "", []])("narrows by %j, which is not undefined", (value) => {
    const one = new Conditions().add("a = ?", value);
    expect([one.where, one.values]).toEqual(["where a = $1", [value]]);
  });

  it("gives out placeholders between the conditions", () => {
    const some = new Conditions().add("a = ?", 1);
    some.add(`(b, c) < (${some.value("b")}, ?)`, "c");
    expect([some.where, `limit ${some.value(10)}`]).toEqual(["where a = $1 and (b, c) < ($2, $3)", "limit $4"]);
    expect(some.values).toEqual([1, "b", "c", 10]);
  });

  it("uses one value wherever its condition names it, and never writes it into the text", () => {
    const hostile = "$1 ? $& $$ ' or 1=1--";
    const one = new Conditions().add("a = ? or b = ?", hostile);
    expect([one.where, one.values]).toEqual(["where a = $1 or b = $1", [hostile]]);
  });

  it("takes a condition whose values have their placeholders, and none", () => {
    const some = new Conditions();
    some.also(`a ? ${some.value("x")}`).also(undefined);
    expect([some.where, some.values]).toEqual(["where a ? $1", ["x"]]);
  });

  it("goes on from a copy without changing the first", () => {
    const one = new Conditions().add("a = ?", 1);
    const two = one.copy().add("b = ?", 2);
    expect([one.where, one.values]).toEqual(["where a = $1", [1]]);
    expect([two.where, two.values]).toEqual(["where a = $1 and b = $2", [1, 2]]);
  });

  it("counts past nine", () => {
    const many = new Conditions();
    for (let i = 1; i <= 12; i++) many.add("a = ?", i);
    expect(many.where).toMatch(/a = \$9 and a = \$10 and a = \$11 and a = \$12$/);
  });
});
