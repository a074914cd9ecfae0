import { spawnSync } from "node:child_process";
import { createPrivateKey, verify } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { threadId, type Worker } from "node:worker_threads";
import { GatehouseError } from "@gatehouse/core/errors";
import { describe, expect, it, onTestFinished } from "vitest";
import { keys } from "../csr.test.helper.js";
import { tasks } from "../tasks.js";
import { type Signing, signHere, signingKey } from "./sign.js";
import { type SigningThreadOptions, signInThread } from "./thread.js";

const pemOf = (kind: string) => keys(kind).privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const keyFor = (kind: string) => signingKey(pemOf(kind));
const body = Buffer.from("to be signed");
const kinds = [
  ["rsa 2048", "sha256"],
  ["ec prime256v1", "sha256"],
  ["ec secp384r1", "sha384"],
  ["ec secp521r1", "sha512"],
] as const;

function start(options: SigningThreadOptions = {}) {
  const thread = signInThread(options);
  onTestFinished(() => thread.close());
  return thread;
}

/** A thread that does what a test wants. */
function script(text: string): string {
  const dir = mkdtempSync(path.join(tmpdir(), "gatehouse-pki-"));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const file = path.join(dir, "worker.mjs");
  writeFileSync(file, `import { parentPort, threadId } from "node:worker_threads";\n${text}`);
  return file;
}

function countThreads() {
  const seen = { started: 0 };
  const count = () => {
    seen.started += 1;
  };
  process.on("worker", count);
  onTestFinished(() => void process.off("worker", count));
  return seen;
}

function exitsOfThreads(): readonly number[] {
  const exits: number[] = [];
  const watch = (worker: Worker) => void worker.on("exit", (code) => exits.push(code));
  process.on("worker", watch);
  onTestFinished(() => void process.off("worker", watch));
  return exits;
}

const failure = (work: Promise<unknown>) =>
  work.then(
    () => expect.fail("it was signed"),
    (thrown: unknown) => {
      expect(thrown).toBeInstanceOf(GatehouseError);
      return thrown as GatehouseError;
    },
  );

describe("signing", () => {
  it.each(kinds)("is right with %s, wherever it is done", async (kind, hash) => {
    const { publicKey } = keys(kind);
    const what: Signing = { body, key: keyFor(kind) };
    for (const signature of [await start().sign(what), await signHere(what), tasks["pki.sign"](what)]) {
      expect(verify(hash, body, publicKey, signature)).toBe(true);
      expect(verify(hash, Buffer.from("another"), publicKey, signature)).toBe(false);
    }
  });

  it("is not done with a key of another kind", async () => {
    expect(await failure(start().sign({ body, key: keyFor("ed25519") }))).toMatchObject({ code: "internal" });
    await expect(signHere({ body, key: keyFor("ec secp256k1") })).rejects.toThrow("neither RSA nor EC");
  });

  it("gives what survives a structured clone", () => {
    const signature = tasks["pki.sign"]({ body, key: keyFor("ec prime256v1") });
    expect(structuredClone(signature)).toEqual(signature);
    expect(Object.getPrototypeOf(signature)).toBe(Uint8Array.prototype);
  });

  it("names keys without telling them", () => {
    const { id, pem } = keyFor("rsa 2048");
    expect(id).toMatch(/^[0-9a-f]{64}$/);
    expect([createPrivateKey(pem).type, id === keyFor("ec prime256v1").id]).toEqual(["private", false]);
  });
});

