import { mkdtempSync, rmSync } from "node:fs";
import { chmod } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Arrivals, listenForWorkers } from "./arrivals.js";
import { WorkerGone } from "./worker.js";

const dir = mkdtempSync(path.join(tmpdir(), "gatehouse-socket-"));
const socket = path.join(dir, "socket");
// A pid of no process: nothing that these tests do ends one.
const PID = 2 ** 30;

describe("the socket of workers", () => {
  let arrivals: Arrivals;
  const open: Socket[] = [];
  beforeAll(async () => {
    arrivals = await listenForWorkers({ socket, own: chmod });
  });
  afterEach(() => {
    for (const one of open.splice(0)) one.destroy();
  });
  afterAll(async () => {
    await arrivals.close();
    rmSync(dir, { recursive: true });
  });

  const come = (hello: string): Socket => {
    const connection = connect(socket);
    connection.on("error", () => {});
    connection.write(hello);
    open.push(connection);
    return connection;
  };
  const isSentAway = (connection: Socket) =>
    new Promise((resolve) => connection.on("close", () => resolve(true)).resume());
  const arrive = async () => {
    const { token, worker } = arrivals.expect();
    const connection = come(`${JSON.stringify({ token, pid: PID })}\n`);
    return { token, connection, worker: await worker };
  };
  /** What comes over the connection next. */
  const heard = (connection: Socket) =>
    new Promise<unknown>((resolve) => connection.once("data", (bytes) => resolve(JSON.parse(bytes.toString()))));
  const load = { op: "load" } as const;
  const nobody = async () => undefined;

  it.each([
    ["no token that is expected", '{"token":"x","pid":1073741824}\n'],
    ["nothing that is JSON", "GET / HTTP/1.1\n"],
    ["what is no object", "null\n"],
    ["more than a line", `${"x".repeat(300)}`],
  ])("sends away who says %s", async (_, hello) => {
    expect(await isSentAway(come(hello))).toBe(true);
  });

  it("sends away who comes twice, late, or names no process", async () => {
    const { token } = await arrive();
    expect(await isSentAway(come(`${JSON.stringify({ token, pid: PID })}\n`))).toBe(true);
    const late = arrivals.expect();
    arrivals.giveUp(late.token, new Error("too late"));
    await expect(late.worker).rejects.toThrow("too late");
    expect(await isSentAway(come(`${JSON.stringify({ token: late.token, pid: PID })}\n`))).toBe(true);
    for (const pid of [0, 1, -5, "7", null, 1.5]) {
      const { token: other } = arrivals.expect();
      expect(await isSentAway(come(`${JSON.stringify({ token: other, pid })}\n`))).toBe(true);
    }
  });

  it("carries a request, questions meanwhile, and the answer with its text", async () => {
    const { connection, worker } = await arrive();
    const answer = worker.ask({ op: "compile", certname: "a" }, async (question) => ({ ...question, known: true }));
    expect(await heard(connection)).toEqual({ op: "compile", certname: "a" });
    connection.write('{"ask":"puppetdb","query":"x"}\n');
    expect(await heard(connection)).toEqual({ found: { ask: "puppetdb", query: "x", known: true } });
    connection.write('{"ok":true,"catalog":true}\n{"resour');
    connection.write('ces":[]}\n');
    const { said, text } = await answer;
    expect([said, text?.toString()]).toEqual([{ ok: true, catalog: true }, '{"resources":[]}']);
  });

  it("tells a worker why its question has no answer", async () => {
    const { connection, worker } = await arrive();
    const answer = worker.ask(load, async () => {
      throw new Error("No such filter.");
    });
    await heard(connection);
    connection.write('{"ask":"exported","type":"File","filter":null}\n');
    expect(await heard(connection)).toEqual({ error: "No such filter." });
    connection.write('{"ok":true}\n');
    expect(await answer).toEqual({ said: { ok: true }, text: undefined });
  });

  it.each([
    ["ends in the middle of a line", '{"ok":tr'],
    ["ends before its text is whole", '{"ok":true,"catalog":true}\n{"half'],
  ])("has no answer of one that %s", async (_, text) => {
    const { connection, worker } = await arrive();
    const answer = worker.ask(load, nobody);
    await heard(connection);
    connection.end(text);
    await expect(answer).rejects.toThrow(WorkerGone);
    await worker.gone;
    await expect(worker.ask(load, nobody)).rejects.toThrow(WorkerGone);
  });

  it.each([
    ["nonsense in its answer", true, "nonsense\n"],
    ["a line that nobody asked for", false, '{"ok":true}\n'],
  ])("ends one with %s", async (_, asks, text) => {
    const { connection, worker } = await arrive();
    const answer = asks ? worker.ask(load, nobody) : Promise.reject(new WorkerGone());
    answer.catch(() => {});
    connection.write(text);
    await worker.gone;
    await expect(answer).rejects.toThrow(WorkerGone);
  });
});
