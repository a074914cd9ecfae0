import net from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { sharesBackends } from "./pooler.js";
import { useDatabase } from "./store.test.helper.js";

const database = useDatabase();
const servers: net.Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** Speaks as much of the protocol as it takes to answer with one backend's number, whoever asks. */
async function poolerOf(pids: readonly number[]): Promise<string> {
  const message = (type: string, body: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(body.length + 4);
    return Buffer.concat([Buffer.from(type), length, body]);
  };
  const int32 = (value: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32BE(value);
    return bytes;
  };
  const ready = message("Z", Buffer.from("I"));
  const column = Buffer.concat([
    Buffer.from("\0\x01pid\0", "latin1"),
    Buffer.alloc(6),
    int32(23),
    Buffer.from([0, 4]),
    int32(-1),
    Buffer.alloc(2),
  ]);
  let asked = 0;
  const server = net.createServer((socket) => {
    let isOpen = false;
    socket.on("error", () => undefined);
    socket.on("data", (chunk) => {
      if (!isOpen) {
        isOpen = true;
        socket.write(Buffer.concat([message("R", int32(0)), ready]));
        return;
      }
      if (chunk[0] !== 0x51) return;
      const pid = Buffer.from(String(pids[asked++ % pids.length]));
      const row = Buffer.concat([Buffer.from([0, 1]), int32(pid.length), pid]);
      socket.write(
        Buffer.concat([message("T", column), message("D", row), message("C", Buffer.from("SELECT 1\0")), ready]),
      );
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `postgresql://u@127.0.0.1:${(server.address() as net.AddressInfo).port}/d?sslmode=disable`;
}

describe("backends", () => {
  it("are each connection's own on PostgreSQL, and nothing stays connected", async () => {
    expect(await sharesBackends(database.url)).toBe(false);
    const rows = await database.db.run("select 1 from pg_stat_activity where application_name = 'gatehouse-doctor'");
    // PostgreSQL itself takes a moment to forget who left.
    expect(rows.length).toBeLessThanOrEqual(2);
  });

  it.each([
    ["shared by two", [7], true],
    ["another each time", [1, 2, 3, 4, 5, 6], true],
    ["each its own", [1, 2], false],
  ] as const)("behind a pooler: %s", async (_, pids, isShared) => {
    expect(await sharesBackends(await poolerOf(pids))).toBe(isShared);
  });

  it("of a server that is not there are none", async () => {
    await expect(sharesBackends("postgresql://u@127.0.0.1:1/d")).rejects.toMatchObject({
      code: "database-unavailable",
    });
  });
});
