import { fixedClock } from "@gatehouse/core/clock";
import { describe, expect, it } from "vitest";
import { FailedProofs, networkOf } from "./failed-proofs.js";

const MINUTE = 60_000;
const start = new Date("2026-11-22T10:00:00Z");
const later = (ms: number) => new Date(start.getTime() + ms);

/** Secrets that are right begin with `right`; with what was looked at. */
function world() {
  const clock = fixedClock(start);
  const failures = new FailedProofs(clock);
  const looked: string[] = [];
  const check = (from: string | undefined, shown: string) =>
    failures.check(from, shown, async () => {
      looked.push(shown);
      return shown.startsWith("right") ? shown : undefined;
    });
  const guess = async (from: string | undefined, times: number) => {
    for (let i = 0; i < times; i++) expect(await check(from, `wrong ${i}`)).toBeUndefined();
  };
  return { clock, failures, looked, check, guess };
}
const tooMany = (retryAfterSeconds: number) => expect.objectContaining({ code: "overloaded", retryAfterSeconds });

describe("wrong secrets", () => {
  it("are looked at twenty times a minute from one address, and then not any more", async () => {
    const { check, guess, looked, clock } = world();
    await guess("192.0.2.7", 20);
    clock.set(later(15_000));
    await expect(check("192.0.2.7", "wrong")).rejects.toEqual(tooMany(45));
    await expect(check("192.0.2.7", "right, for the first time")).rejects.toEqual(tooMany(45));
    expect(looked).toHaveLength(20);
    expect(await check("192.0.2.8", "right")).toBe("right");
    clock.set(later(MINUTE));
    expect(await check("192.0.2.7", "right, for the first time")).toBeDefined();
    await guess("192.0.2.7", 20);
    await expect(check("192.0.2.7", "wrong")).rejects.toEqual(tooMany(60));
  });

  it("that come together are no more", async () => {
    const { check, looked } = world();
    const answers = await Promise.allSettled(Array.from({ length: 200 }, (_, i) => check("192.0.2.7", `wrong ${i}`)));
    expect(answers.filter(({ status }) => status === "rejected").length).toBeGreaterThanOrEqual(179);
    expect(looked.length).toBeLessThanOrEqual(21);
  });

  it("say nothing of themselves in the error", async () => {
    const { check, guess } = world();
    await guess("192.0.2.7", 20);
    const error: Error & { detail?: string } = await check("192.0.2.7", "the secret").catch((thrown) => thrown);
    expect(`${error.message} ${error.detail}`).not.toContain("secret");
    expect(error.detail).toContain("192.0.2.7");
  });

  it("of callers whose address is not known count together", async () => {
    const { check, guess } = world();
    await guess(undefined, 20);
    await expect(check(undefined, "wrong")).rejects.toEqual(tooMany(60));
  });

  it("count for all of an IPv6 network that one caller has", async () => {
    const { check } = world();
    for (let i = 0; i < 20; i++) await check(`2001:db8::${i.toString(16)}`, "wrong");
    await expect(check("2001:db8::ffff:1", "wrong")).rejects.toEqual(tooMany(60));
    expect(await check("2001:db8:0:1::1", "wrong")).toBeUndefined();
  });

  it("are told from what fails for other reasons", async () => {
    const { failures, check } = world();
    const down = new Error("the database is away");
    for (let i = 0; i < 30; i++)
      await expect(failures.check("192.0.2.7", "x", () => Promise.reject(down))).rejects.toBe(down);
    expect(await check("192.0.2.7", "right")).toBe("right");
  });
});

describe("right secrets", () => {
  it("do not count, however many come from one address", async () => {
    const { check, looked } = world();
    await Promise.all(Array.from({ length: 500 }, (_, i) => check("192.0.2.7", `right ${i}`)));
    expect(looked).toHaveLength(500);
  });

  it("go on where somebody behind the same address guesses, until they are wrong themselves", async () => {
    const { failures, check, guess } = world();
    expect(await check("192.0.2.7", "right 1")).toBeDefined();
    await guess("192.0.2.7", 20);
    expect(await check("192.0.2.7", "right 1")).toBeDefined();
    await expect(check("192.0.2.7", "right 2")).rejects.toEqual(tooMany(60));
    expect(await failures.check("192.0.2.7", "right 1", async () => undefined)).toBeUndefined();
    await expect(check("192.0.2.7", "right 1")).rejects.toEqual(tooMany(60));
  });
});

describe("the network of an address", () => {
  it.each([
    ["192.0.2.7", "192.0.2.7"],
    ["", ""],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["1::3:4:5:6:7:8", "1:0:3:4::/64"],
    ["::1", "0:0:0:0::/64"],
    ["2001:db8:1:2::", "2001:db8:1:2::/64"],
    ["64:ff9b::192.0.2.1", "64:ff9b:0:0::/64"],
  ])("%s is %s", (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
