import { ApiProblem } from "@gatehouse/client";
import { describe, expect, it } from "vitest";
import { CommandError, EXIT } from "../command/errors.js";
import { Api, NoNode } from "./api.js";
import type { Expectation } from "./expectation.js";
import type { AnyKind, Kind, Want } from "./kinds/index.js";
import { fakePace } from "./pace.test.helper.js";
import type { Result } from "./result.js";
import { anExpectation } from "./results.test.helper.js";
import { watch } from "./watch.js";

const nobody = new Api({
  ask: () => Promise.reject(new CommandError("nobody is there", EXIT.unreachable)),
});

/** How many there are at a time, in seconds from the start. */
type Counts = (at: number) => number;

/** A run in which time is only told. */
function world() {
  const pace = fakePace();
  const looks: { readonly at: number; readonly want: Want }[] = [];
  const abort = new AbortController();

  const kindOf = (count: Counts): AnyKind => {
    const kind: Kind<never> = {
      ...anExpectation().kind,
      look: async (_, __, want) => {
        looks.push({ at: pace.now() / 1000, want });
        const all = count(pace.now() / 1000);
        return { count: Math.min(all, want.enough), fitting: all > 0 ? ["one of them"] : [] };
      },
      instead: async () => ["something else"],
    };
    return kind;
  };

  return {
    ...{ looks, abort, pace },
    /** One that is `within` so many seconds. */
    that: (count: Counts, { within = 10, ...said }: Partial<Expectation> = {}) =>
      anExpectation({ ...said, within: within * 1000, kind: kindOf(count) }),
    run: (
      expectations: readonly Expectation[],
      unrecorded: () => Promise<string | undefined> = async () => undefined,
    ) => {
      const settled: Result[] = [];
      return watch(expectations, {
        ...{ api: nobody, pace, startedAt: "2026-03-01T10:00:00.000Z", signal: abort.signal },
        unrecorded,
        settled: (result) => settled.push(result),
      }).then((results) => ({ results, order: settled.map(({ expectation }) => expectation.name) }));
    },
  };
}

const from =
  (second: number, count = 1): Counts =>
  (at) =>
    at >= second ? count : 0;
const NEVER = { least: 0, most: 0 };

describe("what must come", () => {
  it("is met when it is there, and is not looked for any more", async () => {
    const { that, run, looks } = world();
    const { results } = await run([that(from(3))]);
    expect(results).toMatchObject([{ met: true, seconds: 3, why: "" }]);
    expect(looks.map(({ at }) => at)).toEqual([0, 1, 2, 3]);
    expect(looks[0]?.want).toEqual({ since: "2026-03-01T10:00:00.000Z", enough: 1, waitSeconds: 10 });
  });

  it("is looked for a last time when its time is over", async () => {
    const { that, run, looks } = world();
    expect((await run([that(from(2.5), { within: 2.5 })])).results).toMatchObject([{ met: true, seconds: 2.5 }]);
    expect(looks.at(-1)?.at).toBe(2.5);
  });

  it("is not met when its time is over, and it is said what was there", async () => {
    const { that, run } = world();
    const { results } = await run([that(from(11))]);
    expect(results).toMatchObject([
      { met: false, seconds: 10, count: 0, why: "It did not come in 10 s.", seen: ["something else"] },
    ]);
  });

  it("comes often enough", async () => {
    const { that, run } = world();
    const { results } = await run([that((at) => at, { least: 4 }), that(() => 3, { least: 4 })]);
    expect(results).toMatchObject([
      { met: true, seconds: 4 },
      { met: false, count: 3, why: "It came 3 times in 10 s: at least 4.", seen: ["one of them", "something else"] },
    ]);
  });

  it("is settled one by one, and told in the files' order", async () => {
    const { that, run } = world();
    const { results, order } = await run([that(from(5), { name: "late" }), that(from(1), { name: "soon" })]);
    expect(order).toEqual(["soon", "late"]);
    expect(results.map(({ expectation }) => expectation.name)).toEqual(["late", "soon"]);
  });

  it("counts from when it is told to", async () => {
    const { that, run, looks } = world();
    await run([that(from(0), { since: "ever" }), that(from(0), { since: { at: "2026-01-01T00:00:00.000Z" } })]);
    expect(looks.map(({ want }) => want.since)).toEqual([undefined, "2026-01-01T00:00:00.000Z"]);
  });

  it("is looked for less often where there is much of it", async () => {
    const { that, run, looks } = world();
    await run(Array.from({ length: 100 }, () => that(from(11))));
    expect(new Set(looks.map(({ at }) => at))).toEqual(new Set([0, 5, 10]));
  });
});

