import type { ExchangeSummary } from "@gatehouse/core/exchanges";
import { describe, expect, it } from "vitest";
import { useExchanges } from "./exchanges.test.helper.js";

const world = useExchanges();

describe("who follows", () => {
  const following = (exchanges: ReturnType<typeof world>["exchanges"], filter = {}) => {
    const seen: ExchangeSummary[] = [];
    const { stop } = exchanges.follow(filter, (some) => seen.push(...some));
    return { seen, stop };
  };
  /** What is recorded counts from when the first look is over: another one is recorded until it is seen. */
  const begun = async ({ keep }: ReturnType<typeof world>, seen: readonly unknown[]) => {
    await expect
      .poll(
        async () => {
          await keep([{ route: "begin" }]);
          return seen.length;
        },
        { timeout: 10_000 },
      )
      .toBeGreaterThan(0);
  };

  it("sees what any gateway records, once, and only what it asked for", async () => {
    const here = world();
    const there = world();
    const all = following(here.exchanges);
    const errors = following(here.exchanges, { leastStatus: 500 });
    await begun(here, all.seen);
    await there.keep([{ status: 500, route: "a" }, { route: "b" }]);
    const routes = () => all.seen.map(({ route }) => route).filter((route) => route !== "begin");
    await expect.poll(routes, { timeout: 10_000 }).toEqual(["a", "b"]);
    expect(errors.seen.map(({ route }) => route)).toEqual(["a"]);
    all.stop();
    await there.keep([{ status: 500, route: "c" }]);
    await expect.poll(() => errors.seen.length, { timeout: 10_000 }).toBe(2);
    expect(routes()).toEqual(["a", "b"]);
    errors.stop();
  });

  it("misses nothing from when it has begun, and is told nothing from before", async () => {
    const { exchanges, keep } = world();
    await keep([{ route: "before" }]);
    // One that goes at once, in the middle of its first look.
    following(exchanges).stop();
    const seen: string[] = [];
    const { stop, begun } = exchanges.follow({}, (some) => seen.push(...some.map(({ route }) => route)));
    await begun;
    await keep([{ route: "after" }]);
    await expect.poll(() => seen, { timeout: 10_000 }).toEqual(["after"]);
    const late = exchanges.follow({}, () => undefined);
    await late.begun;
    late.stop();
    stop();
  });

  it("is told by the same array as all who follow the same, and goes alone", async () => {
    const { exchanges, keep } = world();
    const told: (readonly ExchangeSummary[])[][] = [[], [], []];
    const one = { leastStatus: 400 };
    const following = [one, { ...one }, { leastStatus: 500 }].map((filter, i) =>
      exchanges.follow(filter, (some) => told[i]?.push(some)),
    );
    await Promise.all(following.map(({ begun }) => begun));
    await keep([404, 503, 200].map((status) => ({ status })));
    await expect.poll(() => told.every((some) => some.length === 1), { timeout: 10_000 }).toBe(true);
    expect(told[0]?.[0]).toBe(told[1]?.[0]);
    expect(told.map((some) => some[0]?.map(({ status }) => status))).toEqual([[404, 503], [404, 503], [503]]);
    following[0]?.stop();
    following[0]?.stop();
    await keep([{ status: 500 }]);
    await expect.poll(() => [told[1]?.length, told[2]?.length], { timeout: 10_000 }).toEqual([2, 2]);
    expect(told[0]).toHaveLength(1);
    for (const { stop } of following) stop();
  });

  it("sees one whose number was given before, and whose transaction ended after another's", async () => {
    const here = world();
    const { seen, stop } = following(here.exchanges);
    await begun(here, seen);
    const slow = await new Promise<{ end(): void; done: Promise<void> }>((ready) => {
      let end: () => void = () => undefined;
      const ended = new Promise<void>((resolve) => {
        end = resolve;
      });
      const bound = {
        run: here.db.run.bind(here.db),
        transaction: <T>(work: Parameters<typeof here.db.transaction<T>>[0]) =>
          here.db.transaction<T>(async (run, copy) => {
            const result = await work(run, copy);
            ready({ end, done });
            await ended;
            return result;
          }),
      };
      const done = world(bound).keep([{ route: "slow" }]);
    });
    await here.keep([{ route: "fast" }]);
    const has = (route: string) => seen.some((one) => one.route === route);
    await expect.poll(() => has("fast"), { timeout: 10_000 }).toBe(true);
    expect(has("slow")).toBe(false);
    slow.end();
    await slow.done;
    await expect.poll(() => has("slow"), { timeout: 10_000 }).toBe(true);
    expect(seen.filter(({ route }) => route === "fast")).toHaveLength(1);
    stop();
  });
});
