import { expect, it } from "vitest";
import type { Question } from "./messages.js";
import { once } from "./once.js";

const exported = (type: string): Question => ({ id: 1, ask: "exported", type, filter: null });
const query: Question = { id: 1, ask: "puppetdb", query: "nodes {}" };

function counting(most: number) {
  const asked: string[] = [];
  const answering = once(async (question) => {
    asked.push(question.ask === "exported" ? question.type : "query");
    return question.ask === "exported" && question.type === "Large" ? `["${"x".repeat(100)}"]` : "[1]";
  }, most);
  return { asked, answering };
}

it("a collector's question is asked once, a query each time", async () => {
  const { asked, answering } = counting(100);
  for (const question of [exported("A"), exported("B"), query, exported("A"), query])
    expect(await answering(question)).toBe("[1]");
  expect(asked).toEqual(["A", "B", "query", "query"]);
});

it("answers are kept as far as there is room for them", async () => {
  const { asked, answering } = counting(6);
  for (const type of ["Large", "A", "Large", "A", "B", "C", "B", "C"]) await answering(exported(type));
  expect(asked).toEqual(["Large", "A", "Large", "B", "C", "C"]);
});

it("what fails is asked for again", async () => {
  let tries = 0;
  const answering = once(async () => (++tries === 1 ? Promise.reject(new Error("away")) : "[]"));
  await expect(answering(exported("A"))).rejects.toThrow("away");
  expect(await answering(exported("A"))).toBe("[]");
});
