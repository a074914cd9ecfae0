import { describe, expect, it } from "vitest";
import type { VerbsSite } from "./site.js";

/** `gatehouse inventory …`, on machines that simulated agents inventoried. */
export function inventoryVerbs({ done, json }: VerbsSite): void {
  const machines = async (program: string): Promise<string[]> =>
    (await json("node", "list", "--name", `sim-${program}`)).nodes.map(({ name }: { name: string }) => name);

  describe("inventory", () => {
    it("comes from simulated GLPI, FusionInventory and OCS agents", async () => {
      const fleets = await json("simulate", "--glpi", "2", "--fusion", "1", "--ocs", "1", "--runs", "2");
      const well = { failures: 0, serverErrors: 0 };
      expect(fleets.glpi).toMatchObject({ agents: 2, contacts: 4, full: 2, partial: 2, failures: 0, serverErrors: 0 });
      expect(fleets.fusion).toMatchObject({ agents: 1, full: 2, configs: 2, ...well });
      expect(fleets.ocs).toMatchObject({ agents: 1, contacts: 2, full: 2, ...well });
      expect(await machines("glpi-")).toHaveLength(2);
    });

    it.each(["glpi", "fusioninventory", "ocs"])("show tells what a machine of %s is made of", async (program) => {
      const [name = ""] = await machines(`${program}-`);
      const text = await done("inventory", "show", name);
      for (const line of [
        /^device +sim-/m,
        /^said by +\S*(GLPI-Agent_v1\.12|FusionInventory-Agent_v2\.6-3|OCS-NG_unified_unix_agent_v2\.10\.0)$/m,
        /^serial +SIM[0-9A-F]{10}$/m,
        /^system +Debian GNU\/Linux 12/m,
        /^memory +\d+\.0 GiB$/m,
        /^packages +1?\d{3}$/m,
        /^ +\/var +\/dev\/sda3 +ext4 /m,
        /^ +eth0 +02(:[0-9a-f]{2}){5} +10\./m,
      ])
        expect(text).toMatch(line);
      expect(await done("inventory", "show", name, "--section", "softwares")).toMatch(/^openssl +\d/m);
    });

    it("diff is what changed from run to run, or what differs between two", async () => {
      const [one = "", two = ""] = await machines("glpi-");
      expect(await done("inventory", "diff", one, "--since", "1h")).toMatch(/softwares\.openssl/);
      const { changes } = await json("inventory", "diff", one, "--all");
      const paths: string[] = changes.map(({ path }: { path: string }) => path);
      expect(paths.filter((path) => /^(drives|processes|accesslog)/.test(path))).toEqual([]);
      const differences = await done("inventory", "diff", one, two, "--section", "bios");
      expect(differences).toMatch(/bios\.ssn +SIM[0-9A-F]{10} +SIM[0-9A-F]{10}/);
      expect(await done("inventory", "diff", one, one)).toContain("Nothing differs.");
    });

    it("search finds the machines that have something", async () => {
      const [one = ""] = await machines("glpi-");
      const { inventories } = await json("inventory", "show", one, "--section", "bios");
      const serial: string = inventories[0].sections[0].content.ssn;
      const found = async (...where: string[]) =>
        (await json("inventory", "search", ...where)).hits.map(({ nodeName }: { nodeName: string }) => nodeName);
      expect(await found(`bios.ssn=${serial.toLowerCase()}`)).toEqual([one]);
      expect(await found("softwares.name=openssl", "softwares.version=*+deb12u2")).toHaveLength(4);
      expect(await found("softwares.name=openssl", "softwares.version=nothing*")).toEqual([]);
      expect(await done("inventory", "search", "softwares.name=OpenSSL")).toContain("name=openssl");
    });

    it("export is JSON or CSV of all", async () => {
      const { nodes } = JSON.parse(await done("inventory", "export", "--section", "bios"));
      expect(nodes).toHaveLength(4);
      const csv = await done("inventory", "export", "--csv", "--section", "softwares");
      const [header = "", ...rows] = csv.split("\r\n");
      expect(header).toMatch(/^node,node_id,/);
      expect(rows.length).toBeGreaterThan(4 * 900);
      expect(rows.filter((row) => row.includes(",openssl,"))).toHaveLength(4);
    });
  });
}
