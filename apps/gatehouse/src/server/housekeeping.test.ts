import { createNodeLifeCycle, createReports } from "@gatehouse/store";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { loadConfig } from "../config/load.js";
import { enrol, useGateway } from "./gateway.test.helper.js";
import { housekeeping } from "./housekeeping.js";

const house = useGateway();
const A = "6D1FA4F7-0000-4000-8000-00000000000A";
const B = "6D1FA4F7-0000-4000-8000-00000000000B";

const tasksWith = (env: Record<string, string>) =>
  housekeeping(house.db, createNodeLifeCycle(house.db, house.gateway.registry.purge), loadConfig({}, env));
const runNamed = async (name: string, env: Record<string, string> = {}) => {
  const task = tasksWith(env).find((known) => known.name === name);
  if (task === undefined) throw new Error(`there is no task ${name}`);
  return task.run();
};
const stateOf = async (reference: string) => (await house.gateway.registry.find(reference))[0]?.state;
const report = (agentId: string, body: object) =>
  house.call("POST", `/PSDSCPullServer.svc/Nodes(AgentId='${agentId}')/SendReport`, { body });
const reportsOf = async (reference: string) =>
  (await house.call("GET", `/api/v1/reports?node=${reference}`, { token: house.tokens.viewer })).json.reports;

// The gateway has a scheduler of its own: once it has run every task, none is due while the tests run.
beforeAll(async () => {
  const expected = tasksWith({}).length;
  await vi.waitFor(
    async () => {
      const done = await house.db.run("select name from scheduled_tasks where ended_at is not null");
      expect(done.length).toBeGreaterThanOrEqual(expected);
    },
    { timeout: 30_000 },
  );
});

