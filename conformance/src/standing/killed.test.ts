import { randomUUID } from "node:crypto";
import { FusionAgent, GlpiAgent, type InventoryAgent, Lcm, OcsAgent, PuppetAgent } from "@gatehouse/simulator";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { send } from "../wire.js";
import { lacking } from "./lacking.js";
import { newStand, type Stand } from "./stand.js";

const { skip, note } = lacking("haproxy", "postgres", "pg_isready");

/** Agents of each family, and how often each of them hands something in. */
const AGENTS = 5;
const RUNS = 5;
const KEY = "a-registration-key-of-this-test";
const JOIN = "what-hosts-of-this-test-tell";

describe.skipIf(skip)(`two gateways behind the balancer, one killed in mid-run${note}`, () => {
  let stand: Stand;
  beforeAll(async () => {
    stand = newStand({ CI_DSC_KEY: KEY, CI_JOIN_TOKEN: JOIN });
    await stand.up("gateway-1", "gateway-2", "balancer");
    const { code, out } = await stand.run("seed");
    expect(code, out).toBe(0);
  }, 300_000);
  afterAll(() => stand?.down());

  /** Of the database, as whoever looks at it from outside. */
  const rows = async <T>(query: string): Promise<T[]> => {
    const client = new pg.Client(`postgres://gatehouse:gatehouse-lab@${stand.address("postgres")}:5432/gatehouse`);
    await client.connect();
    try {
      return (await client.query(query)).rows;
    } finally {
      await client.end();
    }
  };

  it("loses nothing that was acknowledged", async () => {
    const host = stand.address("balancer");
    const trusting = { rejectUnauthorized: false };
    const acknowledged = {
      dsc: [] as string[],
      puppet: [] as string[],
      inventory: new Map<string, number>(),
      whole: new Set<string>(),
    };
    let count = 0;
    let killing: Promise<void> | undefined;
    let afterwards = 0;
    const acknowledge = () => {
      count++;
      if (killing !== undefined) afterwards++;
      // A good third of the way: there is much under way, and much to come.
      if (count >= (5 * AGENTS * RUNS) / 3) killing ??= stand.kill("gateway-1");
    };
    /** As an agent does that was cut off: again, until somebody took it. What is cut off is not acknowledged. */
    const persist = async (step: () => Promise<boolean>) => {
      while (!(await step().catch(() => false))) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };

    const lcm = async () => {
      const agent = new Lcm({
        serverUrl: `https://${host}:8140/PSDSCPullServer.svc`,
        registrationKey: KEY,
        tls: trusting,
      });
      await persist(async () => (await agent.register(["ReportServer"])).every(({ ok }) => ok));
      for (let run = 0; run < RUNS; run++) {
        const JobId = randomUUID();
        await persist(async () => (await agent.sendReport(Buffer.from(JSON.stringify(dscReport(JobId))))).ok);
        acknowledged.dsc.push(JobId);
        acknowledge();
      }
      agent.close();
    };
    const puppetAgent = async (n: number) => {
      const agent = new PuppetAgent({
        serverUrl: `https://${host}:8140`,
        certname: `killed-${n}.lab.test`,
        token: JOIN,
      });
      await persist(() => agent.enrol().then(() => true));
      for (let run = 0; run < RUNS; run++) {
        await persist(async () => {
          const { reported, transactionUuid } = await agent.run();
          if (reported) acknowledged.puppet.push(transactionUuid);
          return reported;
        });
        acknowledge();
      }
    };
    const inventoried = async (agent: InventoryAgent) => {
      for (let run = 0; run < RUNS; run++) {
        await persist(async () => {
          const { inventory } = await agent.run();
          if (inventory === "full") acknowledged.whole.add(agent.deviceId);
          return inventory !== "none";
        });
        acknowledged.inventory.set(agent.deviceId, (acknowledged.inventory.get(agent.deviceId) ?? 0) + 1);
        acknowledge();
      }
    };
    const server = (path: string, name: string) => ({ serverUrl: `https://${host}:8140${path}`, name, tls: trusting });
    await Promise.all(
      Array.from({ length: AGENTS }, (_, n) => [
        lcm(),
        puppetAgent(n),
        inventoried(new GlpiAgent(server("/front/inventory.php", `glpi-${n}`))),
        inventoried(new FusionAgent(server("/plugins/fusioninventory/", `fusion-${n}`))),
        inventoried(new OcsAgent(server("/ocsinventory", `ocs-${n}`))),
      ]).flat(),
    );
    await killing;

    // Both had their share, and the fleet went on without the first.
    for (const name of ["gateway-1", "gateway-2"])
      expect(stand.log(name), name).toContain('"route":"inventory.message"');
    expect(stand.log("gateway-1")).not.toContain('"stopping"');
    expect(count).toBe(5 * AGENTS * RUNS);
    expect(afterwards).toBeGreaterThan(AGENTS * RUNS);

    // What the killed one had accepted and not yet processed is the other's now.
    const waiting = () => rows<{ n: number }>("select count(*)::int as n from inbox").then(([row]) => row?.n);
    await expect.poll(waiting, { timeout: 90_000, interval: 500 }).toBe(0);
    expect(await rows("select * from dead_letters")).toEqual([]);

    const reports = new Set(
      (await rows<{ run: string }>("select run from reports")).map(({ run }) => run.toLowerCase()),
    );
    expect(acknowledged.dsc.filter((run) => !reports.has(run.toLowerCase()))).toEqual([]);
    expect(acknowledged.puppet.filter((run) => !reports.has(run.toLowerCase()))).toEqual([]);
    const stored = new Map(
      (
        await rows<{ alias: string; n: number }>(
          `select a.value as alias, count(*)::int as n from submissions s
             join agent_aliases a on a.agent_id = s.agent_id where s.kind like '%inventory%' group by 1`,
        )
      ).map(({ alias, n }) => [alias, n]),
    );
    expect([...acknowledged.inventory].filter(([alias, n]) => (stored.get(alias) ?? 0) < n)).toEqual([]);
    // And processed. A GLPI agent whose first inventory was cut off takes it for sent, and sends parts until it is told.
    const inventories = await rows<{ device: string; whole: boolean }>(
      "select device_id as device, is_complete as whole from inventories",
    );
    expect(new Set(inventories.map(({ device }) => device))).toEqual(new Set(acknowledged.inventory.keys()));
    const whole = new Set(inventories.filter((one) => one.whole).map(({ device }) => device));
    expect([...acknowledged.whole].filter((device) => !whole.has(device))).toEqual([]);
    // Longer than a busy machine takes for it.
  }, 300_000);

  it("comes back when it is started again, and the balancer finds it", async () => {
    const before = stand.log("gateway-1").length;
    await stand.up("gateway-1");
    const asked = async () => {
      await send(`https://${stand.address("balancer")}:8140`, { method: "GET", path: "/back-again" });
      return stand.log("gateway-1").includes("/back-again", before);
    };
    await expect.poll(asked, { timeout: 60_000 }).toBe(true);
  });
});

const dscReport = (JobId: string) => ({
  JobId,
  OperationType: "Consistency",
  ReportFormatVersion: "2.0",
  Status: "Success",
  StartTime: "2026-11-20T10:00:00.0000000+00:00",
  EndTime: "2026-11-20T10:00:30.0000000+00:00",
  NodeName: "CLIENT",
  LCMVersion: "2.0",
  StatusData: [],
  Errors: [],
});
