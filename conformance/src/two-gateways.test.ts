import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { Lcm } from "@gatehouse/simulator";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type GatewayProcess, newSite, type Site } from "./gateway.js";
import { send } from "./wire.js";

let site: Site;
beforeAll(async () => {
  site = await newSite();
});
afterAll(() => site.remove());

const onGivenDatabase = process.env["DATABASE_URL"] !== undefined;
if (!onGivenDatabase)
  process.stderr.write(
    "two gateways on one database: needs DATABASE_URL; the embedded database serves one gateway only\n",
  );

describe.runIf(onGivenDatabase)("two gateways on one database", () => {
  let gateways: GatewayProcess[];

  it("start at once on an empty database, and migrate it once", async () => {
    gateways = await Promise.all([site.start(), site.start({ args: ["--data", path.join(site.dataDir, "second")] })]);
    expect(gateways.map(({ log }) => log()).join("")).not.toContain('"level":"error"');
    for (const gateway of gateways) await expect.poll(() => gateway.log()).toContain('"serving"');
  });

  it("share nodes and content: registered at one, served by the other", async () => {
    const [one, two] = gateways as [GatewayProcess, GatewayProcess];
    const key = randomUUID();
    // Only one of them made a first token.
    const tokens = new Set(gateways.map(({ token }) => token).filter((token) => token !== ""));
    expect(tokens.size).toBe(1);
    const headers = { Authorization: `Bearer ${[...tokens][0]}` };
    expect(
      (
        await send(two.https, {
          method: "POST",
          path: "/api/v1/enrolment-keys/dsc",
          headers,
          body: JSON.stringify({ name: "k", key }),
        })
      ).status,
    ).toBe(201);
    const at = (gateway: GatewayProcess, agentId?: string) =>
      new Lcm({
        serverUrl: `${gateway.http}/PSDSCPullServer.svc`,
        registrationKey: key,
        configurationNames: ["Web"],
        ...(agentId ? { agentId } : {}),
      });
    const lcm = at(one);
    expect((await lcm.register()).map(({ status }) => status)).toEqual([204, 204, 204]);
    expect((await at(two, lcm.agentId).getDscAction()).nodeStatus).toBe("Retry");
    const mof = 'instance of OMI_ConfigurationDocument { Version="2.0.0"; };';
    for (const [gateway, text] of [
      [one, mof],
      [two, `${mof}\n`],
    ] as const) {
      expect(
        (
          await send(gateway.https, {
            method: "POST",
            path: "/api/v1/artifacts/dsc-configuration?file=Web.mof",
            headers,
            body: text,
          })
        ).status,
      ).toBe(201);
      // What one has replaced is replaced at the other with the notification.
      for (const other of gateways)
        await expect
          .poll(async () => (await at(other, lcm.agentId).getConfiguration("Web")).bytes.toString())
          .toBe(text);
    }
  });

  it("process one agent's reports once and in order, whichever takes them", async () => {
    const [one, two] = gateways as [GatewayProcess, GatewayProcess];
    const token = gateways.map((gateway) => gateway.token).find((text) => text !== "") ?? "";
    const headers = { Authorization: `Bearer ${token}` };
    const key = randomUUID();
    const added = JSON.stringify({ name: "reports", key });
    await send(two.https, { method: "POST", path: "/api/v1/enrolment-keys/dsc", headers, body: added });
    const agents = await Promise.all(
      Array.from({ length: 10 }, async () => {
        const lcm = new Lcm({ serverUrl: `${one.http}/PSDSCPullServer.svc`, registrationKey: key });
        await lcm.register(["ReportServer"]);
        lcm.close();
        return lcm.agentId;
      }),
    );
    const jobId = randomUUID();
    await Promise.all(
      agents.map(async (agentId) => {
        for (let step = 0; step < 20; step++) {
          const { status } = await send((step % 2 === 0 ? one : two).http, {
            method: "POST",
            path: `/PSDSCPullServer.svc/Nodes(AgentId='${agentId}')/SendReport`,
            body: JSON.stringify({ JobId: jobId, OperationType: `step ${step}`, Errors: [`error ${step}`] }),
          });
          expect(status).toBe(200);
        }
      }),
    );
    for (const [i, agentId] of agents.entries()) {
      const { body } = await send((i % 2 === 0 ? one : two).https, {
        method: "GET",
        path: `/api/v1/reports?node=${agentId}`,
        headers,
      });
      const { reports } = JSON.parse(body.toString());
      expect(reports).toMatchObject([{ run: jobId, operation: "step 19", errorCount: 20, status: "failure" }]);
      expect(reports[0].errors.map(({ message }: { message: string }) => message)).toEqual(
        Array.from({ length: 20 }, (_, step) => `error ${step}`),
      );
    }
    for (const gateway of gateways) await gateway.stop();
  });

  it("refuse to start with another instance key, and with none", async () => {
    const wrong = path.join(site.dataDir, "wrong.key");
    writeFileSync(wrong, "ab".repeat(32));
    await expect(site.start({ env: { GATEHOUSE_INSTANCE_KEY_FILE: wrong } })).rejects.toThrow(
      /not the one that this database was made with/,
    );
    await expect(site.start({ env: { GATEHOUSE_INSTANCE_KEY_FILE: "" } })).rejects.toThrow(/instance key/);
  });
});

describe.skipIf(onGivenDatabase)("a second gateway on one data folder", () => {
  it("is refused while the first serves, and the first goes on", async () => {
    const gateway = await site.start();
    await expect(site.start()).rejects.toThrow(/in use by another gateway/);
    expect((await send(gateway.http, { method: "GET", path: "/readyz" })).status).toBe(200);
    expect(await gateway.stop()).toBe(0);
  });
});
