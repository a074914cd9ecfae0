import { once } from "node:events";
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Exchange } from "@gatehouse/core/exchanges";
import { afterAll, describe, expect, it } from "vitest";
import { row, serve, tableOfRows } from "./server.test.helper.js";

const dir = mkdtempSync(path.join(tmpdir(), "gatehouse-http-"));
afterAll(() => rmSync(dir, { recursive: true }));
const fileOf = (name: string, bytes: Buffer) => {
  const file = path.join(dir, name);
  writeFileSync(file, bytes);
  return file;
};
const fileRow = (file: string, size: number) => row({ handle: () => ({ status: 200, body: { path: file, size } }) });
const TWICE = "GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

describe("an answer", () => {
  it.each([
    ["text", "Grüße", 7],
    ["bytes", Buffer.of(0, 255, 10), 3],
    ["nothing", undefined, 0],
  ])("has the exact length of %s", async (_, body, length) => {
    const reply = body === undefined ? { status: 200 } : { status: 200, body };
    const { send } = await serve(tableOfRows(row({ handle: () => reply })));
    const answer = await send("GET", "/");
    expect(answer.headers["content-length"]).toBe(String(length));
    expect(answer.headers["transfer-encoding"]).toBeUndefined();
    expect(answer.body).toEqual(Buffer.from(body ?? ""));
  });

  it.each([204, 304])("has no length and no body with %d", async (status) => {
    const { raw } = await serve(tableOfRows(row({ handle: () => ({ status, body: "left out" }) })));
    const text = await raw(TWICE);
    expect(text.match(new RegExp(`HTTP/1\\.1 ${status} `, "g"))).toHaveLength(2);
    expect(text).not.toMatch(/content-length|transfer-encoding|left out/i);
  });

  it("has the table's common headers, unless caches may keep it", async () => {
    for (const reply of [{ status: 200 }, { status: 200, isLasting: true, headers: { "X-Own": "1" } }] as const) {
      const { send } = await serve(tableOfRows(row({ handle: () => reply })));
      const { headers } = await send("GET", "/");
      expect([headers["x-common"], headers["x-own"]]).toEqual(
        "isLasting" in reply ? [undefined, "1"] : ["yes", undefined],
      );
    }
  });

  it("closes the connection while the gateway drains, and keeps it otherwise", async () => {
    let draining = false;
    const { send } = await serve(tableOfRows(row({ handle: () => ({ status: 200 }) })), { draining: () => draining });
    const keep = { Connection: "keep-alive" };
    expect((await send("GET", "/", keep)).headers.connection).toBe("keep-alive");
    draining = true;
    expect((await send("GET", "/", keep)).headers.connection).toBe("close");
    expect((await send("GET", "/none", keep)).headers.connection).toBe("close");
  });
});

