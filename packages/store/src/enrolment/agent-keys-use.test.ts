import { beforeEach, describe, expect, it } from "vitest";
import { useDatabase } from "../store.test.helper.js";
import { watched } from "../submissions/reporting.test.helper.js";
import { LIVE, USE } from "./agent-keys.js";
import { processOn, sweep } from "./enrolment.test.helper.js";

const house = useDatabase();
const here = () => processOn(house.db);
let tokenId = "";
let last = 0;
const newKey = () => here().key(`owner ${++last}`, tokenId);

beforeEach(async () => {
  await sweep(house.db);
  tokenId = (await here().token("fleet")).id;
});

/** What a window of 64 should say, the plain way. */
function modelOf() {
  const seen = new Set<number>();
  let highest = -1;
  return (number: number): boolean => {
    if (seen.has(number) || highest - number > 64) return false;
    seen.add(number);
    highest = Math.max(highest, number);
    return true;
  };
}

describe("AgentKeys.use", () => {
  it("takes numbers that rise, once each", async () => {
    const { keys } = here();
    const { id } = await newKey();
    for (const number of [0, 1, 2, 5, 1_000, 2 ** 31, 2 ** 32 - 1]) {
      expect([number, await keys.use(id, number)]).toEqual([number, true]);
      expect([number, await keys.use(id, number)]).toEqual([number, false]);
    }
    expect(await keys.use(id, 0)).toBe(false);
  });

  it.each([
    [100, 36, true],
    [100, 35, false],
    [100, 99, true],
    [100, 37, true],
    [64, 0, true],
    [65, 0, false],
  ])("after %i takes %i, for the first time: %j", async (highest, number, result) => {
    const { keys } = here();
    const { id } = await newKey();
    await keys.use(id, highest);
    expect(await keys.use(id, number)).toBe(result);
    expect(await keys.use(id, number)).toBe(false);
    expect(await keys.use(id, highest)).toBe(false);
    expect(await keys.use(id, highest + 1)).toBe(true);
  });

  it("remembers which of those behind the highest came, however it moves", async () => {
    for (const step of [1, 2, 63, 64, 65, 66]) {
      const { keys } = here();
      const { id } = await newKey();
      await keys.use(id, 100);
      await keys.use(id, 100 + step);
      expect([step, await keys.use(id, 100)]).toEqual([step, false]);
      expect([step, await keys.use(id, 101)]).toEqual([step, step > 1 && step - 1 <= 64]);
    }
  });

  it("decides as a plain list of all numbers would, whatever comes", async () => {
    let state = 7;
    const random = (most: number) => {
      state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
      return state % most;
    };
    for (let round = 0; round < 6; round++) {
      const { keys } = here();
      const { id } = await newKey();
      const model = modelOf();
      let around = 0;
      for (let step = 0; step < 120; step++) {
        if (random(10) === 0) around += random(90);
        const number = Math.max(0, around + random(140) - 70);
        expect([round, step, number, await keys.use(id, number)]).toEqual([round, step, number, model(number)]);
      }
    }
  });

  it("takes a number from one of several that bring it at once, on whichever gateway", async () => {
    const { id } = await newKey();
    for (let number = 0; number < 5; number++) {
      const tries = Array.from({ length: 9 }, () => here().keys.use(id, number));
      expect((await Promise.all(tries)).filter((taken) => taken)).toHaveLength(1);
    }
  });

  it("takes all of many that come at once in any order", async () => {
    const { keys } = here();
    const { id } = await newKey();
    const numbers = Array.from({ length: 60 }, (_, n) => (n * 37) % 60);
    expect(await Promise.all(numbers.map((number) => keys.use(id, number)))).toEqual(numbers.map(() => true));
    expect(await Promise.all(numbers.map((number) => keys.use(id, number)))).toEqual(numbers.map(() => false));
  });

  it.each([-1, 1.5, 2 ** 32, Number.NaN, Number.POSITIVE_INFINITY])("takes no %d", async (number) => {
    const { id } = await newKey();
    expect(await here().keys.use(id, number)).toBe(false);
  });

  it("takes nothing under a key that is revoked, at its end, or none", async () => {
    const { keys } = here();
    const [revoked, ended] = [await newKey(), await newKey()];
    await keys.revoke(revoked.id);
    await house.db.run("update agent_keys set expires_at = now() where id = $1", [ended.id]);
    for (const id of [revoked.id, ended.id, "", "no id", "00000000-0000-4000-8000-000000000000"])
      expect(await keys.use(id, 1)).toBe(false);
  });

  it("confirms the key the first time, and then revokes the owner's older ones, and nobody else's", async () => {
    const { keys, key } = here();
    const [a, b, c, other] = [
      await key("owner", tokenId),
      await key("owner", tokenId),
      await key("owner", tokenId),
      await key("other", tokenId),
    ];
    expect(await keys.use(b.id, 1)).toBe(true);
    const confirmed = await keys.find(b.id);
    expect(confirmed).toMatchObject({ confirmedAt: expect.any(Date), revokedAt: null });
    expect(await keys.find(a.id)).toMatchObject({ confirmedAt: null, revokedAt: expect.any(Date) });
    expect([await keys.use(a.id, 2), (await keys.live("owner")).map(({ id }) => id)]).toEqual([false, [c.id, b.id]]);
    expect(await keys.use(b.id, 2)).toBe(true);
    expect((await keys.find(b.id))?.confirmedAt).toEqual(confirmed?.confirmedAt);
    // A number that is refused confirms nothing.
    expect(await keys.use(c.id, -1)).toBe(false);
    expect((await keys.find(b.id))?.revokedAt).toBeNull();
    expect(await keys.use(c.id, 0)).toBe(true);
    expect((await keys.find(b.id))?.revokedAt).toBeInstanceOf(Date);
    expect((await keys.find(other.id))?.revokedAt).toBeNull();
  });

  it("is one statement, and leaves one key when several are used for the first time at once", async () => {
    const { db, statements } = watched(house.db);
    const { keys, key } = processOn(db);
    for (let round = 0; round < 5; round++) {
      const given = [];
      for (let n = 0; n < 4; n++) given.push(await key(`round ${round}`, tokenId));
      statements.length = 0;
      await Promise.all(given.map(({ id }) => keys.use(id, 1)));
      expect(statements).toEqual(given.map(() => "agent_keys.use"));
      expect((await keys.live(`round ${round}`, true)).map(({ id }) => id)).toEqual([given[3]?.id]);
    }
  });

  it.each([
    ["before anybody looked at what the table holds", ""],
    ["with statistics", "analyze agent_keys"],
  ])("finds its row by one index, and so are the live keys of an owner found: %s", async (_, before) => {
    await house.db.run(
      `insert into agent_keys (id, owner, token_id, secret, expires_at)
       select gen_random_uuid(), 'o' || n, $1, '', now() + interval '1 day' from generate_series(1, 20000) n`,
      [tokenId],
    );
    await house.db.run(before);
    // As a statement is planned that is kept for all values.
    const planOf = ({ text }: { readonly text: string }, values: string) =>
      house.db.transaction(async (run) => {
        await run("set local plan_cache_mode = force_generic_plan");
        await run(`prepare planned as ${text}`);
        const lines = await run<{ "QUERY PLAN": string }>(`explain execute planned (${values})`);
        await run("deallocate planned");
        return lines.map((line) => line["QUERY PLAN"]).join("\n");
      });
    const { id } = await here().key("me", tokenId);
    const plans = [await planOf(USE, `'${id}', 1`), await planOf(LIVE, "'me'")];
    for (const plan of plans) expect(plan).not.toMatch(/Seq Scan|BitmapAnd|agent_keys_token/);
    expect(plans.map((plan) => [plan.includes("agent_keys_pkey"), plan.includes("agent_keys_owner")])).toEqual([
      [true, true],
      [false, true],
    ]);
    expect(await here().keys.use(id, 1)).toBe(true);
  });
});
