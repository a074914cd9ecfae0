import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { differencesOf } from "./differences.js";
import { environmentFolder } from "./environments.js";
import { machineFacts } from "./facts.js";
import { type OwnCompiler, ruby, startOurs } from "./ours.js";
import { descendantsOf, isRunning, kill } from "./processes.js";
import type { Answered, Asked } from "./types.js";

const CLIENTS = 6;

describe.skipIf(ruby === undefined)("a compiler whose processes are killed (kill -9) under load", () => {
  let home: string;
  let ours: OwnCompiler;
  let asked: Asked;
  beforeEach(async () => {
    home = mkdtempSync(path.join(tmpdir(), "gatehouse-code-"));
    ours = await startOurs();
    for (const environment of ["one", "two"]) await ours.deploy(environment, environmentFolder("features"));
    const certname = "features.example.org";
    asked = { certname, environment: "one", facts: await machineFacts(certname, home) };
  });
  afterEach(async () => {
    await ours?.close();
    rmSync(home, { recursive: true, force: true });
  });

  const compile = (environment: string): Promise<Answered> =>
    ours.catalog({ ...asked, environment, classes: { "site::classified": { by: "us" } }, parameters: PARAMETERS });
  const workers = () => descendantsOf(parent());
  const parent = () => ours.compiler.status().parentPid ?? expect.fail("there is no parent");

  /**
   * Clients that ask again and again until so many were killed; every answer there was. The next one is killed when a catalog was
   * whole again: however slow the machine is, something comes between two of them.
   */
  const underLoad = async (times: number, pause: number, victim: () => number | undefined) => {
    const answers: Answered[] = [];
    const whole = () => answers.filter(({ error }) => error === undefined).length;
    let isOver = false;
    const client = async (place: number) => {
      for (let i = place; !isOver; i++) answers.push(await compile(i % 2 === 0 ? "one" : "two"));
    };
    const clients = Array.from({ length: CLIENTS }, (_, place) => client(place));
    try {
      for (let killed = 0, before = 0; killed < times; ) {
        await Promise.race([sleep(pause), ...clients]);
        const pid = ours.compiler.status().busy > 0 && whole() > before ? victim() : undefined;
        if (pid === undefined) continue;
        before = whole();
        kill(pid);
        killed++;
      }
    } finally {
      isOver = true;
    }
    await Promise.all(clients);
    return answers;
  };
  /** What each environment's catalog has to be, from now on. */
  const references = async () => {
    const [one, two] = await Promise.all([compile("one"), compile("two")]);
    expect([one.error, two.error]).toEqual([undefined, undefined]);
    /** Nobody got half a catalog, or another's. */
    return (answers: readonly Answered[]) => {
      for (const { catalog, folder } of answers) {
        if (catalog === undefined) continue;
        const reference = folder === one.folder ? one : two;
        expect(differencesOf({ catalog: reference.catalog ?? "", folder }, { catalog, folder })).toEqual([]);
      }
    };
  };

  it("workers: everybody gets an answer, whole or an error that says so, and the next compile works", async () => {
    const expectWhole = await references();
    const answers = await underLoad(12, 200, () => workers().at(Math.floor(Math.random() * workers().length)));
    const failed = answers.filter(({ error }) => error !== undefined);
    for (const { error } of failed) expect(error).toMatch(/ended in mid-work: signal 9/);
    expect(answers.length - failed.length).toBeGreaterThan(5);
    expectWhole(answers);
    const after = await compile("one");
    expect(after.error).toBeUndefined();
    expectWhole([after]);
    expect(ours.compiler.status()).toMatchObject({ busy: 0, waiting: 0, restarts: 0 });
  });

  it("the parent: another one comes, and everybody gets an answer", async () => {
    const expectWhole = await references();
    const first = parent();
    // One that starts and is killed again and again is no parent: that is told to who waits.
    const atWork = () => (workers().length > 0 ? parent() : undefined);
    const answers = await underLoad(3, 1000, atWork);
    expect(answers.filter(({ error }) => error !== undefined).map(({ error }) => error)).toEqual([]);
    expectWhole([...answers, await compile("one"), await compile("two")]);
    expect(parent()).not.toBe(first);
    expect(isRunning(first)).toBe(false);
    expect(ours.compiler.status()).toMatchObject({ busy: 0, waiting: 0 });
    expect(ours.compiler.status().restarts).toBeGreaterThan(0);
  });

  it("nothing is left once it is closed", async () => {
    await Promise.all([compile("one"), compile("two")]);
    const all = [parent(), ...workers()];
    expect(all.length).toBeGreaterThan(2);
    await ours.close();
    await expect.poll(() => all.filter(isRunning)).toEqual([]);
  });
});

const PARAMETERS = { tier: "x", group_parameter: "y" };