describe("an answer from a file", () => {
  it("may be a part of it", async () => {
    const file = fileOf("part", Buffer.from("0123456789"));
    const body = { path: file, start: 3, size: 4 };
    const { send } = await serve(tableOfRows(row({ handle: () => ({ status: 206, body }) })));
    const answer = await send("GET", "/");
    expect(answer.headers["content-length"]).toBe("4");
    expect(answer.body.toString()).toBe("3456");
  });

  it("is streamed as it is, with its length", async () => {
    const bytes = Buffer.alloc(3 << 20, "0123456789abcdef!");
    const { send } = await serve(tableOfRows(fileRow(fileOf("big", bytes), bytes.length)));
    const answer = await send("GET", "/");
    expect(answer.headers["content-length"]).toBe(String(bytes.length));
    expect(answer.body.equals(bytes)).toBe(true);
  });

  it.each([0, 3])("never sends more than the %i bytes that it promised", async (size) => {
    const { raw } = await serve(tableOfRows(fileRow(fileOf("longer", Buffer.from("abcdef")), size)));
    const bodies = (await raw(TWICE)).split(/HTTP\/1\.1 200 OK\r\n/).slice(1);
    expect(bodies.map((text) => text.split("\r\n\r\n")[1])).toEqual(["abcdef".slice(0, size), "abcdef".slice(0, size)]);
  });

  it.each([
    ["is shorter than promised", () => fileOf("shorter", Buffer.alloc(10))],
    ["is not there", () => path.join(dir, "missing")],
    ["is a folder", () => dir],
  ])("breaks the connection when the file %s, and the server goes on", async (_, file) => {
    const { send, lines } = await serve(
      tableOfRows(fileRow(file(), 1000), row({ pattern: /^\/alive$/, handle: () => ({ status: 200 }) })),
    );
    await expect(send("GET", "/")).rejects.toThrow();
    await expect.poll(() => lines.map(({ fields }) => fields["code"]), { timeout: 10_000 }).toEqual(["internal"]);
    expect((await send("GET", "/alive")).status).toBe(200);
  });

  it("breaks the connection when the file is cut while it is sent", async () => {
    const file = fileOf("cut", Buffer.alloc(64 << 20));
    const { port, send, lines } = await serve(tableOfRows(fileRow(file, 64 << 20)));
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => undefined);
    socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    let received = (await once(socket, "data"))[0].length as number;
    truncateSync(file, 1 << 20);
    socket.on("data", (chunk) => {
      received += chunk.length;
    });
    await once(socket, "close");
    expect(received).toBeLessThan(64 << 20);
    await expect.poll(() => lines.length, { timeout: 10_000 }).toBe(1);
    expect((await send("GET", "/none")).status).toBe(404);
  });

  it("goes on when the caller hangs up in the middle", async () => {
    const { port, send, lines, admission } = await serve(
      tableOfRows(fileRow(fileOf("left", Buffer.alloc(64 << 20)), 64 << 20)),
    );
    const socket = connect(port, "127.0.0.1");
    socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    await once(socket, "data");
    socket.resetAndDestroy();
    await expect.poll(() => lines.length, { timeout: 10_000 }).toBe(1);
    expect(admission.inFlight("operator")).toBe(0);
    expect((await send("GET", "/none")).status).toBe(404);
  });
});

describe("who watches", () => {
  const echo = row({
    id: "echo",
    method: "PUT",
    bodyLimit: 100,
    handle: ({ body }) => ({ status: 201, body: `got ${body}` }),
  });

  it("sees the exchange with both bodies, as the wire carried them", async () => {
    const seen: Exchange[] = [];
    const { send } = await serve(tableOfRows(echo), {
      exchanges: { wants: (id) => id === "echo", record: (one) => seen.push(one) },
    });
    const answer = await send("PUT", "/?q=1", { "X-Some": "header" }, "body");
    await send("PUT", "/none", {}, "body");
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({
      requestId: answer.headers["x-request-id"],
      protocol: "test",
      route: "echo",
      method: "PUT",
      url: "/?q=1",
      requestBody: Buffer.from("body"),
      status: 201,
      responseBody: Buffer.from("got body"),
    });
    expect(seen[0]?.requestHeaders.slice(0, 2)).toEqual(["X-Some", "header"]);
    expect(seen[0]?.responseHeaders["X-Common"]).toBe("yes");
  });

  it("is handed nothing that it does not want", async () => {
    const asked: string[] = [];
    const exchanges = {
      wants: (id: string) => asked.push(id) < 0,
      record: () => {
        throw new Error("not wanted");
      },
    };
    const { send, lines } = await serve(tableOfRows(echo), { exchanges });
    expect((await send("PUT", "/", {}, "body")).status).toBe(201);
    expect(asked).toEqual(["echo"]);
    expect(lines).toHaveLength(1);
  });

  it("finds every request in the figures, by route and status", async () => {
    const { send, metrics } = await serve(tableOfRows(echo));
    await send("PUT", "/", {}, "a");
    await send("PUT", "/", {}, "b");
    await send("GET", "/none");
    const text = await metrics.registry.metrics();
    expect(text).toContain('gatehouse_http_request_seconds_count{protocol="test",route="echo",status="201"} 2');
    expect(text).toContain('gatehouse_http_request_seconds_count{protocol="test",route="none",status="404"} 1');
    expect(text).toContain('gatehouse_http_requests_in_flight{class="operator"} 0');
  });

  it("finds one line for every request, without headers or bodies", async () => {
    const { send, lines } = await serve(tableOfRows(echo));
    await send("PUT", "/?token=SECRET", { Authorization: "Bearer SECRET" }, "SECRET");
    expect(lines).toEqual([
      {
        level: "info",
        message: "request",
        fields: expect.objectContaining({ route: "echo", method: "PUT", path: "/", status: 201 }),
      },
    ]);
    expect(JSON.stringify(lines)).not.toContain("SECRET");
  });
});
