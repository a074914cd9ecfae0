import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { row, serve, tableOfRows } from "./server.test.helper.js";

const LIMIT = 1000;
const put = (said = {}) =>
  row({ method: "PUT", bodyLimit: LIMIT, handle: ({ body }) => ({ status: 200, body }), ...said });
const table = tableOfRows(put(), row({ handle: () => ({ status: 200, body: "got" }) }));
const chunked = (...parts: string[]) =>
  `PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${parts.map((part) => `${part.length.toString(16)}\r\n${part}\r\n`).join("")}`;

describe("a request's body", () => {
  it.each([0, 1, LIMIT])("is handed over with %i bytes as they came", async (length) => {
    const { send, admission } = await serve(table);
    const body = Buffer.alloc(length, 0xfe);
    expect((await send("PUT", "/", {}, body)).body).toEqual(body);
    expect(admission.bytesInFlight).toBe(0);
  });

  it("is put together from chunks", async () => {
    const { raw } = await serve(table);
    const text = await raw(
      `${chunked("one", "two", "three")}0\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    );
    expect(text).toContain("onetwothree");
    expect(text).toContain("got");
  });

  it("is refused by its declared length, unread", async () => {
    const { send, admission } = await serve(table);
    const answer = await send("PUT", "/", {}, Buffer.alloc(LIMIT + 1));
    expect([answer.status, answer.headers.connection]).toEqual([413, "close"]);
    expect(admission.bytesInFlight).toBe(0);
  });

  it("that does not come keeps no place of its class from others", async () => {
    const limits = { requests: { "check-in": 2, content: 2, submission: 2, operator: 2, platform: 2 } };
    const { port, send, admission } = await serve(table, {}, limits);
    const silent = Array.from({ length: 20 }, () => {
      const socket = connect(port, "127.0.0.1");
      socket.on("error", () => undefined);
      socket.write("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf");
      return socket;
    });
    while (admission.bytesInFlight < 20 * 4) await new Promise((resolve) => setTimeout(resolve, 5));
    expect((await send("PUT", "/", {}, "x")).status).toBe(200);
    for (const socket of silent) socket.destroy();
  });

  it("that is refused is read out, so that who sends all of it first sees the answer and no broken connection", async () => {
    const { port, admission } = await serve(table);
    for (const body of [Buffer.alloc(20_000_000), Buffer.alloc(LIMIT + 1)]) {
      // A client that writes everything before it reads, as urllib and .NET do.
      const socket = connect(port, "127.0.0.1");
      const errors: Error[] = [];
      socket.on("error", (error) => errors.push(error));
      socket.pause();
      await new Promise<void>((resolve) => {
        socket.write(`PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n`);
        socket.write(body, () => resolve());
      });
      const text = await new Promise<string>((resolve) => {
        let all = "";
        socket.on("data", (chunk) => {
          all += chunk;
        });
        socket.on("close", () => resolve(all));
        socket.resume();
      });
      expect(text).toMatch(/^HTTP\/1\.1 413 /);
      expect(errors).toEqual([]);
    }
    expect(admission.inFlight("operator")).toBe(0);
  });

  it("is refused as soon as a stream passes the limit, with an answer", async () => {
    const { raw, admission, lines } = await serve(table);
    const text = await raw(chunked("a".repeat(LIMIT), "b"));
    expect(lines.map(({ fields }) => [fields["code"], fields["from"]])).toEqual([["body-too-large", "127.0.0.1"]]);
    expect(text).toMatch(/^HTTP\/1\.1 413 /);
    expect(text).toMatch(/\r\nConnection: close\r\n/);
    expect(text).toContain("body-too-large");
    expect(admission.bytesInFlight).toBe(0);
    expect(admission.inFlight("operator")).toBe(0);
  });

  it.each(["gzip", "deflate", "br", "x"])("is refused with the Content-Encoding %s", async (coding) => {
    const { send } = await serve(table);
    expect((await send("PUT", "/", { "Content-Encoding": coding }, "x")).status).toBe(415);
    expect((await send("PUT", "/", { "Content-Encoding": "Identity" }, "x")).status).toBe(200);
  });

  it("is malformed when it ends before its declared length, and nothing is handled", async () => {
    let handled = 0;
    const { raw, admission, lines } = await serve(
      tableOfRows(put({ handle: () => ({ status: 200, body: String(++handled) }) })),
    );
    await raw("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf", true);
    await expect.poll(() => lines.length, { timeout: 10_000 }).toBe(1);
    expect(lines[0]?.fields["code"]).toBe("request-malformed");
    expect(handled).toBe(0);
    expect(admission.bytesInFlight).toBe(0);
    expect(admission.inFlight("operator")).toBe(0);
  });

  it("is malformed when the connection breaks in it", async () => {
    const { port, admission, lines } = await serve(table);
    const socket = connect(port, "127.0.0.1");
    socket.write("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf");
    await expect.poll(() => admission.bytesInFlight, { timeout: 10_000 }).toBe(4);
    socket.resetAndDestroy();
    await expect.poll(() => lines.length, { timeout: 10_000 }).toBe(1);
    expect(lines[0]?.fields["code"]).toBe("request-malformed");
    expect(admission.bytesInFlight).toBe(0);
  });

  it("is not taken for the next request when a row takes none", async () => {
    const { raw } = await serve(table);
    const body = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";
    const text = await raw(
      `GET / HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    );
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 200"]);
    expect(text).toContain("Connection: close");
  });

  it("keeps the connection of a request without a body", async () => {
    const { raw } = await serve(table);
    const text = await raw("GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 200", "HTTP/1.1 200"]);
  });

  it("gives its place back when the caller goes while it is being authenticated", async () => {
    const operators = tableOfRows(
      put({ access: { who: "operator", role: "viewer" }, handle: () => ({ status: 200 }) }),
    );
    let proven: (() => void) | undefined;
    const authenticate = async (req: IncomingMessage) => {
      req.socket.destroy();
      await new Promise<void>((resolve) => {
        req.on("close", () => setImmediate(resolve));
        proven = resolve;
      });
      return { kind: "token", name: "t", role: "admin" } as const;
    };
    const { send, admission, lines } = await serve(operators, { authenticate });
    await send("PUT", "/", {}, Buffer.alloc(10)).catch(() => undefined);
    expect(proven).toBeDefined();
    await expect.poll(() => lines.length, { timeout: 10_000 }).toBe(1);
    expect([admission.inFlight("operator"), admission.inFlight("submission"), admission.bytesInFlight]).toEqual([
      0, 0, 0,
    ]);
  });

  it("is left to a row that streams", async () => {
    const handle = async ({ raw, body }: { raw: AsyncIterable<Buffer>; body: Buffer }) => {
      let size = 0;
      for await (const chunk of raw) size += chunk.length;
      return { status: 200, body: `${size} ${body.length}` };
    };
    const { send } = await serve(tableOfRows(put({ streamed: true, handle })));
    expect((await send("PUT", "/", {}, Buffer.alloc(5000))).text).toBe("5000 0");
  });
});

