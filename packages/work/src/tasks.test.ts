import { once } from "node:events";
import { GatehouseError } from "@gatehouse/core/errors";
import { describe, expect, it, onTestFinished } from "vitest";
import { createTasks, type TasksOptions } from "./tasks.js";
import { tasks as inline, moduleUrl } from "./tasks.test.helper.js";

const INLINE_BYTES = 64;
const small = { body: new Uint8Array(INLINE_BYTES) };
const large = { body: new Uint8Array(INLINE_BYTES + 1) };
const both = [
  ["inline", small],
  ["on a thread", large],
] as const;

interface Where {
  readonly main: boolean;
  readonly threadId: number;
  readonly env: string[];
}

function make(said: Partial<TasksOptions> = {}) {
  const made = createTasks({ module: moduleUrl, inline, inlineBytes: INLINE_BYTES, ...said });
  onTestFinished(() => made.close());
  return made;
}

/** Threads that this process starts while the test runs. */
function countThreads() {
  const seen = { started: 0 };
  const count = () => {
    seen.started += 1;
  };
  process.on("worker", count);
  onTestFinished(() => void process.off("worker", count));
  return seen;
}

const failureOf = (work: Promise<unknown>) =>
  work.then(
    (value) => expect.fail(`gave ${JSON.stringify(value)}`),
    (thrown: unknown) => {
      expect(thrown).toBeInstanceOf(GatehouseError);
      return thrown as GatehouseError;
    },
  );

describe("where the work is done", () => {
  it("is here for few bytes, and starts no thread", async () => {
    const threads = countThreads();
    const work = make();
    expect(await work.run<Where>("where", small)).toMatchObject({ main: true });
    expect(threads.started).toBe(0);
  });

  it("is a thread for one byte more, the same for the next", async () => {
    const threads = countThreads();
    const work = make();
    const first = await work.run<Where>("where", large);
    expect(first.main).toBe(false);
    expect((await work.run<Where>("where", large)).threadId).toBe(first.threadId);
    expect(threads.started).toBe(1);
  });

  it("is a thread for few bytes too, of what is to be done aside", async () => {
    const work = make({ aside: ["where"] });
    expect((await work.run<Where>("where", small)).main).toBe(false);
  });

  it("is 256 KiB apart unless told", async () => {
    const work = createTasks({ module: moduleUrl, inline });
    onTestFinished(() => work.close());
    const at = async (bytes: number) => (await work.run<Where>("where", { body: new Uint8Array(bytes) })).main;
    expect([await at(256 * 1024), await at(256 * 1024 + 1)]).toEqual([true, false]);
  });

  it("is as many threads as it may have, and no more", async () => {
    const threads = countThreads();
    const work = make({ threads: 2 });
    const runs = await Promise.all([1, 2, 3, 4, 5].map(() => work.run<Where>("where", large)));
    expect(new Set(runs.map(({ threadId }) => threadId)).size).toBe(2);
    expect(threads.started).toBe(2);
  });

  it("is a thread that knows no variable of ours", async () => {
    process.env["GATEHOUSE_TEST_SECRET"] = "hush";
    onTestFinished(() => {
      delete process.env["GATEHOUSE_TEST_SECRET"];
    });
    const work = make();
    expect((await work.run<Where>("where", small)).env).toContain("GATEHOUSE_TEST_SECRET");
    expect((await work.run<Where>("where", large)).env).toEqual([]);
  });

  it("takes the module's URL as text, and no path", () => {
    expect(() => make({ module: moduleUrl.href })).not.toThrow();
    expect(() => make({ module: "dist/processors.js" })).toThrow(TypeError);
  });
});

