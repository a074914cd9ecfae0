import { describe, expect, it } from "vitest";
import { Turns } from "./turns.js";

describe("Turns", () => {
  it("come one after another, in the order of the calls, with the event loop's other work in between", async () => {
    const turns = new Turns();
    const seen: string[] = [];
    const other = setInterval(() => seen.push("other"), 0);
    await Promise.all(
      Array.from({ length: 5 }, async (_, i) => {
        await turns.next();
        seen.push(`turn ${i}`);
        const end = performance.now() + 12;
        while (performance.now() < end);
      }),
    );
    clearInterval(other);
    expect(seen.filter((each) => each !== "other")).toEqual(["turn 0", "turn 1", "turn 2", "turn 3", "turn 4"]);
    for (let i = 1; i < 5; i++)
      expect(seen.slice(seen.indexOf(`turn ${i - 1}`), seen.indexOf(`turn ${i}`))).toContain("other");
  });
});
