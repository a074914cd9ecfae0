import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { mayCall } from "./allowed.js";
import { wakeByPort } from "./port.js";

const LAB = { own: () => [], loopback: true };

/** Something that listens, answers whatever comes with `answer`, and counts who came. */
async function listener(answer: string | ((socket: Socket) => void)) {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("data", (chunk) => {
      asked.push(chunk.toString("latin1"));
      if (typeof answer === "string") socket.end(answer);
      else answer(socket);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const close = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  onTestFinished(close);
  return { port, asked, close, sockets };
}

const answering = (status: string, more = "") => `HTTP/1.1 ${status}\r\nContent-Type: text/html\r\n${more}\r\n<html>`;

describe("an agent's own port", () => {
  it("is asked to come now", async () => {
    const { port, asked } = await listener(answering("200 OK"));
    const { ok, outcome, message } = await wakeByPort({ address: "127.0.0.1", port }, LAB);
    expect([ok, outcome]).toEqual([true, "woke"]);
    expect(message).toContain(`127.0.0.1:${port}`);
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatch(/^GET \/now HTTP\/1\.1\r\n/);
    expect(asked[0]).toMatch(/^connection: close\r$/im);
  });

  it("may say that it trusts somebody else, and operators read what to do", async () => {
    const { port } = await listener(answering("403 OK"));
    const found = await wakeByPort({ address: "127.0.0.1", port }, LAB);
    expect([found.ok, found.outcome]).toEqual([false, "not-trusted"]);
    expect(found.message).toContain("httpd-trust");
  });

  it.each(["301 Moved", "302 Found", "303 See Other", "307 Temporary Redirect", "308 Permanent Redirect"])(
    "that answers %s leads nowhere else",
    async (status) => {
      const target = await listener(answering("200 OK"));
      const { port } = await listener(
        answering(status, `Location: http://127.0.0.1:${target.port}/latest/meta-data\r\n`),
      );
      expect(await wakeByPort({ address: "127.0.0.1", port }, LAB)).toMatchObject({ ok: false, outcome: "redirected" });
      expect(target.asked).toEqual([]);
    },
  );

  it("where nothing listens is told so", async () => {
    const { port, close } = await listener("");
    close();
    expect(await wakeByPort({ address: "127.0.0.1", port }, LAB)).toMatchObject({ ok: false, outcome: "refused" });
  });

  it.each([
    ["is silent", () => undefined],
    [
      "never ends its head",
      (socket: Socket) => {
        const more = setInterval(() => socket.write("HTTP/1.1 100 Continue\r\n\r\n"), 5);
        socket.once("close", () => clearInterval(more));
      },
    ],
  ])("that %s is waited for no longer than it may take", async (_, answer) => {
    const { port, sockets } = await listener(answer);
    const found = await wakeByPort({ address: "127.0.0.1", port }, { ...LAB, withinMs: 150 });
    expect(found).toMatchObject({ ok: false, outcome: "timed-out" });
    await expect.poll(() => [...sockets].every((socket) => socket.destroyed)).toBe(true);
  });

  it.each([
    ["hangs up", ""],
    ["speaks something else", "SSH-2.0-OpenSSH_9.2\r\n"],
    ["changes to another protocol", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"],
    ["has a head without an end", `HTTP/1.1 200 OK\r\nX-Big: ${"x".repeat(1 << 20)}`],
    ["answers 500", answering("500 Internal Server Error")],
    ["answers 404", answering("404 Not Found")],
  ])("that %s is no agent", async (_, answer) => {
    const { port } = await listener(answer);
    expect(await wakeByPort({ address: "127.0.0.1", port }, LAB)).toMatchObject({ ok: false, outcome: "failed" });
  });

  it("that answers without end is not read", async () => {
    let sent = 0;
    const { port, sockets } = await listener((socket) => {
      socket.write(answering("200 OK"));
      const flood = () => {
        while (!socket.destroyed && socket.write(Buffer.alloc(1 << 16))) sent += 1 << 16;
      };
      socket.on("drain", flood);
      flood();
    });
    expect(await wakeByPort({ address: "127.0.0.1", port }, LAB)).toMatchObject({ ok: true });
    await expect.poll(() => [...sockets].every((socket) => socket.destroyed)).toBe(true);
    expect(sent).toBeLessThan(64 << 20);
  });

  it("is let go when the gateway stops", async () => {
    const { port, asked } = await listener(() => stop.abort());
    const stop = new AbortController();
    expect(await wakeByPort({ address: "127.0.0.1", port }, LAB, stop.signal)).toMatchObject({ outcome: "failed" });
    expect(asked).toHaveLength(1);
  });
});

describe("an address that is not called", () => {
  const own = () => ["10.1.2.3", "2001:db8::5"];

  it.each([
    "127.0.0.1",
    "127.255.0.9",
    "0.0.0.0",
    "0.1.2.3",
    "169.254.169.254",
    "192.0.0.192",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "0:0:0:0:0:0:0:1",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "::ffff:169.254.169.254",
    "::127.0.0.1",
    "fe80::1",
    "fe80::1%lo",
    "fec0::1",
    "ff02::1",
    "fd00:ec2::254",
    "64:ff9b::127.0.0.1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b::1",
    "64:ff9b::10.1.2.3",
    "64:ff9b:1::7f00:1",
    "2002:7f00:1::",
    "2001:0:7f00:1::",
    "::ffff:0:127.0.0.1",
    "10.1.2.3",
    "::ffff:10.1.2.3",
    "2001:db8:0::5",
  ])("%s", async (address) => {
    expect(mayCall(address, own)).toBe(false);
    expect(await wakeByPort({ address, port: 1 }, { own, loopback: false })).toMatchObject({ outcome: "not-called" });
  });

  it.each(["agent.example", "localhost", "2130706433", "0x7f.1", "127.1", "", " 10.0.0.1", "10.0.0.1:80", "[::1]"])(
    "%j, which is none",
    async (address) => {
      expect(mayCall(address, own)).toBe(false);
      expect(await wakeByPort({ address, port: 1 }, { own, loopback: false })).toMatchObject({ outcome: "not-called" });
    },
  );

  it("is no other", () => {
    for (const address of [
      "10.1.2.4",
      "192.168.0.7",
      "172.16.0.1",
      "8.8.8.8",
      "2001:db8::6",
      "fd00::1",
      "64:ff9b::10.1.2.4",
      "2001:1::1",
      "::ffff:10.1.2.4",
    ])
      expect([address, mayCall(address, own)]).toEqual([address, true]);
  });

  it("is nothing that names a machine, in a lab either", async () => {
    for (const address of ["localhost", "agent.example"])
      expect(await wakeByPort({ address, port: 1 }, LAB)).toMatchObject({ outcome: "not-called" });
  });

  it("is one that is not known", async () => {
    const found = await wakeByPort({ address: undefined, port: undefined }, LAB);
    expect(found).toMatchObject({ ok: false, outcome: "not-called" });
    expect(found.message).toContain("proxy");
  });

  it.each([0, -1, 65_536, 1.5, Number.NaN])("is one with port %s", async (port) => {
    expect(await wakeByPort({ address: "127.0.0.1", port }, LAB)).toMatchObject({ outcome: "not-called" });
  });
});