describe.each(both)("what goes in and comes out %s", (_, { body }) => {
  it("keeps bytes, dates and the rest of the input", async () => {
    const at = new Date("2030-01-01T00:00:00Z");
    const bytes = Uint8Array.from(body, (_, n) => n + 1);
    const input = { body: bytes, at };
    const looked = await make().run("look", input);
    expect(looked).toMatchObject({ first: 1, last: body.byteLength, size: body.byteLength, at });
  });

  it("is the part under a view, as plain bytes, and the caller keeps the buffer", async () => {
    const whole = Buffer.from(Array.from({ length: 200 }, (_, n) => n));
    const part = whole.subarray(10, 10 + body.byteLength);
    expect(await make().run("look", { body: part })).toMatchObject({
      first: 10,
      last: 9 + body.byteLength,
      size: body.byteLength,
      kind: "Uint8Array",
    });
    expect([whole[0], whole[199], part.byteLength]).toEqual([0, 199, body.byteLength]);
  });

  it("may be a promise", async () => {
    expect(await make().run("later", { body })).toBe(body.byteLength);
  });

  it("carries a GatehouseError over: class, code, message, detail", async () => {
    const failure = await failureOf(make().run("refuse", { body }));
    expect(failure).toMatchObject({
      code: "request-malformed",
      status: 400,
      message: "The report has no job.",
      detail: "JobId",
    });
    expect(await failureOf(make().run("refuseTersely", { body }))).toMatchObject({
      code: "conflict",
      detail: undefined,
    });
  });

  it("makes any other error internal, its kind the detail, and never its words", async () => {
    const failure = await failureOf(make().run("stumble", { body }));
    expect(failure).toMatchObject({ code: "internal", message: "The work failed." });
    expect(failure.detail).toBe("TypeError");
    expect(await failureOf(make().run("throwText", { body }))).toMatchObject({
      code: "internal",
      detail: "string",
    });
    expect(await failureOf(make().run("throwNothing", { body }))).toMatchObject({ detail: "undefined" });
  });

  it.each(["toString", "constructor", "__proto__", "hasOwnProperty", "", "dsc.report"])("knows no %j", async (name) => {
    const threads = countThreads();
    expect(await failureOf(make().run(name, { body }))).toMatchObject({ code: "internal", detail: name });
    expect(threads.started).toBe(0);
  });
});

it("does not let a thread write into the caller's body", async () => {
  const body = new Uint8Array(100).fill(7);
  await make().run("scribble", { body });
  expect(body.every((byte) => byte === 7)).toBe(true);
});

describe("work that ends its thread", () => {
  const deaths: [string, Partial<TasksOptions>, string, RegExp][] = [
    ["exit", {}, "The work ended its thread.", /^exit, 65 bytes: .*code: 7/],
    ["spin", { timeoutMs: 2_000 }, "The work did not end within 2 s.", /^spin, 65 bytes$/],
    ["eat", { heapMb: 24 }, "The work ended its thread.", /^eat, 65 bytes: .*memory/],
    ["giveFunction", {}, "The work ended its thread.", /^giveFunction, 65 bytes: /],
  ];

  it.each(deaths)("%s: is an error, and the next work is done", async (name, limits, message, detail) => {
    const work = make(limits);
    const failure = await failureOf(work.run(name, large));
    expect(failure).toMatchObject({ code: "internal", message });
    expect(failure.detail).toMatch(detail);
    expect(await work.run<Where>("where", large)).toMatchObject({ main: false });
  });

  it("does not take what waits behind it along", async () => {
    const work = make({ timeoutMs: 2_000 });
    const names = ["exit", "look", "spin", "look", "giveFunction", "look"];
    const ends = await Promise.allSettled(names.map((name) => work.run(name, large)));
    expect(ends.map(({ status }) => status)).toEqual(names.map((name) => (name === "look" ? "fulfilled" : "rejected")));
  });

  it("may do so between two works, to the harm of none", async () => {
    const work = make();
    const died = new Promise<void>((resolve) => {
      process.once("worker", (thread) => thread.on("exit", () => resolve()));
    });
    expect(await work.run("leaveBomb", large)).toBe("fine");
    await died;
    expect(await work.run("look", large)).toMatchObject({ size: 65 });
  });

  it("is one that cannot even start", async () => {
    const failure = await failureOf(make({ heapMb: 1 }).run("look", large));
    expect(failure).toMatchObject({ code: "internal", message: "The work ended its thread." });
  });

  it("is not one whose module cannot be loaded; that has the reason", async () => {
    const failure = await failureOf(make({ module: new URL("./none.js", moduleUrl) }).run("look", large));
    expect(failure.code).toBe("internal");
    expect(failure.detail).toContain("ERR_MODULE_NOT_FOUND");
  });
});

describe("close", () => {
  it("waits for work under way and in line, and refuses what comes later", async () => {
    const work = make();
    const ends: string[] = [];
    const runs = [1, 2].map((n) => work.run("look", large).then(() => ends.push(`look ${n}`)));
    await work.close().then(() => ends.push("closed"));
    await Promise.all(runs);
    expect(ends).toEqual(["look 1", "look 2", "closed"]);
    expect(await failureOf(work.run("look", large))).toMatchObject({ code: "internal", detail: "look" });
  });

  it("ends the threads, and may be called again", async () => {
    const exits: Promise<unknown>[] = [];
    const watch = (thread: NodeJS.EventEmitter) => void exits.push(once(thread, "exit"));
    process.on("worker", watch);
    onTestFinished(() => void process.off("worker", watch));
    const work = make({ threads: 2 });
    await Promise.all([work.run("look", large), work.run("look", large)]);
    await work.close();
    expect(exits).toHaveLength(2);
    await Promise.all(exits);
    await work.close();
  });
});
