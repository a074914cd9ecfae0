import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inOrder } from "./relations.js";

const resource = (reference: string, parameters: Record<string, unknown> = {}) => ({ reference, parameters });
const order = (...resources: ReturnType<typeof resource>[]) => inOrder(resources).map(({ reference }) => reference);

describe("inOrder", () => {
  it("goes by reference where nothing else is said, whatever the order in which they come", () => {
    const all = [resource("Notify[b]"), resource("File[/a]"), resource("Notify[a]")];
    expect(order(...all)).toEqual(["File[/a]", "Notify[a]", "Notify[b]"]);
    expect(order(...all.reverse())).toEqual(["File[/a]", "Notify[a]", "Notify[b]"]);
  });

  it("puts a directory before what is in it", () => {
    const all = ["File[/a/b]", "File[/a]", "File[/a/b/c]", "File[/a-b]"].map((reference) => resource(reference));
    expect(order(...all)).toEqual(["File[/a]", "File[/a-b]", "File[/a/b]", "File[/a/b/c]"]);
  });

  it.each(["require", "subscribe"])("puts what is named by %s first", (name) => {
    expect(order(resource("A[1]", { [name]: ["C[1]", "B[1]"] }), resource("B[1]"), resource("C[1]"))).toEqual([
      ...["C[1]", "B[1]", "A[1]"],
    ]);
  });

  it.each(["before", "notify"])("puts what is named by %s last", (name) => {
    expect(order(resource("A[1]"), resource("B[1]"), resource("C[1]", { [name]: "A[1]" }))).toEqual([
      ...["C[1]", "A[1]", "B[1]"],
    ]);
  });

  it("knows what is in every catalog", () => {
    const all = ["Stage[main]", "Class[main]", "Class[Settings]"];
    expect(order(resource("A[1]", { require: all }))).toEqual(["A[1]"]);
  });

  it.each<[string, unknown, string]>([
    ["nothing that is there", "File[/x]", "Could not find resource 'File[/x]' in parameter 'require' of A[1]"],
    ["a class that is not there", "Class[Ntp]", "Could not find resource 'Class[Ntp]' in parameter 'require' of A[1]"],
    ["no resource", "nginx", "A[1]: require is nginx, which is no resource such as File[/etc/motd]."],
    ["a type in small letters", "file[/x]", "A[1]: require is file[/x], which is no resource such as File[/etc/motd]."],
    ["a number", [1], "A[1]: require is 1, which is no resource such as File[/etc/motd]."],
    ["an object", { a: 1 }, 'A[1]: require is {"a":1}, which is no resource such as File[/etc/motd].'],
  ])("refuses a relation with %s", (_, require, message) => {
    expect(() => order(resource("A[1]", { require }))).toThrow(
      expect.objectContaining({ code: "catalog-failed", message }),
    );
  });

  it.each<[ReturnType<typeof resource>[], string]>([
    [[resource("A[1]", { require: "A[1]" })], "(A[1] => A[1])"],
    [
      [
        resource("A[1]", { before: "B[1]" }),
        resource("B[1]", { notify: "C[1]" }),
        resource("C[1]", { before: "A[1]" }),
      ],
      "(A[1] => B[1] => C[1] => A[1])",
    ],
    [
      [
        resource("A[1]", { require: "B[1]" }),
        resource("B[1]", { subscribe: "C[1]" }),
        resource("C[1]", { require: "B[1]" }),
      ],
      "(B[1] => C[1] => B[1])",
    ],
  ])("names a circle: %#", (resources, circle) => {
    expect(() => order(...resources)).toThrow(`Found 1 dependency cycle: ${circle}`);
  });

  it("goes along a chain of any length", () => {
    const chain = Array.from({ length: 10_000 }, (_, i) =>
      resource(`A[${i}]`, i === 0 ? {} : { before: `A[${i - 1}]` }),
    );
    const found = order(...chain);
    expect([found.length, found[0], found.at(-1)]).toEqual([10_000, "A[9999]", "A[0]"]);
  });

  it("puts each after all that it needs", () => {
    const needs = fc.array(fc.uniqueArray(fc.nat(19)), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(needs, (said) => {
        const resources = said.map((others, i) =>
          resource(`A[${i}]`, { require: others.filter((other) => other < i).map((other) => `A[${other}]`) }),
        );
        const found = order(...resources);
        expect(found.toSorted()).toEqual(resources.map(({ reference }) => reference).toSorted());
        for (const { reference, parameters } of resources)
          for (const other of parameters["require"] as string[])
            expect(found.indexOf(other)).toBeLessThan(found.indexOf(reference));
      }),
    );
  });
});
