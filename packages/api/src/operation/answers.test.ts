import { createServer, get, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { HeldBody } from "@gatehouse/http";
import { describe, expect, it, onTestFinished } from "vitest";
import { eventBytes, events, ok, replyOf } from "./answers.js";

/** A stream, one who listens to it, and what happens: `tell` sends to all. */
async function stream(listen: (response: IncomingMessage) => void) {
  const state = { isOver: false, sent: 0 };
  let send: (bytes: Buffer) => void = () => undefined;
  const server = createServer((_, res) => {
    const { body } = replyOf(
      { 200: events("Some.") },
      ok({
        events: (tell: (bytes: Buffer) => void) => {
          send = tell;
          return () => {
            state.isOver = true;
          };
        },
      }),
    );
    res.on("close", (body as HeldBody).hold(res));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const response = await new Promise<IncomingMessage>((resolve) => {
    get({ port: (server.address() as AddressInfo).port, host: "127.0.0.1", agent: false }, resolve);
  });
  response.on("error", () => undefined);
  listen(response);
  return {
    state,
    async tell(bytes: Buffer) {
      state.sent += bytes.length;
      send(bytes);
      await new Promise(setImmediate);
    },
  };
}

const LOUD = eventBytes([{ name: "exchange", id: "1", data: { text: "x".repeat(256 << 10) } }]);
/** More than any system holds for a connection that nobody reads. */
const MOST_TOLD = 1000;

describe("a listener", () => {
  it("who does not read is let go, and nothing is held for it", async () => {
    const { state, tell } = await stream((response) => response.pause());
    for (let i = 0; i < MOST_TOLD && !state.isOver; i++) await tell(LOUD);
    expect(state.isOver).toBe(true);
  });

  it("who reads hears all of it, however much that is", async () => {
    let heard = 0;
    const { state, tell } = await stream((response) => {
      response.on("data", (bytes: Buffer) => {
        heard += bytes.length;
      });
    });
    const greeting = ":\n\n".length;
    for (let i = 0; i < 100; i++) {
      await tell(LOUD);
      await expect.poll(() => heard, { timeout: 10_000, interval: 1 }).toBe(greeting + state.sent);
    }
    expect(state.isOver).toBe(false);
  });
});
