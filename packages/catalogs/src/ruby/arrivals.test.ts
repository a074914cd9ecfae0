import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { chmod } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { GatehouseError } from "@gatehouse/core/errors";
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
  const nobody = async () => "[]";

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
    const answer = worker.ask({ op: "compile", certname: "a" }, async (question) =>
      JSON.stringify({ ...question, known: true }),
    );
    expect(await heard(connection)).toEqual({ op: "compile", certname: "a", id: 1 });
    connection.write('{"id":1,"ask":"puppetdb","query":"x"}\n');
    expect(await heard(connection)).toEqual({ found: { id: 1, ask: "puppetdb", query: "x", known: true } });
    connection.write('{"id":1,"ok":true,"catalog":true}\n{"resour');
    connection.write('ces":[]}\n');
    const { said, text } = await answer;
    expect([said, text?.toString()]).toEqual([{ id: 1, ok: true, catalog: true }, '{"resources":[]}']);
  });

  it("tells a worker why its question has no answer", async () => {
    const { connection, worker } = await arrive();
    const answer = worker.ask(load, async () => {
      throw new GatehouseError("request-malformed", "No such filter.");
    });
    await heard(connection);
    connection.write('{"id":1,"ask":"exported","type":"File","filter":null}\n');
    expect(await heard(connection)).toEqual({ error: "No such filter." });
    connection.write('{"id":1,"ok":true}\n');
    expect(await answer).toEqual({ said: { id: 1, ok: true }, text: undefined });
  });

  it.each([
    ["ends in the middle of a line", '{"id":1,"ok":tr'],
    ["ends before its text is whole", '{"id":1,"ok":true,"catalog":true}\n{"half'],
  ])("has no answer of one that %s", async (_, text) => {
    const { connection, worker } = await arrive();
    const answer = worker.ask(load, nobody);
    await heard(connection);
    connection.end(text);
    await expect(answer).rejects.toThrow(WorkerGone);
    await worker.gone;
    await expect(worker.ask(load, nobody)).rejects.toThrow(WorkerGone);
  });

  it("answers a question that nests deeper than any call with an error", async () => {
    const { connection, worker } = await arrive();
    const answer = worker.ask(load, async (question) => JSON.stringify(question));
    await heard(connection);
    connection.write(`{"id":1,"ask":"puppetdb","query":${"[".repeat(100_000)}${"]".repeat(100_000)}}\n`);
    expect(await heard(connection)).toEqual({ error: "The request failed inside the gateway." });
    connection.write('{"id":1,"ok":true}\n');
    expect((await answer).said.ok).toBe(true);
  });

  it("has room for who comes with a token, though many have come without", async () => {
    const many = Array.from({ length: 200 }, () => come(""));
    await Promise.all(many.map((one) => once(one, "connect")));
    const { worker } = await arrive();
    const kept = many.filter(({ destroyed, readyState }) => !destroyed && readyState === "open");
    expect([worker.pid, kept.length < 100]).toEqual([PID, true]);
  });

  it("ends though somebody has come and says nothing", async () => {
    const other = path.join(dir, "other");
    const ending = await listenForWorkers({ socket: other, own: chmod });
    const connection = connect(other);
    await once(connection, "connect");
    const closed = once(connection, "close");
    await ending.close();
    await closed;
    expect(connection.destroyed).toBe(true);
  });

  const twice = '{"id":1,"ask":"puppetdb","query":"x"}\n'.repeat(2);
  it.each([
    ["nonsense in its answer", true, "nonsense\n"],
    ["the answer to another request", true, '{"id":2,"ok":true}\n'],
    ["an answer to none", true, '{"ok":true}\n'],
    ["an answer that is a list", true, "[]\n"],
    ["an answer that does not say how it went", true, '{"message":"a"}\n'],
    ["a message that is no text", true, '{"id":1,"ok":false,"message":{}}\n'],
    ["logs that are none", true, '{"id":1,"ok":true,"logs":[null]}\n'],
    ["exported resources that are none", true, '{"id":1,"ok":true,"exported":[{"type":"File","title":"/a"}]}\n'],
    ["a question of no kind", true, '{"id":1,"ask":"secrets"}\n'],
    ["a second question before the first has its answer", true, twice],
    ["an answer before its question has one", true, '{"id":1,"ask":"puppetdb","query":"x"}\n{"id":1,"ok":true}\n'],
    ["a line that nobody asked for", false, '{"id":1,"ok":true}\n'],
  ])("ends one with %s", async (_, asks, text) => {
    const { connection, worker } = await arrive();
    const answer = asks ? worker.ask(load, nobody) : Promise.reject(new WorkerGone("it ended"));
    answer.catch(() => {});
    connection.write(text);
    await worker.gone;
    await expect(answer).rejects.toThrow(WorkerGone);
  });
});
