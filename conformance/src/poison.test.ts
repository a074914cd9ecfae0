import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withDatabase } from "./database.js";
import { BASE, JSON_HEADERS, type PullServer, register, startPullServer } from "./dsc/pull-server.js";
import { send } from "./wire.js";

let server: PullServer;
const agentId = randomUUID();

beforeAll(async () => {
  server = await startPullServer();
  expect((await register(server, agentId, { names: [] })).status).toBe(204);
});
afterAll(() => server.close());

const report = async (jobId: string) => {
  const answer = await send(server.gateway.http, {
    method: "POST",
    path: `${BASE}/Nodes(AgentId='${agentId}')/SendReport`,
    headers: JSON_HEADERS,
    body: JSON.stringify({
      JobId: jobId,
      EndTime: "2026-11-20T10:00:00Z",
      Status: "Success",
      StatusData: [],
      Errors: [],
    }),
  });
  expect(answer.status).toBe(200);
};

/** Puts what no route would take behind everything that the agent has handed in: a fault of an earlier version, say. */
const poison = (kind: string, body: Buffer) =>
  withDatabase(server.site, async (client) => {
    const { rows } = await client.query<{ id: string }>(
      `with agent as (select agent_id from agent_aliases where value_key = $1),
            stored as (insert into submissions (agent_id, kind, coding, size, body)
                       select agent_id, $2, 'identity', $3, $4 from agent returning id, accepted_at, agent_id, kind, size)
       insert into inbox (id, accepted_at, agent_id, kind, size) select * from stored returning id`,
      [agentId, kind, body.length, body],
    );
    return rows[0]?.id ?? "";
  });

const runs = async (): Promise<string[]> => {
  const answer = await server.api("GET", `/reports?node=${agentId}&limit=500`);
  expect(answer.status).toBe(200);
  return JSON.parse(answer.body.toString()).reports.map(({ run }: { run: string }) => run);
};
const deadLetters = async (): Promise<{ id: string; failure: { message: string } }[]> =>
  JSON.parse((await server.api("GET", "/dead-letters?limit=500")).body.toString()).deadLetters;

const until = async (what: string, holds: () => Promise<boolean>) => {
  for (const end = Date.now() + 60_000; !(await holds()); ) {
    if (Date.now() > end) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

describe("a poisonous submission", () => {
  const jobs = Array.from({ length: 4 }, () => randomUUID());
  let letters: string[];

  it("goes to the dead letters with its cause, and its agent's later reports are processed", async () => {
    await report(jobs[0] ?? "");
    letters = [await poison("dsc.report", Buffer.from("this is no report"))];
    await report(jobs[1] ?? "");
    letters.push(await poison("dsc.never-heard-of", Buffer.from("{}")));
    letters.push(await poison("dsc.report", Buffer.from(`{"JobId":"${randomUUID()}","X":${"[".repeat(150_000)}`)));
    await report(jobs[2] ?? "");
    // Heavy: a thread of its own works on it.
    letters.push(await poison("dsc.report", Buffer.from(`{"JobId":"${randomUUID()}","X":${"[".repeat(3_000_000)}`)));
    await report(jobs[3] ?? "");
    await until("every good report", async () => (await runs()).length === jobs.length);
    expect((await runs()).toSorted()).toEqual(jobs.toSorted());
    await until("every dead letter", async () => (await deadLetters()).length === letters.length);
    const found = await deadLetters();
    expect(found.map(({ id }) => id).toSorted()).toEqual(letters.toSorted());
    for (const { id, failure } of found) expect(failure.message, id).not.toBe("");
  });

  it("is shown with its bytes, can be re-driven, and thrown away", async () => {
    const [id = ""] = letters;
    expect((await server.api("GET", `/dead-letters/${id}/body`)).body.toString()).toBe("this is no report");
    const listed = await server.site.command("--json", "dead-letter", "list");
    expect(listed.code).toBe(0);
    expect(listed.out).toContain(`"${id}"`);
    expect((await server.site.command("dead-letter", "redrive", id)).code).toBe(0);
    await until("it is dead again", async () =>
      (await deadLetters()).some((letter) => letter.id === id && (letter as { redrives?: number }).redrives === 1),
    );
    expect((await server.site.command("dead-letter", "discard", id, "--yes")).code).toBe(0);
    expect((await deadLetters()).map((letter) => letter.id)).not.toContain(id);
    expect((await runs()).toSorted()).toEqual(jobs.toSorted());
  });

  it("holds up no other agent, and the gateway is as it was", async () => {
    const other = randomUUID();
    expect((await register(server, other, { names: [] })).status).toBe(204);
    const status = JSON.parse((await server.api("GET", "/status")).body.toString());
    expect(status.backlog).toMatchObject({ waiting: 0, deadLetters: letters.length - 1 });
    expect(server.gateway.log()).not.toContain("this is no report");
  });
});
