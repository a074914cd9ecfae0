import { describe, expect, it } from "vitest";
import { eventStatuses, mergeRun, type ReportError, type RunSaid, type RunState, statusOf } from "./index.js";

/** Numbers that look like chance and are the same at every run (mulberry32). */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

const errorOf = (n: number): ReportError => ({ message: `error ${n}`, resource: n % 2 ? "[File]x" : null, code: null });

/** A submission that says each thing or leaves it out. */
function randomSaid(roll: (below: number) => number): RunSaid {
  const maybe = <T>(value: () => T): T | undefined => (roll(2) === 0 ? value() : undefined);
  const said = {
    operation: maybe(() => `op ${roll(3)}`),
    startedAt: maybe(() => new Date(roll(1e9))),
    endedAt: maybe(() => new Date(roll(1e9))),
    outcome: maybe(() => (["success", "failure"] as const)[roll(2)]),
    errors: maybe(() => Array.from({ length: roll(3) }, (_, i) => errorOf(roll(3) * 10 + i))),
    events: maybe(() =>
      Array.from({ length: roll(4) }, (_, i) => ({
        ...{ resource: `r${i}`, type: null, message: null, seconds: null, detail: {} },
        status: eventStatuses[roll(eventStatuses.length)] ?? "ok",
      })),
    ),
    hungAfterSeconds: maybe(() => roll(5)),
    attributes: maybe(() => ({ [`key ${roll(3)}`]: ["", null, [], roll(9)][roll(4)], [`key ${roll(3)}`]: roll(9) })),
  };
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
}

function shuffled<T>(items: readonly T[], roll: (below: number) => number): T[] {
  const left = [...items];
  return items.flatMap(() => left.splice(roll(left.length), 1));
}

/** The run after these, each as old as its place in the order of acceptance says. */
function mergeAll(order: readonly { readonly place: number; readonly said: RunSaid }[]): RunState {
  let newest = -1;
  let state: RunState | undefined;
  for (const { place, said } of order) {
    state = mergeRun(state, said, place < newest);
    newest = Math.max(newest, place);
  }
  return state ?? mergeRun(undefined, {});
}

/** What must not depend on the order: errors as a set. */
const comparable = ({ errors, ...rest }: RunState) => ({
  ...rest,
  errors: new Set(errors.map((error) => JSON.stringify(error))),
});

const ROUNDS = 2_000;
const placed = (said: RunSaid[]) => said.map((one, place) => ({ place, said: one }));

describe("mergeRun over many random runs", () => {
  it("gives the same whichever of two submissions comes first", () => {
    for (let seed = 0; seed < ROUNDS; seed++) {
      const roll = dice(seed);
      const [first, second] = placed([randomSaid(roll), randomSaid(roll)]);
      if (first === undefined || second === undefined) throw new Error("two submissions");
      expect(comparable(mergeAll([second, first])), `seed ${seed}`).toEqual(comparable(mergeAll([first, second])));
    }
  });

  it("gives the same in any order where no two say the same thing differently", () => {
    for (let seed = 0; seed < ROUNDS; seed++) {
      const roll = dice(seed);
      // One word for each thing; several submissions repeat it or leave it out.
      const whole = randomSaid(roll);
      const some = Array.from({ length: 5 }, () =>
        Object.fromEntries(Object.entries(whole).filter(() => roll(2) === 0)),
      );
      const order = placed([...some, whole]);
      const inOrder = mergeAll(order);
      const another = mergeAll(shuffled(order, roll));
      expect(comparable(another), `seed ${seed}`).toEqual(comparable(inOrder));
      expect(statusOf(another)).toBe(statusOf(inOrder));
    }
  });

  it("finds a failure in any order, once an error was said", () => {
    for (let seed = 0; seed < ROUNDS; seed++) {
      const roll = dice(seed);
      const some = Array.from({ length: 4 }, () => randomSaid(roll));
      const order = shuffled(placed([...some, { errors: [errorOf(99)] }]), roll);
      expect(statusOf(mergeAll(order)), `seed ${seed}`).toBe("failure");
    }
  });

  it("is changed by no word that was said before, the last one said again or an older one", () => {
    for (let seed = 0; seed < ROUNDS; seed++) {
      const roll = dice(seed);
      const order = shuffled(placed(Array.from({ length: 4 }, () => randomSaid(roll))), roll);
      const state = mergeAll(order);
      const newest = Math.max(...order.map(({ place }) => place));
      for (const { place, said } of order) {
        expect(mergeRun(state, said, true), `seed ${seed}, older`).toEqual(state);
        if (place === newest) expect(mergeRun(state, said), `seed ${seed}, again`).toEqual(state);
      }
    }
  });
});