describe("the thread", () => {
  it("is started by the first signature, and is the one for all", async () => {
    const threads = countThreads();
    const { sign } = start();
    expect(threads.started).toBe(0);
    await Promise.all(Array.from({ length: 50 }, () => sign({ body, key: keyFor("ec prime256v1") })));
    expect(threads.started).toBe(1);
  });

  it("is given a key once, and nothing of our environment", async () => {
    const file = script(`
      const seen = [];
      parentPort.on("message", ({ keyId, pem }) => {
        seen.push(pem === undefined ? "known" : "new");
        parentPort.postMessage({ failure: JSON.stringify({ seen, env: Object.keys(process.env), thread: threadId }) });
      });`);
    const { sign } = start({ script: file });
    const rsa = { body, key: keyFor("rsa 2048") };
    const ec = { body, key: keyFor("ec prime256v1") };
    for (const what of [rsa, rsa, ec, rsa]) await failure(sign(what));
    const { detail = "{}" } = await failure(sign(ec));
    const told = JSON.parse(detail) as { seen: string[]; env: string[]; thread: number };
    expect(told.seen).toEqual(["new", "known", "new", "known", "known"]);
    expect(told.env).toEqual([]);
    expect(told.thread).not.toBe(threadId);
  });

  it("does not keep a process from ending by itself", () => {
    const module = new URL("../../dist/signing/thread.js", import.meta.url).href;
    const what = `{ body: Buffer.from("x"), key: { id: "k", pem: ${JSON.stringify(pemOf("ec prime256v1"))} } }`;
    const text = `const { signInThread } = await import(${JSON.stringify(module)});
      const { length } = await signInThread().sign(${what});
      console.log(length > 60);`;
    const { stdout, status } = spawnSync(process.execPath, ["--input-type=module", "-e", text], {
      encoding: "utf8",
      timeout: 30_000,
    });
    expect([stdout, status]).toEqual(["true\n", 0]);
  });

  it("does not lose the caller's bytes", async () => {
    const bytes = new Uint8Array(body);
    await start().sign({ body: bytes, key: keyFor("ec prime256v1") });
    expect(Buffer.from(bytes)).toEqual(body);
  });

  it.each([
    ["exits", "process.exit(3)", "the thread ended with 3"],
    ["throws", 'throw new Error("out of luck")', "out of luck"],
  ])("that %s fails what it was at, and the rest goes on in another one", async (_what, death, detail) => {
    const threads = countThreads();
    const file = script(`
      parentPort.on("message", ({ pem, body }) => {
        if (Buffer.from(body).toString() === "die") { ${death}; }
        else parentPort.postMessage({ failure: pem === undefined ? "known" : "new" });
      });`);
    const { sign } = start({ script: file });
    const key = keyFor("rsa 2048");
    expect((await failure(sign({ body, key }))).detail).toBe("new");
    const [died, next, last] = await Promise.all([
      failure(sign({ body: Buffer.from("die"), key })),
      failure(sign({ body, key })),
      failure(sign({ body, key })),
    ]);
    expect([died.code, died.message, died.detail]).toEqual(["internal", "The signature could not be made.", detail]);
    // The new thread has the key to be told anew.
    expect([next.detail, last.detail, threads.started]).toEqual(["new", "known", 2]);
  });

  it("that dies between two signatures fails nobody", async () => {
    const file = script(`
      parentPort.on("message", () => {
        parentPort.postMessage({ failure: "answered" });
        setTimeout(() => process.exit(0), 10);
      });`);
    const { sign } = start({ script: file });
    const key = keyFor("rsa 2048");
    await failure(sign({ body, key }));
    const threads = countThreads();
    while (threads.started === 0) expect((await failure(sign({ body, key }))).detail).toMatch(/answered|ended/);
    expect(threads.started).toBeGreaterThan(0);
  });

  it("that cannot be started fails each signature, and none hangs", async () => {
    const { sign } = start({ script: path.join(tmpdir(), "there-is-no-such-script.mjs") });
    const key = keyFor("rsa 2048");
    for (const error of await Promise.all([failure(sign({ body, key })), failure(sign({ body, key }))]))
      expect(error.code).toBe("internal");
  });

  it("ends when it has had nothing to do for a while, and the next signature starts another", async () => {
    const file = script(`
      parentPort.on("message", ({ pem }) => {
        const failure = pem === undefined ? "known" : "new";
        // Longer than it may be idle.
        setTimeout(() => parentPort.postMessage({ failure }), 50);
      });`);
    const exits = exitsOfThreads();
    const threads = countThreads();
    const { sign } = start({ script: file, idleMs: 1 });
    const key = keyFor("rsa 2048");
    const both = await Promise.all([failure(sign({ body, key })), failure(sign({ body, key }))]);
    expect(both.map(({ detail }) => detail)).toEqual(["new", "known"]);
    await expect.poll(() => exits).toEqual([1]);
    expect((await failure(sign({ body, key }))).detail).toBe("new");
    expect(threads.started).toBe(2);
  });

  it("that hangs is ended, and what waits goes to another", async () => {
    const file = script(`
      parentPort.on("message", ({ body }) => {
        if (Buffer.from(body).toString() === "hang") for (;;);
        parentPort.postMessage({ failure: "answered" });
      });`);
    const exits = exitsOfThreads();
    const { sign } = start({ script: file, timeoutMs: 1000 });
    const key = keyFor("rsa 2048");
    const [hung, next] = await Promise.all([
      failure(sign({ body: Buffer.from("hang"), key })),
      failure(sign({ body, key })),
    ]);
    expect([hung.detail, next.detail]).toEqual(["no signature within 1 s", "answered"]);
    await expect.poll(() => exits).toEqual([1]);
  });

  it("has a queue with an end", async () => {
    const { sign } = start({ most: 2, script: script(`parentPort.on("message", () => {});`) });
    const key = keyFor("rsa 2048");
    // One is at work, two wait.
    const waiting = [sign({ body, key }), sign({ body, key }), sign({ body, key })].map(failure);
    expect(await failure(sign({ body, key }))).toMatchObject({ code: "overloaded", retryAfterSeconds: 10 });
    expect(waiting).toHaveLength(3);
    onTestFinished(() => void Promise.all(waiting));
  });

  it("that is closed fails what waits and what comes", async () => {
    const thread = signInThread({ script: script(`parentPort.on("message", () => {});`) });
    const key = keyFor("rsa 2048");
    const waiting = [failure(thread.sign({ body, key })), failure(thread.sign({ body, key }))];
    await thread.close();
    for (const error of await Promise.all(waiting)) expect(error.code).toBe("internal");
    expect((await failure(thread.sign({ body, key }))).message).toBe("The gateway is stopping.");
    await signInThread().close();
  });
});
