import { beforeAll, describe, expect, it } from "vitest";
import { bytesOf } from "../content/content.test.helper.js";
import { makePartitions } from "../partitions.js";
import { useDatabase } from "../store.test.helper.js";
import { createSubmissions } from "../submissions/accept.js";
import { createInbox } from "../submissions/inbox.js";
import { finish, LIMITS, newAgent } from "../submissions/reporting.test.helper.js";
import { createReports } from "./reports.js";

const house = useDatabase();
const reports = () => createReports(house.db);
beforeAll(() => makePartitions(house.db));

/** A run that was handed in as these bytes, one after the other. */
async function reportOf(bodies: readonly Buffer[]) {
  const { agentId } = await newAgent(house.db);
  const { accept } = createSubmissions(house.db);
  for (const [i, body] of bodies.entries()) await accept({ agentId, kind: `kind ${i}`, body });
  const inbox = createInbox(house.db);
  const limits = { ...LIMITS, heavyBytes: 10 << 20, mostBytes: 1 << 30 };
  for (let claim = await inbox.claim(limits); claim !== undefined; claim = await inbox.claim(limits)) {
    await finish(claim, (submission) => ({
      submission,
      facts: [{ fact: "report", protocol: "test", run: "r", said: {} }],
    }));
  }
  await inbox.close();
  const report = await reports().findRun(agentId, "r");
  if (report === undefined) throw new Error("no report");
  return report;
}

describe("Reports.bodies", () => {
  it("gives what a report was made of, as it came and in that order", async () => {
    const bodies = [
      Buffer.alloc(0),
      Buffer.alloc(40_000, "text "),
      bytesOf("noise", 5 << 20),
      Buffer.from([0, 255, 92, 39]),
    ];
    const report = await reportOf(bodies);
    const found = await reports().bodies(report);
    expect(found.map(({ submissionId, acceptedAt, kind }) => ({ submissionId, acceptedAt, kind }))).toEqual(
      report.parts.map(({ submissionId, acceptedAt }, i) => ({ submissionId, acceptedAt, kind: `kind ${i}` })),
    );
    expect(report.parts.map(({ size }) => size)).toEqual(bodies.map(({ length }) => length));
    for (const [i, { body }] of found.entries()) expect(bodies[i]?.equals(body), `body ${i}`).toBe(true);
  });

  it("leaves out what is gone, and what cannot be read any more", async () => {
    const report = await reportOf([Buffer.alloc(999, "one"), Buffer.from("two"), Buffer.alloc(999, "three")]);
    const [one, two, three] = report.parts.map(({ submissionId }) => submissionId);
    await house.db.run("delete from submissions where id = $1", [two]);
    expect((await reports().bodies(report)).map(({ submissionId }) => submissionId)).toEqual([one, three]);
    await house.db.run("update submissions set body = '\\x00' where id = $1", [one]);
    expect((await reports().bodies(report)).map(({ submissionId }) => submissionId)).toEqual([three]);
    expect(await reports().bodies({ parts: [] })).toEqual([]);
  });

  it("looks under both halves of the key", async () => {
    const report = await reportOf([Buffer.from("x"), Buffer.from("y")]);
    const [x, y] = report.parts;
    if (x === undefined || y === undefined) throw new Error("two parts");
    const [early, late] = [new Date(x.acceptedAt.getTime() - 1), new Date(y.acceptedAt.getTime() + 1)];
    // Both times are asked for, and neither is its own part's.
    const parts = [
      { ...x, acceptedAt: late },
      { ...y, acceptedAt: early },
    ];
    expect(await reports().bodies({ parts })).toEqual([]);
    expect(await reports().bodies(report)).toHaveLength(2);
  });
});
