import { describe, expect, it } from "vitest";
import { Turns } from "./turns.js";

/** What comes to pass when pieces of work of so many bytes come at once, with the event loop's other work among it. */
async function pass(most: number, bytes: readonly number[]): Promise<string[]> {
  const turns = new Turns(most);
  const seen: string[] = [];
  let other = setImmediate(function again() {
    seen.push("other");
    other = setImmediate(again);
  });
  await Promise.all(
    bytes.map(async (size, i) => {
      await turns.next(size);
      // Work begins some steps later, as it does behind a function that waits for its turn.
      await null;
      await null;
      seen.push(String(i));
    }),
  );
  clearImmediate(other);
  return seen;
}

describe("Turns", () => {
  it("come in the order of the calls, with the event loop's other work after so many bytes", async () => {
    const seen = await pass(10, [5, 5, 5, 20, 1, 9, 1]);
    expect(seen.filter((each) => each !== "other").join("")).toBe("0123456");
    const between = (before: string, after: string) =>
      seen.slice(seen.indexOf(before), seen.indexOf(after)).includes("other");
    expect([between("1", "2"), between("2", "3"), between("3", "4"), between("5", "6")]).toEqual(Array(4).fill(true));
    expect([between("0", "1"), between("4", "5")]).toEqual([false, false]);
  });
});
