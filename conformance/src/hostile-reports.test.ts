import { randomUUID } from "node:crypto";
import { signRegistration } from "@gatehouse/simulator";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withDatabase } from "./database.js";
import { BASE, JSON_HEADERS, KEY, registrationBody } from "./dsc/pull-server.js";
import { type GatewayProcess, newSite, type Site } from "./gateway.js";
import { send } from "./wire.js";

let site: Site;
let gateway: GatewayProcess;
const agents = [randomUUID(), randomUUID()];

beforeAll(async () => {
  site = await newSite();
  // A small machine: what takes gigabytes anywhere ends this gateway.
  gateway = await site.start({ env: { NODE_OPTIONS: "--max-old-space-size=400" } });
  const headers = { Authorization: `Bearer ${gateway.token}` };
  const key = JSON.stringify({ name: "k", key: KEY });
  await send(gateway.https, { method: "POST", path: "/api/v1/enrolment-keys/dsc", headers, body: key });
  for (const agentId of agents) {
    const body = registrationBody({ names: [] });
    const date = "2026-11-20T21:25:51.8654321Z";
    const signed = {
      ...JSON_HEADERS,
      "x-ms-date": date,
      Authorization: signRegistration(Buffer.from(body), date, KEY),
    };
    const path = `${BASE}/Nodes(AgentId='${agentId}')`;
    expect((await send(gateway.http, { method: "PUT", path, headers: signed, body })).status).toBe(204);
  }
});
afterAll(async () => {
  await gateway.stop();
  await site.remove();
});

const report = async (agentId: string, body: Buffer | string) =>
  (
    await send(gateway.http, {
      method: "POST",
      path: `${BASE}/Nodes(AgentId='${agentId}')/SendReport`,
      headers: JSON_HEADERS,
      body,
    })
  ).status;

const counts = () =>
  withDatabase(site, async (client) => {
    const { rows } = await client.query<{ inbox: number; reports: number; dead: number }>(
      `select (select count(*)::int from inbox) as inbox, (select count(*)::int from reports) as reports,
              (select count(*)::int from dead_letters) as dead`,
    );
    return rows[0];
  });
const settled = () => expect.poll(async () => (await counts())?.inbox, { timeout: 100_000, interval: 500 }).toBe(0);

describe("a gateway with little memory", () => {
  it("processes hundreds of large reports that are nothing but quotes", async () => {
    const quotes = Array.from({ length: 31 }, (_, i) => `${i}${'\\"'.repeat(4_080)}`);
    for (let i = 0; i < 200; i += 10) {
      const statuses = await Promise.all(
        Array.from({ length: 10 }, (_, n) =>
          report(
            agents[n % 2] ?? "",
            `{"JobId":"${randomUUID()}","Status":"Failure","Errors":["${quotes.join('","')}"]}`,
          ),
        ),
      );
      expect(new Set(statuses)).toEqual(new Set([200]));
    }
    await settled();
    expect(await counts()).toEqual({ inbox: 0, reports: 200, dead: 0 });
  });

  it("reads back a run that was handed in as 20 MiB again and again", async () => {
    const jobId = randomUUID();
    const padding = " ".repeat(19 << 20);
    for (let i = 0; i < 12; i++)
      expect(await report(agents[0] ?? "", `{"JobId":"${jobId}","Errors":["x${i}"]${padding}}`)).toBe(200);
    await settled();
    const answer = await send(gateway.https, {
      method: "GET",
      path: `${BASE}/Nodes(AgentId='${agents[0]}')/Reports(JobId='${jobId}')`,
      headers: { Authorization: `Bearer ${gateway.token}` },
    });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body.toString()).Errors).toContain("x11");
    expect((await send(gateway.http, { method: "GET", path: "/readyz" })).status).toBe(200);
  });

  it("stores 20 MiB of resources whose every text is quotes", async () => {
    const depends = JSON.stringify(Array.from({ length: 50 }, () => '"'.repeat(500)));
    const line = (i: number) => `{"ResourceId":"r${i}","DurationInSeconds":"1e-50","DependsOn":${depends}}`;
    const status = `{"ResourcesInDesiredState":[${Array.from({ length: 180 }, (_, i) => line(i)).join(",")}]}`;
    const body = JSON.stringify({ JobId: randomUUID(), EndTime: "2026-11-20T10:00:00Z", StatusData: [status] });
    expect(body.length).toBeGreaterThan(10 << 20);
    expect(await report(agents[1] ?? "", body)).toBe(200);
    await settled();
    expect(await counts()).toMatchObject({ inbox: 0, dead: 0, reports: 202 });
    expect(gateway.log()).not.toContain("FATAL");
  });
});
