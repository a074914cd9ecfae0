import type { ReportEvent } from "@gatehouse/core/reports";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { makePartitions } from "../partitions.js";
import { count, useDatabase } from "../store.test.helper.js";
import { hear, newAgent } from "../submissions/reporting.test.helper.js";
import { createReports } from "./reports.js";

const house = useDatabase();
const reports = () => createReports(house.db);
let agentId = "";

beforeAll(() => makePartitions(house.db));
beforeEach(async () => {
  ({ agentId } = await newAgent(house.db));
});

/** A report in which everything that an agent chooses is this text. */
async function reportOf(text: string) {
  const line: ReportEvent = {
    resource: text,
    type: text,
    status: "ok",
    message: text,
    seconds: 1,
    detail: { [text]: [text, { [text]: text }] },
  };
  const error = { message: text, resource: text, code: text };
  const said = {
    operation: text,
    errors: [error],
    events: [line],
    content: { kind: text, sha256: text },
    attributes: { [text]: { [text]: [text] } },
  };
  await hear(house.db, { agentId, run: text, protocol: text, said });
  const report = await reports().findRun(agentId, text);
  if (report === undefined) throw new Error("not found again under the name that it was handed in by");
  return { report, events: (await reports().events(report.id, { limit: 9 })).events };
}

const expected = (text: string) => ({
  report: {
    ...{ protocol: text, run: text.toLowerCase(), operation: text, content: { kind: text, sha256: text } },
    ...{ errors: [{ message: text, resource: text, code: text }], attributes: { [text]: { [text]: [text] } } },
  },
  events: [
    {
      seq: 0,
      resource: text,
      type: text,
      status: "ok",
      message: text,
      seconds: 1,
      detail: { [text]: [text, { [text]: text }] },
    },
  ],
});

describe("what SQL could take for its own", () => {
  it.each([
    ...[
      "'; drop table reports;--",
      "' or 1=1--",
      "\\",
      "\\'",
      '"',
      '{"a":1}',
      "{a,b}",
      '","',
      "null",
      "NULL",
      "$1",
      "?",
    ],
    ...["%_", "\r\n\t", "\\x00", "\\u0000", "'||pg_sleep(9)||'", "E'\\047'", "/*", "`", "\u2028", "🐘", "a\u0301", "İ"],
  ])("comes back from every field as %j", async (text) => {
    const { report, events } = await reportOf(text);
    const wanted = expected(text);
    expect(report).toMatchObject(wanted.report);
    expect(events).toEqual(wanted.events);
    expect((await reports().list({ agentId, protocol: text }, { limit: 9 })).reports).toEqual([report]);
  });

  it("left the tables where they were", async () => {
    expect(await count(house.db, "reports")).toBeGreaterThan(20);
    expect(await count(house.db, "nodes")).toBeGreaterThan(20);
  });
});

describe("what PostgreSQL cannot hold", () => {
  it("is cleaned in every field", async () => {
    const { report, events } = await reportOf("a\0b\ud800c\udfff");
    const wanted = expected("ab\ufffdc\ufffd");
    expect(report).toMatchObject(wanted.report);
    expect(events).toEqual(wanted.events);
  });

  it("is told apart by what is left of it", async () => {
    await hear(
      house.db,
      { agentId, run: "r\0", said: { operation: "1" } },
      { agentId, run: "\0r", said: { outcome: "success" } },
    );
    expect(await reports().findRun(agentId, "r")).toMatchObject({ operation: "1", outcome: "success" });
    expect(await count(house.db, "reports where agent_id = $1", [agentId])).toBe(1);
  });
});

describe("names of an object's own making", () => {
  it.each(["__proto__", "constructor", "toString", "hasOwnProperty", "length"])("keep %s as data", async (name) => {
    const { report, events } = await reportOf(name);
    const attributes = JSON.parse(`{${JSON.stringify(name)}:{${JSON.stringify(name)}:[${JSON.stringify(name)}]}}`);
    expect(Object.getOwnPropertyNames(report.attributes)).toEqual([name]);
    expect(JSON.stringify(report.attributes)).toBe(JSON.stringify(attributes));
    expect(Object.getOwnPropertyNames(events[0]?.detail ?? {})).toEqual([name]);
    await hear(house.db, { agentId, run: name, said: { attributes: { other: 1 } } });
    const after = await reports().findRun(agentId, name);
    expect(Object.getOwnPropertyNames(after?.attributes ?? {}).toSorted()).toEqual([name, "other"].toSorted());
    expect(Object.getPrototypeOf(after?.attributes)).toBe(Object.prototype);
    expect(Object.hasOwn(Object.prototype, "other")).toBe(false);
  });
});
