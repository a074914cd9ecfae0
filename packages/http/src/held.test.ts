import { EventEmitter, once } from "node:events";
import type { ServerResponse } from "node:http";
import { connect } from "node:net";
import type { Exchange } from "@gatehouse/core/exchanges";
import { describe, expect, it } from "vitest";
import { row, serve, tableOfRows } from "./server.test.helper.js";

/** A route that holds its answers, one whose handler waits for `ready`, and one that answers at once. */
function holding(ready: () => Promise<void> = async () => undefined) {
  const held: ServerResponse[] = [];
  let gone = 0;
  const hold = (res: ServerResponse) => {
    held.push(res);
    return () => {
      gone++;
    };
  };
  const table = tableOfRows(
    row({
      id: "wait",
      admission: "check-in",
      handle: async () => {
        await ready();
        return { status: 200, headers: { "Content-Type": "text/plain" }, body: { hold } };
      },
    }),
    row({ id: "other", pattern: /^\/else$/, handle: () => ({ status: 200, body: "here" }) }),
  );
  return { held, gone: () => gone, table };
}

const ASK = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

/** A connection that has sent `bytes`, and all that came back so far. */
function caller(port: number, bytes: string) {
  const socket = connect(port, "127.0.0.1");
  let text = "";
  socket.setEncoding("latin1").on("data", (chunk) => {
    text += chunk;
  });
  socket.on("error", () => undefined);
  socket.write(bytes);
  return { socket, text: () => text };
}

describe("an answer that takes its time", () => {
  it("begins at once, says what there is to say when there is, and ends its connection", async () => {
    const { table, held, gone } = holding();
    const { port } = await serve(table);
    const { socket, text } = caller(port, ASK);
    await expect.poll(text).toMatch(/^HTTP\/1\.1 200 OK\r\n.*\r\n\r\n$/s);
    expect(text()).toMatch(/^Transfer-Encoding: chunked\r$/m);
    expect(text()).toMatch(/^Connection: close\r$/m);
    expect(text()).not.toMatch(/content-length/i);
    held[0]?.write("@");
    await expect.poll(text).toMatch(/\r\n\r\n1\r\n@\r\n$/);
    expect(gone()).toBe(0);
    held[0]?.end("now");
    await once(socket, "close");
    expect(text()).toMatch(/\r\n\r\n1\r\n@\r\n3\r\nnow\r\n0\r\n\r\n$/);
    await expect.poll(gone).toBe(1);
  });

  it("holds no place, and is logged, counted and watched at its end", async () => {
    const seen: Exchange[] = [];
    const { table, held } = holding();
    const { port, admission, lines, metrics } = await serve(table, {
      exchanges: { wants: () => true, record: (one) => seen.push(one) },
    });
    const { socket } = caller(port, ASK);
    await expect.poll(() => held.length).toBe(1);
    expect(admission.inFlight("check-in")).toBe(0);
    expect([lines.length, seen.length]).toEqual([0, 0]);
    held[0]?.end();
    await once(socket, "close");
    await expect.poll(() => lines.map(({ fields }) => [fields["route"], fields["status"]])).toEqual([["wait", 200]]);
    expect(seen).toMatchObject([{ route: "wait", status: 200, responseBody: undefined }]);
    expect(await metrics.registry.metrics()).toContain(
      'gatehouse_http_request_seconds_count{protocol="test",route="wait",status="200"} 1',
    );
    expect(admission.inFlight("check-in")).toBe(0);
  });

  it("takes no place from others: as many wait as want to, where one may be under way", async () => {
    const { table, held } = holding();
    const { port, send } = await serve(
      table,
      {},
      {
        requests: { "check-in": 1, content: 1, submission: 1, operator: 1, platform: 1 },
      },
    );
    for (let i = 1; i <= 20; i++) {
      caller(port, ASK);
      await expect.poll(() => held.length).toBe(i);
    }
    expect((await send("GET", "/else")).text).toBe("here");
  });

  it("is let go when its reader hangs up, and logged", async () => {
    const { table, held, gone } = holding();
    const { port, lines } = await serve(table);
    for (const hangUp of ["end", "destroy", "resetAndDestroy"] as const) {
      const before = gone();
      const { socket } = caller(port, ASK);
      await expect.poll(() => held.length).toBe(before + 1);
      socket[hangUp]();
      await expect.poll(gone).toBe(before + 1);
      await expect.poll(() => lines.length).toBe(before + 1);
      expect(held.at(-1)?.writable === true && held.at(-1)?.destroyed === false).toBe(false);
    }
  });

  it("is not begun for who has gone before", async () => {
    const ready = new EventEmitter();
    let asked = 0;
    const { table, held } = holding(async () => {
      asked++;
      await once(ready, "go");
    });
    const { port, lines, server } = await serve(table);
    const { socket } = caller(port, ASK);
    await expect.poll(() => asked).toBe(1);
    socket.resetAndDestroy();
    await expect.poll(() => new Promise((resolve) => server.getConnections((_, count) => resolve(count)))).toBe(0);
    ready.emit("go");
    await expect.poll(() => lines.length).toBe(1);
    expect(held).toEqual([]);
  });

  it("is refused behind another request, and with a body that does not come", async () => {
    const { table, held } = holding();
    const { port, raw } = await serve(table);
    const { text, socket } = caller(port, `${ASK}${ASK}`);
    await expect.poll(() => held.length).toBe(1);
    held[0]?.end();
    await once(socket, "close");
    // The connection ends with the first: the second has no answer, and waits for nothing.
    expect(text().match(/HTTP\/1\.1/g)).toHaveLength(1);
    expect(held).toHaveLength(1);
    const refused = await raw("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab", true);
    expect(refused).toMatch(/^HTTP\/1\.1 400 /);
    expect(held).toHaveLength(1);
  });

  it("does not keep a server that drains: who holds it ends it", async () => {
    const { table, held, gone } = holding();
    const { port, server } = await serve(table);
    const { socket, text } = caller(port, ASK);
    await expect.poll(() => held.length).toBe(1);
    const closed = new Promise((resolve) => server.close(resolve));
    held[0]?.end();
    await Promise.all([closed, once(socket, "close")]);
    expect(text()).toMatch(/\r\n0\r\n\r\n$/);
    await expect.poll(gone).toBe(1);
  });
});
