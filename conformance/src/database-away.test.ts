import { randomUUID } from "node:crypto";
import { Lcm } from "@gatehouse/simulator";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { takeDatabaseAway } from "./database.js";
import { type GatewayProcess, newSite, type Site } from "./gateway.js";
import { send } from "./wire.js";

let site: Site;
let gateway: GatewayProcess;
const key = randomUUID();
beforeAll(async () => {
  site = await newSite();
  gateway = await site.start();
  const headers = { Authorization: `Bearer ${gateway.token}` };
  await send(gateway.https, {
    method: "POST",
    path: "/api/v1/enrolment-keys/dsc",
    headers,
    body: JSON.stringify({ name: "k", key }),
  });
});
let back: () => Promise<void> = async () => undefined;
afterAll(async () => {
  await back();
  await gateway.stop();
  await site.remove();
});

const ready = async () => (await send(gateway.http, { method: "GET", path: "/readyz" })).status;

describe("a database that is away", () => {
  it("means 503 with Retry-After in the agent's dialect, not ready, and recovery without a restart", async () => {
    const lcm = new Lcm({
      serverUrl: `${gateway.http}/PSDSCPullServer.svc`,
      registrationKey: key,
      configurationNames: ["Web"],
    });
    await lcm.register();
    const path = `/PSDSCPullServer.svc/Nodes(AgentId='${lcm.agentId}')/GetDscAction`;
    const ask = () => send(gateway.http, { method: "POST", path, body: "{}" });
    expect((await ask()).status).toBe(200);

    back = await takeDatabaseAway(site);
    await expect.poll(ready, { timeout: 30_000 }).toBe(503);
    const answer = await ask();
    expect(answer.status).toBe(503);
    expect(Number(answer.headers["retry-after"])).toBeGreaterThan(0);
    expect(JSON.parse(answer.body.toString())["odata.error"].code).toBe("database-unavailable");
    const report = () =>
      send(gateway.http, {
        method: "POST",
        path: path.replace("GetDscAction", "SendReport"),
        body: JSON.stringify({ JobId: randomUUID(), Status: "Success", EndTime: "2026-11-20T10:00:00Z" }),
      });
    const refused = await report();
    expect([refused.status, Number(refused.headers["retry-after"]) > 0]).toEqual([503, true]);
    expect((await lcm.register(["ReportServer"])).map(({ status }) => status)).toEqual([503]);
    const listed = await send(gateway.https, {
      method: "GET",
      path: "/api/v1/nodes",
      headers: { Authorization: `Bearer ${gateway.token}` },
    });
    expect([listed.status, listed.body.toString()]).toEqual([503, expect.stringContaining("database-unavailable")]);
    expect((await send(gateway.http, { method: "GET", path: "/healthz" })).status).toBe(200);

    await back();
    back = async () => undefined;
    await expect.poll(ready, { timeout: 60_000 }).toBe(200);
    expect((await ask()).status).toBe(200);
    expect((await lcm.register()).map(({ status }) => status)).toEqual([204, 204, 204]);
    expect((await report()).status).toBe(200);
    const processed = async () => {
      const answer = await send(gateway.https, {
        method: "GET",
        path: `/api/v1/reports?node=${lcm.agentId}&status=success`,
        headers: { Authorization: `Bearer ${gateway.token}` },
      });
      return JSON.parse(answer.body.toString()).reports.length;
    };
    // The inbox loop rests longer and longer while the database is away.
    await expect.poll(processed, { timeout: 60_000 }).toBe(1);
    lcm.close();
  });
});
