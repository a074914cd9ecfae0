import { once } from "node:events";
import http, { type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setFlagsFromString } from "node:v8";
import type { Handler } from "@gatehouse/http";
import { describe, expect, it, onTestFinished } from "vitest";
import { createApp, messagesOf } from "./express-app.js";

setFlagsFromString("--allow-natives-syntax");
/** Whether V8 sees one shape in both. */
const haveSameShape = new Function("a", "b", "return %HaveSameMap(a, b)") as (a: object, b: object) => boolean;
/** Requests at once: the first ones of a class have shapes that it grows out of. */
const MANY = 40;

const passing: Handler = (_req, _res, next) => next();

describe("messages made for the app", () => {
  it("are what Express turns them into, all of one shape", async () => {
    const seen: [IncomingMessage, ServerResponse][] = [];
    const app = createApp([
      passing,
      (req, res) => {
        res.statusMessage = "Fine";
        if (seen.push([req, res]) === MANY) for (const [, each] of seen) each.end();
      },
    ]);
    const server = http.createServer(messagesOf(app), app);
    onTestFinished(() => void server.close());
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as AddressInfo;
    const answers = Array.from({ length: MANY }, async () => (await fetch(`http://127.0.0.1:${port}/a?b=c`)).status);
    expect(await Promise.all(answers)).toEqual(answers.map(() => 200));
    const [[request, response] = [], [before, beforeThat] = []] = seen.slice(-2);
    if (request === undefined || response === undefined || before === undefined || beforeThat === undefined)
      throw new Error("not two");
    expect(Object.getPrototypeOf(request)).toBe(app.request);
    expect(Object.getPrototypeOf(response)).toBe(app.response);
    expect([haveSameShape(request, before), haveSameShape(response, beforeThat)]).toEqual([true, true]);
    expect(request).toMatchObject({ app, originalUrl: "/a?b=c" });
  });
});
