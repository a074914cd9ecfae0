import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type InventoryAgent, ocsAgent } from "./agents.js";
import { type InventoryHouse, missingPackages, needsAgents, startHouse, statusesIn, trustOf } from "./house.js";

const { skip, note } = needsAgents("ocsinventory-agent");

/** The agent takes both in Base64 only, and the realm as it is told. */
const login = (name: string, password: string) => [
  ...[`--user=${btoa(name)}`, `--password=${btoa(password)}`, "--realm=Gatehouse"],
];

describe.skipIf(skip)(`Debian's ocsinventory-agent with Basic, where a proof is needed${note}`, () => {
  let house: InventoryHouse;
  let agent: InventoryAgent;
  const session = (...options: string[]) =>
    agent.run(`${house.https}/ocsinventory`, `--ca=${house.gateway.ca}`, ...options);
  beforeAll(async () => {
    house = await startHouse({ GATEHOUSE_INVENTORY_UNPROVEN: "refuse" });
    agent = ocsAgent();
  });
  afterAll(async () => {
    agent?.remove();
    await house?.close();
  });

  it.each<[string, string[]]>([
    ["no login", []],
    ["a wrong password", login("fleet", "correct-horse")],
  ])("gets nowhere with %s", async (_, options) => {
    const { out } = await session(...options);
    expect(out).toMatch(/Cannot establish communication : 401/);
    expect(await house.nodes()).toEqual([]);
  });

  it("does a whole session with a login; it has to be told the realm", async () => {
    const { secret } = await house.json<{ secret: string }>("enrolment", "login", "add", "fleet", "--kind", "basic");
    const before = house.gateway.log().length;
    const { code, out } = await session(...login("fleet", secret));
    expect(out).toContain("<RESPONSE>SEND</RESPONSE>");
    expect(out).toContain("<RESPONSE>NO_ACCOUNT_UPDATE</RESPONSE>");
    expect(code).toBe(0);
    const [node, ...others] = await house.nodes();
    expect(others).toEqual([]);
    expect(await trustOf(house, node?.id ?? "")).toEqual(["key"]);
    const [shown] = await house.inventories(node?.id ?? "");
    expect(missingPackages(shown)).toEqual([]);
    expect(house.gateway.log()).not.toContain(secret);
    // One message without the login, and never again: the agent has one client for all that it sends.
    expect(statusesIn(house, before).filter((status) => status !== 200)).toEqual([401]);
  });
});
