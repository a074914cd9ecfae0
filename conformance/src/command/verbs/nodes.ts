import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { checkIn, register } from "../../dsc/pull-server.js";
import type { VerbsSite } from "./site.js";

/** `gatehouse node` and `gatehouse pending`. */
export function nodeVerbs(site: VerbsSite): void {
  const { done, fleet, here, json } = site;

  describe("node", () => {
    const names = async (...filter: string[]) =>
      (await json("node", "list", ...filter)).nodes.map(({ name }: { name: string }) => name);

    it("list shows them, and narrows", async () => {
      expect(await done("node", "list")).toMatch(
        /^NAME .*\nALPHA +active +dsc +failure .*\nBETA +active +dsc +success /,
      );
      expect(await names("--name", "al")).toEqual(["ALPHA"]);
      expect(await names("--report-status", "success")).toEqual(["BETA"]);
      expect(await names("--family", "dsc", "--state", "active")).toEqual(["ALPHA", "BETA"]);
      expect(await names("--not-seen-days", "1")).toEqual([]);
      expect(await done("node", "list", "--state", "expired")).toBe("No node is like that.\n");
    });

    it("list comes in pages", async () => {
      const first = await json("node", "list", "--limit", "1");
      expect(first.nodes).toHaveLength(1);
      expect(await names("--after", first.next)).toEqual(["BETA"]);
      expect(await done("node", "list", "--limit", "1")).toContain(`There are more: --all, or --after ${first.next}`);
      expect(await json("node", "list", "--all")).toMatchObject({
        nodes: [{ name: "ALPHA" }, { name: "BETA" }],
        next: null,
      });
    });

    it("show and explain know it by name, id and alias", async () => {
      const { id } = await json("node", "show", "ALPHA");
      for (const reference of [id, fleet().alpha, fleet().alpha.toUpperCase()])
        expect((await json("node", "show", reference)).id).toBe(id);
      expect(await done("node", "show", "ALPHA")).toMatch(/^name +ALPHA\n[\s\S]*newest run +failure, .*, report \d+/);
      expect(await json("node", "explain", "ALPHA")).toMatchObject({
        id,
        agents: [{ registrations: [{ keyName: "primary" }] }],
      });
      expect(await done("node", "explain", "ALPHA")).toMatch(
        /ConfigurationRepository +key primary +1 [\s\S]*gets Web\n/,
      );
    });

    it("label sets, takes away, and filters", async () => {
      expect(await done("node", "label", "ALPHA", "site=berlin", "role=web")).toBe("ALPHA: role=web, site=berlin\n");
      expect(await json("node", "label", "BETA", "site=berlin")).toEqual({ labels: { site: "berlin" } });
      expect(await names("--label", "site=berlin")).toEqual(["ALPHA", "BETA"]);
      expect(await names("--label", "site=berlin", "--label", "role=web")).toEqual(["ALPHA"]);
      expect(await json("node", "label", "ALPHA", "site-", "role=db")).toEqual({ labels: { role: "db" } });
    });

    it("deactivate has its agents refused, activate takes it back", async () => {
      const poll = async () => (await checkIn(fleet().server, fleet().beta, { ClientStatus: [] })).status;
      expect(await poll()).toBe(200);
      expect(await done("node", "deactivate", "BETA")).toMatch(/BETA is out of service/);
      expect(await poll()).not.toBe(200);
      expect(await json("node", "show", "BETA")).toMatchObject({ state: "deactivated", stateBy: "admin" });
      expect(await done("node", "activate", "BETA")).toBe("BETA is in service.\n");
      expect(await poll()).toBe(200);
    });

    it("merge makes one machine of two, split two of one, and undo puts either back", async () => {
      const agents = [randomUUID(), randomUUID()];
      for (const [i, agent] of agents.entries())
        expect((await register(fleet().server, agent, { names: [], nodeName: `TWIN${i}` })).status).toBe(204);
      const changes = async (...words: string[]) => (await json("node", "changes", ...words)).changes;
      expect(await done("node", "merge", "TWIN0", "TWIN1")).toMatch(
        /^TWIN1 went into TWIN0 \(.*\), with 1 agent\.\nUndo it: gatehouse node undo \d+\n$/,
      );
      expect((await json("node", "show", agents[1] ?? "")).name).toBe("TWIN0");
      const [merge] = await changes("TWIN0");
      expect(merge).toMatchObject({ kind: "merge", by: "admin", undoneAt: null });
      const split = await json("node", "split", "TWIN0", "--agent", agents[1] ?? "");
      expect(split).toMatchObject({ kind: "split", other: { name: "TWIN1" } });
      expect(await here("node", "undo", merge.id)).toMatchObject({
        code: 1,
        err: expect.stringContaining("undo that first"),
      });
      expect(await done("node", "undo", split.id)).toMatch(/^Undone: TWIN0 gave 1 agent to the new node TWIN1 /);
      expect(await json("node", "undo", merge.id)).toMatchObject({ undoneBy: "admin" });
      expect(await done("node", "changes", "--limit", "1")).toMatch(
        / split +TWIN0 +TWIN1 +1 +admin +\S+ \S+ by admin\n/,
      );
      expect(await done("node", "explain", "TWIN0")).toMatch(
        /known by\n {2}EVIDENCE [\s\S]*name +TWIN0 +dsc +claimed +yes/,
      );
      for (const name of ["TWIN0", "TWIN1"]) await done("node", "purge", name, "--yes");
    });

    it("purge says what would go, and does it with --yes", async () => {
      const agent = randomUUID();
      expect((await register(fleet().server, agent, { names: [], nodeName: "GAMMA" })).status).toBe(204);
      expect(await here("node", "purge", "GAMMA")).toMatchObject({
        code: 2,
        out: expect.stringMatching(/^GAMMA \(.*would go with 1 agent/),
        err: expect.stringContaining("--yes"),
      });
      expect(await names("--name", "gamma")).toEqual(["GAMMA"]);
      expect(await json("node", "purge", "GAMMA", "--yes")).toMatchObject({ name: "GAMMA", agents: 1, reports: 0 });
      expect(await names("--name", "gamma")).toEqual([]);
      expect(await here("node", "show", agent)).toMatchObject({
        code: 1,
        err: expect.stringContaining("There is no node"),
      });
    });
  });

  describe("pending", () => {
    it("list shows what waits, and dismiss answers it", async () => {
      expect(await done("pending")).toBe("Nothing waits for a person.\n");
      const agents = [randomUUID(), randomUUID()];
      for (const agent of agents)
        expect((await register(fleet().server, agent, { names: [], nodeName: "CLONE" })).status).toBe(204);
      const { conflicts, openConflicts } = await json("pending", "list");
      expect([openConflicts, conflicts]).toMatchObject([1, [{ kind: "clone", node: { name: "CLONE" } }]]);
      expect(await done("status")).toMatch(/^waits for you +1 identity conflict: gatehouse pending$/m);
      expect(await done("pending", "list", "--limit", "1")).toContain(`gatehouse pending dismiss ${conflicts[0].id}\n`);
      expect(await done("pending", "dismiss", conflicts[0].id)).toBe("CLONE and CLONE are two machines.\n");
      expect(await here("pending", "dismiss", conflicts[0].id)).toMatchObject({ code: 1 });
      for (const agent of agents) await done("node", "purge", agent, "--yes");
    });
  });
}
