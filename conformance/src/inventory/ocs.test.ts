import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fusionInventoryAgent, type InventoryAgent, ocsAgent } from "./agents.js";
import { entriesOf, type InventoryHouse, installedPackages, needsAgents, sectionOf, startHouse } from "./house.js";

const { skip, note } = needsAgents("ocsinventory-agent");

describe.skipIf(skip)(`Debian's ocsinventory-agent, unmodified${note}`, () => {
  let house: InventoryHouse;
  let agent: InventoryAgent;
  const clones = async () => JSON.stringify(await house.json("pending")).match(/"kind":"clone"/g)?.length ?? 0;
  beforeAll(async () => {
    house = await startHouse();
    agent = ocsAgent();
  });
  afterAll(async () => {
    agent?.remove();
    await house?.close();
  });

  it("does a whole session over HTTP, and its machine is known by what it is made of", async () => {
    const { code, out } = await agent.run(`${house.gateway.http}/ocsinventory`, "--tag=ocs-tag");
    expect(out).toContain("<RESPONSE>SEND</RESPONSE>");
    expect(out).toContain("<RESPONSE>NO_ACCOUNT_UPDATE</RESPONSE>");
    expect(out).not.toMatch(/Deflating problem|\[error\]/);
    expect(code).toBe(0);
    const [node, ...others] = await house.nodes();
    expect(others).toEqual([]);
    const [shown] = await house.inventories(node?.id ?? "");
    expect(shown).toMatchObject({ itemType: "Computer", tag: "ocs-tag", isComplete: true, isCollected: false });
    expect(shown?.versionClient).toMatch(/^OCS-NG_unified_unix_agent_v/);
    expect(sectionOf(shown, "hardware")).toMatchObject({ name: node?.name });
    expect(sectionOf(shown, "operatingsystem")).toMatchObject({ full_name: expect.stringContaining("Debian") });
    const found = new Map(entriesOf(shown, "softwares").map(({ name, version }) => [name, version]));
    expect([...installedPackages()].filter(([name, version]) => found.get(name) !== version)).toEqual([]);
    for (const { install_date: date } of entriesOf(shown, "softwares"))
      if (date !== undefined) expect(date).toMatch(/^\d{4}-\d\d-\d\d/);
  });

  it("does one over HTTPS, verifying our certificate; it has another name for each URL, and a person is asked", async () => {
    const { code, out } = await agent.run(`${house.https}/ocsinventory`, `--ca=${house.gateway.ca}`, "--tag=ocs-tag");
    expect(out).toContain("<RESPONSE>NO_ACCOUNT_UPDATE</RESPONSE>");
    expect(code).toBe(0);
    expect(await house.nodes()).toHaveLength(2);
    await expect.poll(clones, { timeout: 20_000 }).toBe(1);
  });

  const { skip: alone, note: both } = needsAgents("fusioninventory-agent");
  it.skipIf(alone)(`beside another agent of its kind on one machine, waits for a person's word${both}`, async () => {
    const other = fusionInventoryAgent();
    try {
      expect((await other.run(`${house.gateway.http}/`)).code).toBe(0);
    } finally {
      other.remove();
    }
    expect(await house.nodes()).toHaveLength(3);
    await expect.poll(clones, { timeout: 20_000 }).toBeGreaterThan(1);
  });
});
