import { describe, expect, it } from "vitest";
import { FairQueue } from "./fair-queue.js";

function filled(...items: string[]): FairQueue<string> {
  const queue = new FairQueue<string>();
  for (const item of items) queue.add(item.slice(0, 1), item);
  return queue;
}
const drained = (queue: FairQueue<string>) => Array.from({ length: queue.length }, () => queue.next());

describe("a fair queue", () => {
  it("gives each key its turn, and keeps the order of each", () => {
    const queue = filled("a1", "a2", "a3", "b1", "c1", "b2");
    expect(queue.length).toBe(6);
    expect(drained(queue)).toEqual(["a1", "b1", "c1", "a2", "b2", "a3"]);
    expect([queue.length, queue.next()]).toEqual([0, undefined]);
  });

  it("lets one key go on, where its first is wanted", () => {
    const queue = filled("a1", "b1", "b2");
    expect(queue.nextOf("b", () => true)).toBe("b1");
    expect(queue.nextOf("b", () => false)).toBeUndefined();
    expect(queue.nextOf("z", () => true)).toBeUndefined();
    expect(drained(queue)).toEqual(["a1", "b2"]);
  });

  it("takes back what has to begin again", () => {
    const queue = filled("a1", "a2", "b1");
    const first = queue.next() ?? "";
    queue.putBack("a", first);
    expect(drained(queue)).toEqual(["b1", "a1", "a2"]);
  });

  it("lets one go that waits no more", () => {
    const queue = filled("a1", "a2", "b1");
    expect([queue.remove("a", "a1"), queue.remove("a", "a1"), queue.remove("z", "a2")]).toEqual([true, false, false]);
    expect(queue.remove("b", "b1")).toBe(true);
    expect(drained(queue)).toEqual(["a2"]);
  });

  it("has the key with the most make room for another that has fewer", () => {
    const queue = filled("a1", "b1", "b2", "b3");
    expect([queue.removeLastFor("b"), queue.removeLastFor("a"), queue.removeLastFor("a")]).toEqual([
      ...[undefined, "b3", undefined],
    ]);
    expect(queue.removeLastFor("c")).toBe("b2");
    expect(drained(queue)).toEqual(["a1", "b1"]);
    expect(queue.removeLastFor("c")).toBeUndefined();
  });

  it("is emptied", () => {
    const queue = filled("a1", "b1", "a2");
    expect(queue.clear()).toEqual(["a1", "a2", "b1"]);
    expect([queue.length, queue.next()]).toEqual([0, undefined]);
  });
});
