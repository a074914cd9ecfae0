import { randomBytes, randomUUID } from "node:crypto";
import { SILENCE_SECONDS, WAIT_SECONDS, WAKE_WAIT_SECONDS } from "@gatehouse/core/jobs";
import { expect, it } from "vitest";
import { createCredentials } from "../credentials.js";
import { createFacts } from "../facts/facts.js";
import { createGroups } from "../groups/groups.js";
import { groupOf, testChecks } from "../groups/groups.test.helper.js";
import { SecretBox } from "../secret-box.js";
import { count, useDatabase } from "../store.test.helper.js";
import { createJobs } from "./jobs.js";
import { COLLECT, ESX, fleetOn, orderFor } from "./jobs.test.helper.js";
import { JOBS_CHANNEL } from "./rows.js";

const house = useDatabase();
const fleet = fleetOn(house);
const jobs = () => createJobs(house.db);

it("makes one job for each node, prepared, and tells what it made", async () => {
  const agents = [await fleet.join("make-b"), await fleet.join("make-a")];
  const made = await jobs().create(orderFor(agents, { name: "first" }), "ann");
  expect(made).toMatchObject({
    jobs: 2,
    ...{ left: [], leftCount: 0 },
    order: {
      name: "first",
      work: COLLECT,
      target: { nodes: agents.map(({ nodeId }) => nodeId) },
      ...{ notBefore: null, perMinute: null, waitSeconds: WAIT_SECONDS, silenceSeconds: SILENCE_SECONDS },
      ...{ createdBy: "ann", counts: { prepared: 2 } },
    },
  });
  const { jobs: listed, next } = await jobs().list({ orderId: made.order.id }, { limit: 10 });
  expect(next).toBeNull();
  expect(listed.map(({ nodeName, state, work }) => ({ nodeName, state, work }))).toEqual([
    { nodeName: "make-b", state: "prepared", work: COLLECT },
    { nodeName: "make-a", state: "prepared", work: COLLECT },
  ]);
  for (const job of listed) {
    expect(job.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
    expect(await jobs().find(job.id)).toEqual(job);
    expect(job).toMatchObject({
      sentAt: null,
      timesSent: 0,
      startedAt: null,
      heardAt: null,
      endedAt: null,
      reason: null,
    });
    expect(job.waitsBecause?.code).toBe("not-seen-since");
  }
  expect((await fleet.now("make-a")).hasWork).toBe(true);
});

it("takes the agent that was seen last of those that can do it, and no OCS", async () => {
  const evidence = [{ kind: "uuid", value: "4c4c4544-0043-3510-8052-b4c04f564d31", proof: "attested" }] as const;
  const of = (program: string, installedTasks?: string[]) => ({
    evidence,
    merge: () => ({ program }),
    ...(installedTasks && { traits: { installedTasks } }),
  });
  const first = await fleet.join("several-1", of("GLPI-Agent", ["Inventory", "Collect"]));
  const others = [
    await fleet.join("several-2", of("FusionInventory-Agent")),
    await fleet.join("several-3", of("GLPI-Agent", ["inventory"])),
    await fleet.join("several-4", of("OCS-NG_unified_unix_agent", ["collect"])),
  ];
  await house.db.run("update agents set node_id = $1 where id = any($2)", [first.nodeId, others.map((a) => a.agentId)]);
  const chosen = async () => {
    const { order } = await jobs().create(orderFor([first]), "ann");
    return (await jobs().list({ orderId: order.id }, { limit: 10 })).jobs.map(({ agentId }) => agentId);
  };
  // One that says that it has the task, before one that never said, before one that has not.
  expect(await chosen()).toEqual([first.agentId]);
  await house.db.run("update agents set traits = '{}' where id = $1", [first.agentId]);
  await house.db.run("update agent_contacts set last_seen = now() + interval '1 hour' where agent_id = $1", [
    others[0]?.agentId,
  ]);
  expect(await chosen()).toEqual([others[0]?.agentId]);
  await house.db.run("delete from agents where id = any($1)", [[first.agentId, others[0]?.agentId]]);
  expect(await chosen()).toEqual([others[1]?.agentId]);
  await house.db.run("delete from agents where id = $1", [others[1]?.agentId]);
  expect(await jobs().create(orderFor([first]), "ann")).toMatchObject({
    jobs: 0,
    leftCount: 1,
    left: [{ nodeId: first.nodeId, name: "several-1", why: "no-agent" }],
  });
});

it("leaves nodes that are not active, and tells a hundred of those that it left", async () => {
  const agents = [await fleet.join("left-on"), await fleet.join("left-off")] as const;
  await fleet.registry().setState(agents[1].nodeId, "deactivated", "ann");
  const rows = await house.db.run<{ nodeId: string }>(
    `insert into nodes (name) select 'left-' || i from generate_series(1, 150) i returning id as "nodeId"`,
  );
  const made = await jobs().create(orderFor([...agents, ...rows]), "ann");
  expect(made).toMatchObject({ jobs: 1, leftCount: 151 });
  expect(made.left).toHaveLength(100);
  const all = await jobs().create(orderFor([agents[1]]), "ann");
  expect(all.left).toEqual([{ nodeId: agents[1].nodeId, name: "left-off", why: "not-active" }]);
});

it("makes them for the members of a group as it is now, also by facts", async () => {
  const agents = [await fleet.join("fact-1"), await fleet.join("fact-2"), await fleet.join("fact-3")];
  for (const { nodeId } of agents.slice(0, 2))
    await createFacts(house.db).put(nodeId, "s", { os: { family: "windows" } }, new Date());
  const groups = createGroups(house.db, testChecks);
  await groups.put(groupOf("Windows", { rule: { field: "facts.os.family", eq: "windows" } }), "ann");
  const { rule: _, ...two } = groupOf("Two", { parent: "windows", nodes: ["fact-2", "fact-3"] });
  await groups.put(two, "ann");
  const named = async (group: string) => {
    const { order, jobs: made } = await jobs().create({ work: COLLECT, target: { group } }, "ann");
    const { jobs: listed } = await jobs().list({ orderId: order.id }, { limit: 10 });
    expect(listed).toHaveLength(made);
    return { target: order.target, nodes: listed.map(({ nodeName }) => nodeName).sort() };
  };
  expect(await named("WINDOWS")).toEqual({ target: { group: "Windows" }, nodes: ["fact-1", "fact-2"] });
  expect(await named("two")).toEqual({ target: { group: "Two" }, nodes: ["fact-2"] });
  await expect(jobs().create({ work: COLLECT, target: { group: "none" } }, "ann")).rejects.toMatchObject({
    code: "not-found",
  });
});

it("spreads them in the order of their nodes' names, from the time on", async () => {
  const agents = await Promise.all(["pace-c", "pace-a", "pace-b"].map((name) => fleet.join(name)));
  const notBefore = new Date("2030-01-01T00:00:00.000Z");
  const { order } = await jobs().create(orderFor(agents, { notBefore, perMinute: 7 }), "ann");
  const { jobs: listed } = await jobs().list({ orderId: order.id }, { limit: 10 });
  expect(listed.map(({ nodeName, dueAt }) => [nodeName, dueAt.getTime() - notBefore.getTime()])).toEqual([
    ["pace-c", 17_143],
    ["pace-b", 8_571],
    ["pace-a", 0],
  ]);
  expect(listed[0]?.waitsBecause?.code).toBe("not-due");
});

it("an order that wakes has a wake beside each job, due with it, which does not count", async () => {
  const agents = [await fleet.join("wake-1"), await fleet.join("wake-2")];
  const made = await jobs().create(orderFor(agents, { wake: true, perMinute: 1 }), "ann");
  expect(made).toMatchObject({ jobs: 2, order: { wake: true, counts: { prepared: 2 } } });
  const { jobs: listed } = await jobs().list({ orderId: made.order.id }, { limit: 10 });
  const of = (task: string) => listed.filter(({ work }) => work.task === task);
  expect(of("wake").map(({ agentId, dueAt }) => [agentId, dueAt])).toEqual(
    of("collect").map(({ agentId, dueAt }) => [agentId, dueAt]),
  );
  expect(of("wake")[0]?.work).toEqual({ task: "wake", spec: { tasks: ["collect"] } });
});

it("a node that was merged into another stands for that, once", async () => {
  const agent = await fleet.join("merged-into");
  const gone = randomUUID();
  await house.db.run("update nodes set merged_ids = array[$2::uuid] where id = $1", [agent.nodeId, gone]);
  expect(await jobs().create(orderFor([agent, { nodeId: gone }, agent]), "ann")).toMatchObject({ jobs: 1 });
});

it("refuses what is not there, what does not fit, and a name that is taken; nothing is made then", async () => {
  const agent = await fleet.join("refused");
  const before = [await count(house.db, "job_orders"), await count(house.db, "jobs")];
  const refused = (said: Partial<Parameters<typeof orderFor>[1]>) => jobs().create(orderFor([agent], said), "ann");
  await expect(refused({ target: { nodes: [agent.nodeId, randomUUID()] } })).rejects.toMatchObject({
    code: "not-found",
  });
  await expect(refused({ target: { nodes: ["' or 1=1 --"] } })).rejects.toMatchObject({ code: "not-found" });
  await expect(refused({ target: { nodes: [] } })).rejects.toMatchObject({ code: "request-malformed" });
  await expect(refused({ perMinute: 0 })).rejects.toMatchObject({ code: "request-malformed" });
  await expect(refused({ work: ESX })).rejects.toMatchObject({
    code: "not-found",
    message: expect.stringMatching(/vmware/),
  });
  await expect(refused({ work: { task: "deploy", spec: { package: "p" } } })).rejects.toMatchObject({
    code: "not-found",
  });
  expect([await count(house.db, "job_orders"), await count(house.db, "jobs")]).toEqual(before);
  await refused({ name: "taken" });
  await expect(refused({ name: "taken" })).rejects.toMatchObject({ code: "conflict" });
  expect(await count(house.db, "job_orders")).toBe((before[0] ?? 0) + 1);
});

it("a credential has to be of the kind that the job carries", async () => {
  const agent = await fleet.join("secretive");
  const credentials = createCredentials(house.db, new SecretBox(randomBytes(32)));
  await credentials.put({ name: "vmware", kind: "snmp-community", username: null, secret: "s3cret" }, "ann");
  await expect(jobs().create(orderFor([agent], { work: ESX }), "ann")).rejects.toMatchObject({
    code: "request-malformed",
    message: expect.stringMatching(/snmp-community/),
  });
  await credentials.put({ name: "vmware", kind: "password", username: "root", secret: "s3cret" }, "ann");
  const made = await jobs().create(orderFor([agent], { work: ESX }), "ann");
  expect(JSON.stringify(await house.db.run("select * from job_orders where id = $1", [made.order.id]))).not.toContain(
    "s3cret",
  );
});

it("gateways hear of it", async () => {
  const agent = await fleet.join("heard");
  let told = 0;
  const listening = house.db.notifications(JOBS_CHANNEL, { onNotice: () => told++, onGap: () => undefined });
  await listening.listen();
  try {
    await jobs().create(orderFor([agent]), "ann");
    await expect.poll(() => told).toBe(1);
  } finally {
    await listening.close();
  }
});

it("keeps hostile texts as texts", async () => {
  const agent = await fleet.join("hostile");
  const path = "a\0b\ud800c\u2028'; drop table jobs; --";
  const spec = JSON.parse(
    `{"steps":[{"function":"getFromRegistry","path":${JSON.stringify(path)},"__proto__":{"x":1}}]}`,
  );
  const { order } = await jobs().create(
    orderFor([agent], { name: "n\0\udfff", work: { task: "collect", spec } }),
    "by\0",
  );
  expect(order.name).toBe("n\ufffd");
  expect(order.createdBy).toBe("by");
  expect(JSON.stringify(order.work.spec)).toBe(
    `{"steps":[{"path":"ab\ufffdc\u2028'; drop table jobs; --","function":"getFromRegistry","__proto__":{"x":1}}]}`,
  );
  expect(await jobs().order("n\0\udfff")).toEqual(order);
});

it("waits a day for who is to be woken, and else a month", async () => {
  const agent = await fleet.join("waits");
  const waits = async (said: Parameters<typeof orderFor>[1]) =>
    (await jobs().create(orderFor([agent], said), "ann")).order.waitSeconds;
  const work = { task: "wake", spec: { tasks: ["inventory"] } } as const;
  expect(await waits({ work })).toBe(WAKE_WAIT_SECONDS);
  expect(await waits({ work, waitSeconds: 60 })).toBe(60);
  expect(await waits({ wake: true })).toBe(WAIT_SECONDS);
});
