import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type FusionInventoryAgent, fusionInventoryAgent } from "./agents.js";
import { type InventoryHouse, missingPackages, needsAgents, startHouse, trustOf } from "./house.js";

const { skip, note } = needsAgents("fusioninventory-agent");

interface Pending {
  readonly quarantined: readonly {
    readonly id: string;
    readonly name: string;
    readonly held: number;
    readonly agents: readonly { readonly aliases: readonly { readonly kind: string; readonly value: string }[] }[];
  }[];
}

describe.skipIf(skip)(`Debian's fusioninventory-agent, unmodified, in quarantine${note}`, () => {
  let house: InventoryHouse;
  let agent: FusionInventoryAgent;
  const session = (...options: string[]) =>
    agent.run(`${house.https}/`, `--ca-cert-file=${house.gateway.ca}`, ...options);
  const waiting = async () => (await house.json<Pending>("pending")).quarantined;
  beforeAll(async () => {
    house = await startHouse({ GATEHOUSE_INVENTORY_UNPROVEN: "quarantine" });
    agent = fusionInventoryAgent();
  });
  afterAll(async () => {
    agent?.remove();
    await house?.close();
  });

  it("that nobody knows is asked for nothing, and waits for a person", async () => {
    const { code, out } = await session();
    expect(code).toBe(0);
    expect(out).not.toMatch(/Sending inventory|Inventory.*sent/i);
    const [node, ...others] = await waiting();
    expect(others).toEqual([]);
    const aliases = node?.agents.flatMap((each) => each.aliases);
    expect(node?.held).toBe(0);
    expect(aliases).toContainEqual({ family: "inventory", kind: "deviceid", value: agent.deviceId() });
    const { out: text } = await house.site.command("pending");
    expect(text).toContain(`gatehouse node activate ${node?.id}`);
    expect(text).toContain(`gatehouse node purge ${node?.id}`);
    expect(await house.inventories(node?.id ?? "").catch(() => [])).toEqual([]);
  });

  it("that sends all the same has that kept, and nothing made of it", async () => {
    expect((await session("--force")).code).toBe(0);
    const [node, ...others] = await waiting();
    expect(others).toEqual([]);
    expect(await house.inventories(node?.id ?? "").catch(() => [])).toEqual([]);
    expect(node?.held).toBe(1);
    expect((await house.nodes()).map(({ id }) => id)).toEqual([node?.id]);
  });

  it("is in with all that was kept once a person says so", async () => {
    const [node] = await waiting();
    const { code } = await house.site.command("node", "activate", node?.id ?? "");
    expect(code).toBe(0);
    expect(await waiting()).toEqual([]);
    const [shown] = await house.inventories(node?.id ?? "");
    expect(missingPackages(shown)).toEqual([]);
    expect(await trustOf(house, node?.id ?? "")).toEqual(["anonymous"]);
    // And goes on as agents do that were never held.
    const { out } = await session();
    expect(out).toMatch(/task Inventory/i);
    expect((await house.nodes()).map(({ id }) => id)).toEqual([node?.id]);
    expect(await house.json("dead-letter", "list")).toMatchObject({ deadLetters: [] });
  });
});
