import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createLog } from "./logger.js";

// Lines of one turn of the event loop are written together, at its end.
const endOfTurn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

let written = "";
beforeEach(() => {
  written = "";
  vi.spyOn(process.stderr, "write").mockImplementation((chunk) => {
    written += String(chunk);
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());

// What could forge a line, move a cursor or recolour a terminal.
const EVIL = "a\r\n2030-01-01 info forged\u001b[2J\u0000\u007f\u009b31m\t";
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that must not be there
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/;

describe("the log for people", () => {
  const log = () => createLog({ level: "info", format: "text" });

  it("is one line for one event", async () => {
    log().info("request", { status: 200, path: "/a b", route: "x", nothing: null });
    await endOfTurn();
    expect(written).toMatch(
      /^\d{4}-\d\d-\d\dT[\d:.]+Z info {2}request status=200 path="\/a b" route=x nothing=null\n$/,
    );
  });

  it("escapes control characters, in values, names and the message", async () => {
    log().warn(`said ${EVIL}`, { path: EVIL, [EVIL]: 1, deep: { [EVIL]: [EVIL] } });
    await endOfTurn();
    expect(written).not.toMatch(CONTROL);
    expect(written.split("\n")).toHaveLength(2);
    expect(written).toContain("\\u000d\\u000a2030");
  });

  it("cannot be led to another field by a quote", async () => {
    log().info("request", { path: 'x" by="admin' });
    await endOfTurn();
    expect(written).toContain('path="x\\" by=\\"admin"');
  });

  it("takes values that are not there: a caller that is gone has no address", async () => {
    log().info("request", { from: undefined, status: 400 });
    await endOfTurn();
    expect(written).toContain("status=400");
  });

  it("leaves out what is below its level", async () => {
    createLog({ level: "warn", format: "text" }).info("quiet");
    expect(written).toBe("");
  });
});

describe("the log for programs", () => {
  it("takes what JSON does not: a circle, a number without end", async () => {
    const circle: Record<string, unknown> = { big: 1n };
    circle["self"] = circle;
    createLog({ level: "info", format: "json" }).info("odd", { circle });
    await endOfTurn();
    expect(JSON.parse(written)).toMatchObject({ level: "info", message: "odd", circle: { big: "1" } });
  });

  it("is one line of JSON for one event", async () => {
    const log = createLog({ level: "debug", format: "json" });
    log.info("request", { path: EVIL, from: undefined, status: 200 });
    await endOfTurn();
    log.error("request refused", { stack: "Error: x\n    at y" });
    await endOfTurn();
    const lines = written.trimEnd().split("\n");
    expect(lines).toHaveLength(2);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that must not be there
    expect(written).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({
      level: "info",
      message: "request",
      path: EVIL,
      status: 200,
      timestamp: expect.any(String),
    });
    expect(JSON.parse(lines[1] ?? "")).toMatchObject({ level: "error", stack: "Error: x\n    at y" });
  });
});
