import { GlpiAgent, simulateInventoryFleet } from "@gatehouse/simulator";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commandOf } from "./command/gatehouse.js";
import { type GatewayProcess, newSite, type Site } from "./gateway.js";

let site: Site;
let gateway: GatewayProcess;
beforeAll(async () => {
  site = await newSite();
  gateway = await site.start();
});
afterAll(() => site?.remove());

const { done, json } = commandOf(() => site);
/** Of a node, once what its agents handed in is processed. */
const inventoryOf = (name: string) =>
  expect.poll(async () => (await site.command("--json", "inventory", "show", name)).out, { timeout: 60_000 });

describe("simulated inventory agents on a gateway", () => {
  it.each([
    ["glpi", { full: 10, partial: 10 }],
    ["fusioninventory", { full: 20, partial: 0 }],
    ["ocs", { full: 20, partial: 0 }],
  ] as const)("a fleet of %s is taken whole, and nothing of it is a dead letter", async (program, counts) => {
    const name = (n: number) => `${program}-${n}`;
    const summary = await simulateInventoryFleet({ program, serverUrl: gateway.http, name, count: 10, runs: 2 });
    expect(summary).toMatchObject({ agents: 10, runs: 20, contacts: 20, failures: 0, serverErrors: 0, ...counts });
    expect((await json("node", "list", "--name", `${program}-`)).nodes).toHaveLength(10);
    for (let n = 0; n < 10; n++) await inventoryOf(name(n)).toContain("softwares");
    expect((await json("dead-letter", "list")).deadLetters).toEqual([]);
    // What the second run changed is known of each, and of its own agent only.
    const { hits } = await json("inventory", "search", "softwares.name=openssl", "softwares.version=*+deb12u2");
    const names = hits.map(({ nodeName }: { nodeName: string }) => nodeName);
    expect(names.filter((one: string) => one.startsWith(program))).toHaveLength(10);
  });

  it("a GLPI agent whose inventory was lost sends all of it again, in XML, and JSON afterwards", async () => {
    const agent = new GlpiAgent({ serverUrl: gateway.http, name: "lost" });
    expect(await agent.run()).toMatchObject({ inventory: "full", dialect: "json", errors: [] });
    await inventoryOf("lost").toContain('"isComplete": true');
    await done("node", "purge", "lost", "--yes");
    // The agent knows nothing of that: what it sends is a part of what is no longer there.
    expect(await agent.run()).toMatchObject({ inventory: "partial", errors: [] });
    await inventoryOf("lost").toContain('"isComplete": false');
    expect(await agent.run()).toMatchObject({
      contacted: false,
      inventory: "none",
      errors: [{ operation: "contact" }],
    });
    expect(await agent.run()).toMatchObject({ inventory: "full", dialect: "xml", errors: [] });
    await inventoryOf("lost").toContain('"isComplete": true');
    const last = [await agent.run(), await agent.run()];
    expect(last.at(-1)).toMatchObject({ inventory: "partial", dialect: "json", errors: [] });
  });
});
