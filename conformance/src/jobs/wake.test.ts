import { createServer } from "node:net";
import { FusionAgent } from "@gatehouse/simulator";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AgentDaemon } from "../inventory/agents.js";
import { type InventoryHouse, startHouse } from "../inventory/house.js";
import { type JobHouse, needsTasks, startJobHouse } from "./house.js";
import { awakened, waitAt } from "./waiting.js";

const { skip, note } = needsTasks(["Deploy"]);
/** Where the agent listens as it is installed: it never tells another one. */
const PORT = 62_354;

const isFree = (port: number) =>
  new Promise<boolean>((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });

describe.skipIf(skip)(`Debian's fusioninventory-agent, unmodified, as a daemon${note}`, () => {
  let house: JobHouse;
  let daemon: AgentDaemon;
  beforeAll(async () => {
    if (!(await isFree(PORT))) throw new Error(`somebody listens at ${PORT} of this machine: an agent of its own?`);
    house = await startJobHouse({ GATEHOUSE_JOBS_WAKE_LOOPBACK: "true" });
    daemon = await house.agent.daemon(
      ...([`${house.https}/`, PORT, "--tasks=collect", `--ca-cert-file=${house.gateway.ca}`] as const),
    );
  });
  afterAll(async () => {
    await daemon?.stop();
    await house?.close();
  });

  it("waits for its hour, and comes at once when it is woken on its port", async () => {
    expect(daemon.log()).not.toContain("running task Collect");
    const steps = [
      { function: "findFile", dir: "/etc", limit: 1, recursive: false, filter: { is_file: true, is_dir: false } },
    ] as const;
    const job = await house.order({ task: "collect", spec: { steps } }, { wake: true });
    await expect.poll(async () => (await house.job(job)).state, { timeout: 60_000 }).toBe("ok");
    expect(daemon.log()).toContain("GET request /now from client 127.0.0.1");
    const { jobs } = await house.api<{ jobs: readonly { id: string; task: string }[] }>("GET", "/jobs?task=wake");
    const wake = jobs[0]?.id ?? "";
    expect(await house.job(wake)).toMatchObject({ task: "wake", state: "ok" });
    expect(JSON.stringify(await house.story(wake))).toContain("port");
  });
});

describe("an agent that waits", () => {
  let house: InventoryHouse;
  const agents: FusionAgent[] = [];
  const known = async (name: string) => {
    const agent = new FusionAgent({ serverUrl: `${house.gateway.http}/`, name });
    agents.push(agent);
    expect((await agent.run()).errors).toEqual([]);
    return agent;
  };
  beforeAll(async () => {
    house = await startHouse();
  });
  afterAll(() => house?.close());

  it("hears a sign at once, then the tasks in their order, and nothing after them", async () => {
    const agent = await known("waiting-1");
    const held = await waitAt(house.https.replace("localhost", "127.0.0.1"), agent.deviceId);
    expect([held.status, held.text()]).toEqual([200, "@"]);
    expect(held.headers["content-length"]).toBeUndefined();
    const tasks = ["--task", "deploy", "--task", "inventory"];
    const { code, err } = await house.site.command("node", "wake", "waiting-1", ...tasks);
    expect([code, err]).toEqual([0, ""]);
    expect(awakened(await held.ended)).toEqual({ awake: { tasks: ["deploy", "inventory"] } });
    // It is done when the agent comes, and not before.
    const wakes = async () =>
      (await house.json<{ jobs: { task: string; state: string }[] }>("job", "list", "--node", "waiting-1")).jobs;
    expect(await wakes()).toMatchObject([{ task: "wake", state: "sent" }]);
    await agent.run();
    expect(await wakes()).toMatchObject([{ task: "wake", state: "ok" }]);
  });
});