describe("what must never come", () => {
  it("is watched until all else is settled, and a last time", async () => {
    const { that, run, looks } = world();
    const { results } = await run([that(from(4)), that(() => 0, NEVER)]);
    expect(results).toMatchObject([
      { met: true, seconds: 4 },
      { met: true, seconds: 4 },
    ]);
    expect(looks.filter(({ want }) => want.waitSeconds === 0).at(-1)?.at).toBe(4);
  });

  it("is not met as soon as it comes, though it goes again", async () => {
    const { that, run } = world();
    const { results } = await run([that(from(9)), that((at) => (at === 2 ? 1 : 0), NEVER)]);
    expect(results[1]).toMatchObject({
      met: false,
      seconds: 2,
      why: "It came, and never must.",
      seen: ["one of them"],
    });
    expect(results[0]).toMatchObject({ met: true });
  });

  it("is watched for its usual time where nothing else is expected", async () => {
    const { that, run } = world();
    expect((await run([that(() => 0, NEVER), that(from(9), NEVER)])).results).toMatchObject([
      { met: true, seconds: 10 },
      { met: false, seconds: 9 },
    ]);
  });

  it("is watched for its own time at least, and others with it", async () => {
    const { that, run } = world();
    const own = that(() => 0, { ...NEVER, within: 20, saysWithin: true });
    const { results } = await run([that(from(1)), own, that(from(15), NEVER)]);
    expect(results.map(({ met, seconds }) => [met, seconds])).toEqual([
      [true, 1],
      [true, 20],
      [false, 15],
    ]);
  });

  it("is waited for a little longer on the wire, which is kept in batches", async () => {
    const { that, run } = world();
    const wire = that(from(5), { ...NEVER, word: "exchange" });
    expect((await run([that(from(4)), wire])).results[1]).toMatchObject({ met: false, seconds: 6 });
  });

  it("is not met where nothing records what it would be seen by", async () => {
    const { that, run, looks } = world();
    const wire = that(() => 0, { ...NEVER, word: "exchange" });
    expect((await run([wire], async () => "Nothing records.")).results).toMatchObject([
      { met: false, why: "Nothing records." },
    ]);
    expect(looks).toEqual([]);
  });

  it("is not met where the recording ended meanwhile", async () => {
    const { that, run } = world();
    const wire = that(() => 0, { ...NEVER, word: "exchange" });
    const answers = [undefined, "It was full."];
    expect((await run([that(from(4)), wire], async () => answers.shift())).results[1]).toMatchObject({
      met: false,
      why: "It was full.",
    });
  });
});

describe("what must come so often and no more", () => {
  const twice = { least: 2, most: 2 };

  it("is held until all else is settled", async () => {
    const { that, run } = world();
    expect((await run([that(from(6)), that(from(1, 2), twice)])).results[1]).toMatchObject({ met: true, seconds: 6 });
  });

  it.each<[string, Counts, object]>([
    [
      "more come",
      (at) => (at > 3 ? 3 : 2),
      { met: false, seconds: 4, count: 3, why: "It came more often: exactly 2." },
    ],
    ["some go again", (at) => (at > 3 ? 1 : 2), { met: false, seconds: 6, count: 1 }],
    ["there are too many from the start", () => 9, { met: false, seconds: 0, count: 3 }],
    ["there are never enough", () => 1, { met: false, seconds: 10, count: 1 }],
  ])("is not met where %s", async (_, count, said) => {
    const { that, run } = world();
    expect((await run([that(from(6)), that(count, twice)])).results[1]).toMatchObject(said);
  });
});

describe("a gateway that does not answer as it should", () => {
  const problem = (status: number, code: ApiProblem["code"]) => new ApiProblem(status, code, "No.", "r-1");
  const failing =
    (until: number, thrown: Error): Counts =>
    (at) => {
      if (at < until) throw thrown;
      return 1;
    };

  it.each([
    ["is away", new CommandError("gone", EXIT.unreachable)],
    ["does not speak the API", new CommandError("what is this?")],
    ["is not well", problem(503, "database-unavailable")],
    ["has not heard of the node yet", new NoNode("web-1")],
  ])("is asked again where it %s", async (_, thrown) => {
    const { that, run } = world();
    expect((await run([that(failing(3, thrown))])).results).toMatchObject([{ met: true, seconds: 3 }]);
  });

  it("is the reason when it is away to the end", async () => {
    const { that, run } = world();
    const { results } = await run([that(failing(99, new CommandError("gone", EXIT.unreachable)))]);
    expect(results).toMatchObject([{ met: false, isUnreached: true, why: "The gateway was not reached: gone" }]);
  });

  it("has never heard of the node", async () => {
    const { that, run } = world();
    const missing = failing(99, new NoNode("web-1"));
    const { results } = await run([that(missing), that(missing, NEVER), that(missing, { ...NEVER, word: "node" })]);
    expect(results).toMatchObject([
      { met: false, isUnreached: false, why: "There was never a node web-1." },
      // A name that is wrong would hide all that must never be.
      { met: false, why: "There was never a node web-1." },
      { met: true },
    ]);
  });

  it.each([
    ["may not be asked", problem(403, "forbidden"), ApiProblem],
    ["does not know the caller", problem(401, "unauthenticated"), ApiProblem],
  ])("ends all where it %s", async (_, thrown, type) => {
    const { that, run } = world();
    await expect(run([that(failing(99, thrown)), that(from(5))])).rejects.toThrow(type);
  });

  it("ends all with the place of what it does not take", async () => {
    const { that, run } = world();
    const wrong = that(failing(99, problem(400, "request-malformed")));
    await expect(run([wrong])).rejects.toMatchObject({ message: "ci.yaml:3: No.", exitCode: EXIT.usage });
  });

  it("ends all where it is our own fault", async () => {
    const { that, run } = world();
    await expect(run([that(failing(99, new TypeError("ours")))])).rejects.toThrow("ours");
  });
});

describe("a run that is interrupted", () => {
  it("is over at once, and what was not settled is not met", async () => {
    const { that, run, abort } = world();
    const stopping = that((at) => {
      if (at >= 2) abort.abort();
      return 0;
    });
    const { results } = await run([that(from(1)), stopping, that(() => 0, NEVER), that(from(9))]);
    expect(results.map(({ met }) => met)).toEqual([true, false, false, false]);
    for (const { why } of results.slice(1)) expect(why).toBe("It was interrupted before its time was over.");
  });

  it("does not wait for a question that is held back", async () => {
    const { that, run, abort } = world();
    const held = that(() => 0);
    const never: AnyKind = { ...held.kind, look: () => new Promise(() => undefined) };
    const running = run([{ ...held, kind: never }]);
    setImmediate(() => abort.abort());
    expect((await running).results).toMatchObject([
      { met: false, why: "It was interrupted before its time was over." },
    ]);
  });
});
