import { describe, expect, it } from "vitest";
import { ownTurn } from "./own-turn.js";

describe("own turns", () => {
  it("come in the order of the calls, each after the event loop went round", async () => {
    const seen: string[] = [];
    let round = 0;
    let other = setImmediate(function again() {
      round++;
      other = setImmediate(again);
    });
    const rounds: number[] = [];
    await Promise.all(
      ["a", "b", "c"].map(async (name) => {
        await ownTurn();
        // What is done in a turn may take some steps to begin.
        await null;
        await null;
        seen.push(name);
        rounds.push(round);
      }),
    );
    clearImmediate(other);
    expect(seen).toEqual(["a", "b", "c"]);
    expect(new Set(rounds).size).toBe(3);
  });
});
