import { describe, expect, it } from "vitest";
import { FairQueue } from "./fair-queue.js";

const first = (item: string) => item.slice(0, 1);
const second = (item: string) => item.slice(1, 2);
function queueOf(keys: ((item: string) => string)[], items: readonly string[]): FairQueue<string> {
  const queue = new FairQueue<string>(...keys);
  for (const item of items) queue.add(item);
  return queue;
}
/** By the first letter. */
const filled = (...items: string[]) => queueOf([first], items);
/** By the first letter, and then by the second. */
const nested = (...items: string[]) => queueOf([first, second], items);
const drained = (queue: FairQueue<string>) => Array.from({ length: queue.length }, () => queue.next());

describe("a fair queue", () => {
  it("keeps the order where nobody is told from others", () => {
    expect(drained(queueOf([], ["b1", "a1", "b2"]))).toEqual(["b1", "a1", "b2"]);
  });

  it("gives each key its turn, and keeps the order of each", () => {
    const queue = filled("a1", "a2", "a3", "b1", "c1", "b2");
    expect(queue.length).toBe(6);
    expect(drained(queue)).toEqual(["a1", "b1", "c1", "a2", "b2", "a3"]);
    expect([queue.length, queue.next()]).toEqual([0, undefined]);
  });

  it("gives keys within a key their turns", () => {
    const queue = nested("ax1", "ax2", "ax3", "ay1", "bz1", "ay2");
    expect(drained(queue)).toEqual(["ax1", "bz1", "ay1", "ax2", "ay2", "ax3"]);
    expect([queue.length, queue.next()]).toEqual([0, undefined]);
  });

  it("passes over keys whose first is not wanted", () => {
    const queue = nested("ax1", "ay2", "bx1", "by2");
    expect(queue.next((item) => item.endsWith("2"))).toBe("ay2");
    expect(queue.next((item) => item.startsWith("b"))).toBe("bx1");
    expect(queue.next(() => false)).toBeUndefined();
    expect(filled("a1", "a2").next((item) => item === "a2")).toBeUndefined();
    expect(drained(queue)).toEqual(["ax1", "by2"]);
  });

  it("takes back what has to begin again", () => {
    const queue = nested("ax1", "ax2", "ay1", "bx1");
    queue.putBack(queue.next() ?? "");
    expect(drained(queue)).toEqual(["ax1", "bx1", "ay1", "ax2"]);
    queue.putBack("ax1");
    expect([queue.length, queue.next()]).toEqual([1, "ax1"]);
  });

  it("lets one go that waits no more", () => {
    const queue = nested("ax1", "ax2", "bx1");
    expect(["ax1", "ax1", "ax3", "zx2"].map((item) => queue.remove(item))).toEqual([true, false, false, false]);
    expect(queue.remove("bx1")).toBe(true);
    expect([queue.length, ...drained(queue)]).toEqual([1, "ax2"]);
  });

  it("has the key with the most make room for another that has fewer", () => {
    const queue = filled("a1", "b1", "b2", "b3");
    expect(["b4", "a2", "a2", "c1"].map((item) => queue.makeRoomFor(item))).toEqual([undefined, "b3", undefined, "b2"]);
    expect([queue.length, ...drained(queue)]).toEqual([2, "a1", "b1"]);
    expect(queue.makeRoomFor("c1")).toBeUndefined();
  });

  it("has who asks most within a key make room, for its own key as for another", () => {
    const queue = nested("ax1", "ax2", "ax3", "ax4", "ay1", "bx1");
    expect(["ax5", "az1", "bz1", "ay2"].map((item) => queue.makeRoomFor(item))).toEqual([
      ...[undefined, "ax4", "ax3", undefined],
    ]);
    expect([queue.length, ...drained(queue)]).toEqual([4, "ax1", "bx1", "ay1", "ax2"]);
    expect(nested("ax1", "bx1").makeRoomFor("cx1")).toBeUndefined();
  });

  it("is emptied", () => {
    const queue = nested("ax1", "bx1", "ay2", "ax3");
    expect(queue.clear()).toEqual(["ax1", "ax3", "ay2", "bx1"]);
    expect([queue.length, queue.next()]).toEqual([0, undefined]);
    queue.add("ax1");
    expect(queue.length).toBe(1);
  });
});
