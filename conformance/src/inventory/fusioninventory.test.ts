import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fusionInventoryAgent, type InventoryAgent } from "./agents.js";
import { entriesOf, type InventoryHouse, installedPackages, needsAgents, sectionOf, startHouse } from "./house.js";

const { skip, note } = needsAgents("fusioninventory-agent");
/** Lines in which the agent complains. */
const complaints = (out: string) => out.split("\n").filter((line) => /^\[(?:error|warning|fault)\]/.test(line));

describe.skipIf(skip)(`Debian's fusioninventory-agent, unmodified${note}`, () => {
  let house: InventoryHouse;
  let agent: InventoryAgent;
  beforeAll(async () => {
    house = await startHouse();
    agent = fusionInventoryAgent();
  });
  afterAll(async () => {
    agent?.remove();
    await house?.close();
  });

  it("does a whole session over HTTP, and its machine is known by what it is made of", async () => {
    const { code, out } = await agent.run(`${house.gateway.http}/`, "--tag=first-tag");
    expect(complaints(out)).toEqual([]);
    expect(code).toBe(0);
    // The tasks that ask for work are told that there is none.
    for (const task of ["Deploy", "Collect", "ESX"]) expect(out).toContain(`No ${task} job enabled`);
    const [node, ...others] = await house.nodes();
    expect(others).toEqual([]);
    const [shown, ...more] = await house.inventories(node?.id ?? "");
    expect(more).toEqual([]);
    expect(shown).toMatchObject({ itemType: "Computer", tag: "first-tag", isComplete: true, isCollected: false });
    expect(shown?.versionClient).toMatch(/^FusionInventory-Agent_v/);
    expect(sectionOf(shown, "hardware")).toMatchObject({ name: node?.name });
    const found = new Map(entriesOf(shown, "softwares").map(({ name, version }) => [name, version]));
    const installed = installedPackages();
    expect(installed.size).toBeGreaterThan(100);
    expect([...installed].filter(([name, version]) => found.get(name) !== version)).toEqual([]);
  });

  it.each<[string, string[]]>([
    ["compressed", []],
    ["not compressed", ["-C"]],
  ])(
    "does one over HTTPS, its body %s, verifying our certificate, and nothing but what changed is noted",
    async (_, options) => {
      const url = `${house.https}/plugins/fusioninventory/`;
      const before = await house.nodes();
      const { code, out } = await agent.run(url, `--ca-cert-file=${house.gateway.ca}`, "--tag=first-tag", ...options);
      expect(complaints(out)).toEqual([]);
      expect(code).toBe(0);
      expect((await house.nodes()).map(({ id }) => id)).toEqual(before.map(({ id }) => id));
      const noted = await house.changes(before[0]?.id ?? "");
      // Nobody installs packages, cards or disks meanwhile.
      expect(
        noted.filter((path) => /^(?:softwares|controllers|storages|cpus|memories|bios|hardware)\b/.test(path)),
      ).toEqual([]);
    },
  );

  it("refuses a gateway whose certificate it cannot verify", async () => {
    const { out } = await agent.run(`${house.https}/`);
    expect(out).toMatch(/certificate verify failed/);
  });

  it("is found by what its machine has", async () => {
    const { hits } = await house.json<{ hits: { nodeName: string; found: { entry: object }[] }[] }>(
      ...["inventory", "search", "softwares.name=fusioninventory-agent", "softwares.version=1:2.*"],
    );
    expect(hits).toMatchObject([{ found: [{ entry: { name: "fusioninventory-agent" } }] }]);
    const none = await house.json<{ hits: unknown[] }>("inventory", "search", "softwares.name=no-such-package");
    expect(none.hits).toEqual([]);
  });

  it("leaves nothing undone, nothing refused", async () => {
    expect(await house.json("dead-letter", "list")).toMatchObject({ deadLetters: [] });
    expect(house.gateway.log()).not.toMatch(/"level":"(?:error|warn)"(?!.*certificate)/);
  });
});