describe("admission", () => {
  it("turns away what is too much of a class, and takes it when there is room again", async () => {
    const gate: (() => void)[] = [];
    const slow = row({
      pattern: /^\/slow$/,
      admission: "content",
      handle: () => new Promise((resolve) => gate.push(() => resolve({ status: 200 }))),
    });
    const requests = { "check-in": 1, content: 2, submission: 1, operator: 1, platform: 1 };
    const { send, admission } = await serve(
      tableOfRows(slow, row({ handle: () => ({ status: 200 }) })),
      {},
      { requests },
    );
    const first = [send("GET", "/slow"), send("GET", "/slow")];
    await expect.poll(() => gate.length, { timeout: 10_000 }).toBe(2);
    const refused = await send("GET", "/slow");
    expect(refused.status).toBe(503);
    expect(Number(refused.headers["retry-after"])).toBeGreaterThanOrEqual(5);
    expect((await send("GET", "/")).status).toBe(200);
    for (const open of gate.splice(0)) open();
    expect((await Promise.all(first)).map(({ status }) => status)).toEqual([200, 200]);
    const next = send("GET", "/slow");
    await expect.poll(() => gate.length, { timeout: 10_000 }).toBe(1);
    gate[0]?.();
    expect((await next).status).toBe(200);
    expect(admission.inFlight("content")).toBe(0);
  });

  it("turns bodies away when memory is short, with an answer", async () => {
    const { raw, send, admission } = await serve(table, {}, { bodyBytes: 500 });
    expect(await raw(chunked("a".repeat(400), "b".repeat(200)))).toMatch(/^HTTP\/1\.1 503 [\s\S]*Retry-After: \d/);
    expect(admission.bytesInFlight).toBe(0);
    expect((await send("PUT", "/", {}, Buffer.alloc(500))).status).toBe(200);
  });

  it("gives everything back whatever a handler does", async () => {
    const thrower = put({ handle: () => Promise.reject(new Error("no")) });
    const { port, send, admission, metrics } = await serve(tableOfRows(thrower));
    const calls = Array.from({ length: 20 }, () => send("PUT", "/", {}, Buffer.alloc(LIMIT)));
    expect((await Promise.all(calls)).map(({ status }) => status)).toEqual(calls.map(() => 500));
    const socket = connect(port, "127.0.0.1");
    socket.end(
      "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabcPUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nab",
    );
    socket.resume();
    await once(socket, "close");
    await expect.poll(() => admission.inFlight("operator"), { timeout: 10_000 }).toBe(0);
    expect(admission.bytesInFlight).toBe(0);
    expect(await metrics.registry.metrics()).toContain("gatehouse_http_body_bytes_in_flight 0");
  });
});
