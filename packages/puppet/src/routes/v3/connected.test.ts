import { EventEmitter } from "node:events";
import type { IncomingMessage } from "node:http";
import { describe, expect, it } from "vitest";
import { whileConnected } from "./connected.js";

const requestOn = (destroyed: boolean) => {
  const socket = Object.assign(new EventEmitter(), { destroyed });
  return { socket, request: { socket } as unknown as Pick<IncomingMessage, "socket"> };
};

describe("work for who asks", () => {
  it("is told when the connection ends, and not after it is done", async () => {
    const { socket, request } = requestOn(false);
    const signal = await whileConnected(request, async (given) => {
      expect([given.aborted, socket.listenerCount("close")]).toEqual([false, 1]);
      return given;
    });
    expect(socket.listenerCount("close")).toBe(0);
    socket.emit("close");
    expect(signal.aborted).toBe(false);
    const left = whileConnected(request, async (given) => {
      socket.emit("close");
      return given.aborted;
    });
    expect(await left).toBe(true);
  });

  it("is told when the connection has ended before, and leaves nothing when it fails", async () => {
    const { socket, request } = requestOn(true);
    expect(await whileConnected(request, async ({ aborted }) => aborted)).toBe(true);
    await expect(whileConnected(request, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(socket.listenerCount("close")).toBe(0);
  });
});