describe("housekeeping", () => {
  it("leaves out what the configuration turns off", () => {
    const names = (env: Record<string, string>) => tasksWith(env).map(({ name }) => name);
    expect(names({})).toEqual([
      "partitions",
      "report-retention",
      "history-retention",
      "exchange-retention",
      "catalog-retention",
      "staged-content",
      "inventory-entries",
      "put-off-answers",
      "registration-challenges",
      "agent-keys",
      "job-timeouts",
      "job-retention",
      "hung-runs",
      "dead-letter-retention",
      "bucket-retention",
      "environment-retention",
      "node-expiry",
      "quarantine-purge",
    ]);
    const off = { GATEHOUSE_NODES_EXPIRE_AFTER_DAYS: "0", GATEHOUSE_RETENTION_DEAD_LETTER_DAYS: "0" };
    expect(names({ ...off, GATEHOUSE_RETENTION_BUCKET_DAYS: "0", GATEHOUSE_RETENTION_ENVIRONMENT_DAYS: "0" })).toEqual([
      ...["partitions", "report-retention", "history-retention", "exchange-retention"],
      ...["catalog-retention", "staged-content"],
      ...["inventory-entries", "put-off-answers", "registration-challenges", "agent-keys"],
      ...["job-timeouts", "job-retention", "hung-runs"],
    ]);
    expect(names({ GATEHOUSE_NODES_PURGE_AFTER_DAYS: "90" })).toContain("node-purge");
  });

  it("has nothing to say when there is nothing to do", async () => {
    for (const { name, run } of tasksWith({ GATEHOUSE_NODES_PURGE_AFTER_DAYS: "1" }))
      expect([name, await run()]).toEqual([name, undefined]);
  });

  it("expires a node that was silent for too long, and its next call brings it back", async () => {
    await enrol(house, A, "silent");
    await enrol(house, B, "talking");
    // Else it may be written after what is set below.
    await house.gateway.registry.flush();
    await house.db.run(
      "update nodes set created_at = now() - interval '40 days', state_since = now() - interval '40 days'",
    );
    await house.db.run(
      `update agent_contacts set last_seen = now() - interval '31 days'
       where agent_id in (select agent_id from agent_aliases where value_key = lower($1))`,
      [A],
    );
    expect(await runNamed("node-expiry")).toEqual({ expired: 1 });
    expect([await stateOf(A), await stateOf(B)]).toEqual(["expired", "active"]);
    expect((await report(A, { JobId: A, EndTime: "2026-11-20T10:00:00Z" })).status).toBe(200);
    await house.gateway.registry.flush();
    expect(await stateOf(A)).toBe("active");
  });

  it("takes away keys of agents that open nothing any more, and challenges that nobody answered", async () => {
    await house.db.run(
      `with t as (insert into registration_tokens (id, name, secret, fingerprint, created_by)
                  values (gen_random_uuid(), 't', '', '', 'ann') returning id),
            c as (insert into registration_challenges (agent_id, of, token_id, server_secret, said, expires_at)
                  select a, a, id, '', '{}', now() + s * interval '1 hour' from t, (values ('x', -1), ('y', 1)) v (a, s))
       insert into agent_keys (id, owner, token_id, secret, expires_at)
       select gen_random_uuid(), 'o', id, '', now() - d * interval '1 day' from t, unnest(array[29, 31]) d`,
    );
    expect(await runNamed("agent-keys")).toEqual({ deleted: 1 });
    expect(await runNamed("registration-challenges")).toEqual({ deleted: 1 });
    expect(await runNamed("agent-keys")).toBeUndefined();
  });

  it("purges who waits in quarantine and asks no more", async () => {
    const alias = { family: "dsc", kind: "agentid", value: "c" } as const;
    const { nodeId } = await house.gateway.registry.enrol({
      ...{ alias, nodeName: "stranger", evidence: [], trust: "anonymous", quarantined: true, role: "test" },
      ...{ keyId: null, detail: {}, merge: () => ({}) },
    });
    await house.db.run(
      "update agent_contacts set last_seen = now() - interval '31 days' where agent_id in (select id from agents where node_id = $1)",
      [nodeId],
    );
    expect(await runNamed("quarantine-purge")).toBeUndefined();
    await house.db.run("update nodes set created_at = now() - interval '31 days' where id = $1", [nodeId]);
    expect(await runNamed("node-purge", { GATEHOUSE_NODES_PURGE_AFTER_DAYS: "1" })).toBeUndefined();
    expect(await runNamed("quarantine-purge")).toEqual({ purged: [{ nodeId, name: "stranger" }] });
    expect(await stateOf(nodeId)).toBeUndefined();
  });

  it("ends a job that nobody took, of which there is a report then, and forgets it with its reports", async () => {
    const alias = { family: "inventory", kind: "deviceid", value: "late" } as const;
    const { nodeId, agentId } = await house.gateway.registry.enrol({
      ...{ alias, nodeName: "late", evidence: [], trust: "anonymous", role: "test" },
      ...{ keyId: null, detail: {}, merge: () => ({}) },
    });
    const { order } = await house.gateway.jobs.create(
      { name: "late", work: { task: "collect", spec: { steps: [] } }, target: { nodes: [nodeId] } },
      "ann",
    );
    expect(await runNamed("job-timeouts")).toBeUndefined();
    await house.db.run("update jobs set due_at = due_at - interval '31 days', look_at = now() where agent_id = $1", [
      agentId,
    ]);
    expect(await runNamed("job-timeouts")).toEqual({ timedOut: 1, done: 0 });
    const reports = async () => (await createReports(house.db).list({ agentId }, { limit: 10 })).reports;
    await expect.poll(reports, { timeout: 20_000 }).toHaveLength(1);
    expect((await reports())[0]).toMatchObject({
      ...{
        protocol: "jobs",
        operation: "collect",
        status: "failure",
        attributes: { order: "late", state: "timed-out" },
      },
    });
    expect(await runNamed("job-retention")).toBeUndefined();
    await house.db.run("update jobs set ended_at = now() - interval '1000 days' where agent_id = $1", [agentId]);
    await house.db.run("update job_orders set created_at = now() - interval '1000 days' where id = $1", [order.id]);
    expect(await runNamed("job-retention")).toEqual({ jobs: 1, orders: 1, versions: 0 });
  });

  it("marks a run that was never heard of again, in the list and with its node", async () => {
    expect((await report(B, { JobId: B, StartTime: "2026-11-20T10:00:00Z" })).status).toBe(200);
    expect((await reportsOf(B))[0].status).toBe("running");
    await house.db.run("update reports set hung_at = now() - interval '1 second' where status = 'running'");
    expect(await runNamed("hung-runs")).toEqual({ hung: 1 });
    expect((await reportsOf(B))[0].status).toBe("hung");
    expect((await house.gateway.registry.find(B))[0]?.agents[0]?.latestReport?.status).toBe("hung");
    await report(B, { JobId: B, EndTime: "2026-11-20T11:00:00Z" });
    expect((await reportsOf(B))[0].status).toBe("success");
  });

  it("ends the retention of reports, with their lines and bytes", async () => {
    expect(await reportsOf(B)).toHaveLength(1);
    const dayAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
    const partition = `submissions_${dayAgo(40).replaceAll("-", "")}`;
    await house.db.run(
      `create table ${partition} partition of submissions for values from ('${dayAgo(40)} 00:00+00') to ('${dayAgo(39)} 00:00+00')`,
    );
    await house.db.run("update reports set first_at = now() - interval '40 days' where run = lower($1)", [B]);
    expect(await runNamed("report-retention")).toEqual({ reports: 1, partitions: [partition] });
    expect(await reportsOf(B)).toEqual([]);
    expect(await reportsOf(A)).toHaveLength(1);
  });

  it("ends the retention of changes, and of files that nobody backs up any more", async () => {
    const dayAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
    const partition = `changes_${dayAgo(100).replaceAll("-", "")}`;
    await house.db.run(
      `create table ${partition} partition of changes for values from ('${dayAgo(100)} 00:00+00') to ('${dayAgo(99)} 00:00+00')`,
    );
    expect(await runNamed("history-retention")).toEqual({ partitions: [partition] });
    await house.db.run(
      `with b as (insert into blobs (sha256, size) values (sha256('x'), 1) returning id)
       insert into bucket_files (blob_id, md5, path, last_at)
       select id, decode(md5('x'), 'hex'), '/etc/x', now() - interval '100 days' from b`,
    );
    expect(await runNamed("bucket-retention", { GATEHOUSE_RETENTION_BUCKET_DAYS: "101" })).toBeUndefined();
    expect(await runNamed("bucket-retention")).toEqual({ deleted: 1 });
  });

  it("leaves each agent as many catalogs as are to be kept", async () => {
    await house.db.run(
      `insert into catalogs (agent_id, environment, milliseconds, logs, error)
       select (select id from agents limit 1), 'e', 1, '[]', 'failed ' || n from generate_series(1, 25) n`,
    );
    expect(await runNamed("catalog-retention", { GATEHOUSE_RETENTION_CATALOGS: "25" })).toBeUndefined();
    expect(await runNamed("catalog-retention")).toEqual({ catalogs: 5, bodies: 0 });
  });

  it("purges by policy what an operator took out of service long ago", async () => {
    expect((await house.call("POST", `/api/v1/nodes/${A}/deactivate`, { token: house.tokens.operator })).status).toBe(
      200,
    );
    expect((await report(A, { JobId: A })).status).toBe(403);
    expect(await runNamed("node-purge", { GATEHOUSE_NODES_PURGE_AFTER_DAYS: "7" })).toBeUndefined();
    await house.db.run("update nodes set state_since = now() - interval '8 days' where state = 'deactivated'");
    expect(await runNamed("node-purge", { GATEHOUSE_NODES_PURGE_AFTER_DAYS: "7" })).toMatchObject({
      purged: [{ name: "silent" }],
    });
    expect(await stateOf(A)).toBeUndefined();
    expect((await report(A, { JobId: A })).status).toBe(400);
    expect(await stateOf(B)).toBe("active");
  });
});
