import path from "node:path";
import { FusionAgent } from "@gatehouse/simulator";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type GatewayProcess, newSite, type Site } from "./gateway.js";
import { awakened, waitAt } from "./jobs/waiting.js";
import { send } from "./wire.js";

const onGivenDatabase = process.env["DATABASE_URL"] !== undefined;
if (!onGivenDatabase) process.stderr.write("wakes between two gateways: not run, for want of DATABASE_URL\n");

describe.runIf(onGivenDatabase)("two gateways on one database, and an agent that waits", () => {
  let site: Site;
  let gateways: readonly [GatewayProcess, GatewayProcess];
  beforeAll(async () => {
    site = await newSite();
    gateways = [await site.start(), await site.start({ args: ["--data", path.join(site.dataDir, "second")] })];
  });
  afterAll(async () => {
    for (const gateway of gateways ?? []) await gateway.stop();
    await site?.remove();
  });

  const wake = async (gateway: GatewayProcess, node: string) => {
    const token = gateways.map((each) => each.token).find((text) => text !== "") ?? "";
    const { status, body } = await send(gateway.https, {
      ...{ method: "POST", path: `/api/v1/nodes/${node}/wake`, headers: { Authorization: `Bearer ${token}` } },
      body: JSON.stringify({ tasks: ["inventory"] }),
    });
    expect([status, String(body)]).toEqual([201, expect.any(String)]);
  };

  it.each([
    ["the other", 0, 1],
    ["the same", 1, 1],
  ] as const)("is woken by a word at %s", async (_, ordered, waits) => {
    const [at, word] = [gateways[waits], gateways[ordered]];
    const agent = new FusionAgent({ serverUrl: `${at.http}/`, name: `waits-${ordered}-${waits}` });
    expect((await agent.run()).errors).toEqual([]);
    const held = await waitAt(at.https, agent.deviceId);
    expect([held.status, held.text()]).toEqual([200, "@"]);
    await wake(word, `waits-${ordered}-${waits}`);
    expect(awakened(await held.ended)).toEqual({ awake: { tasks: ["inventory"] } });
  });

  it("waits at one of them: a second wait elsewhere is no second wake", async () => {
    const [one, two] = gateways;
    const agent = new FusionAgent({ serverUrl: `${one.http}/`, name: "waits-twice" });
    await agent.run();
    const held = await Promise.all([waitAt(one.https, agent.deviceId), waitAt(two.https, agent.deviceId)]);
    await wake(one, "waits-twice");
    const first = await Promise.race(held.map(({ ended }, index) => ended.then((text) => ({ text, index }))));
    expect(awakened(first.text)).toEqual({ awake: { tasks: ["inventory"] } });
    for (const each of held) each.hangUp();
  });

  it("hangs up, and comes to the other gateway, where it is woken", async () => {
    const [one, two] = gateways;
    const agent = new FusionAgent({ serverUrl: `${one.http}/`, name: "moves" });
    await agent.run();
    (await waitAt(one.https, agent.deviceId)).hangUp();
    const held = await waitAt(two.https, agent.deviceId);
    await wake(one, "moves");
    expect(awakened(await held.ended)).toEqual({ awake: { tasks: ["inventory"] } });
  });
});
