import { EventEmitter } from "node:events";
import type { IncomingMessage } from "node:http";
import { describe, expect, it } from "vitest";
import { connectionEnd } from "./connected.js";

const socketOf = (destroyed: boolean) => Object.assign(new EventEmitter(), { destroyed });
const requestOn = (socket: EventEmitter) => ({ socket }) as unknown as Pick<IncomingMessage, "socket">;

describe("the end of a request's connection", () => {
  it("is told once it is there, to all requests of the connection, and to no other's", () => {
    const [socket, other] = [socketOf(false), socketOf(false)];
    const [first, second, others] = [requestOn(socket), requestOn(socket), requestOn(other)].map(connectionEnd);
    expect([first?.aborted, second?.aborted, socket.listenerCount("close")]).toEqual([false, false, 1]);
    socket.emit("close");
    expect([first?.aborted, second?.aborted, others?.aborted]).toEqual([true, true, false]);
  });

  it("is told of a connection that has ended before", () => {
    expect(connectionEnd(requestOn(socketOf(true))).aborted).toBe(true);
  });
});
