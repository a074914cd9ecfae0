import { describe, expect, it } from "vitest";
import { newSite } from "../../gateway.js";
import { gatehouse } from "../gatehouse.js";
import type { VerbsSite } from "./site.js";

/** `gatehouse status` and `gatehouse doctor`, of a fleet that nobody touched yet. */
export function overviewVerbs({ done, json }: VerbsSite): void {
  describe("status and doctor", () => {
    it("status is an overview", async () => {
      const text = await done("status");
      for (const line of [
        /^gateway +https:\/\/127\.0\.0\.1:\d+, version \S+, up /m,
        /^database +PostgreSQL \d+/m,
        /^nodes +2 active$/m,
        /^newest runs +1 success, 1 failure$/m,
        /^last 24 hours +3 reports: 2 success, 1 failure$/m,
        /^inbox +empty$/m,
        /^dead letters +none$/m,
        /^waits for you +nothing$/m,
        /^tasks +\d+ tasks ran, all well$/m,
      ])
        expect(text).toMatch(line);
      expect(await json("status")).toMatchObject({ nodes: { active: 2 }, backlog: { waiting: 0, deadLetters: 0 } });
    });

    it("doctor finds nothing wrong, from here and from the gateway", async () => {
      expect(await done("doctor")).toMatch(/^From here\n[\s\S]*\nFrom the gateway\n/);
      const { checks } = await json("doctor");
      expect(checks.filter(({ state }: { state: string }) => state === "failed")).toEqual([]);
      const ids = (from: string) =>
        checks
          .filter(({ seenFrom }: { seenFrom: string }) => seenFrom === from)
          .map(({ id }: { id: string }) => id.replace(/:127.*/, ""));
      expect(ids("here").slice(0, 6)).toEqual(["config", "gateway", "clock", "token", "agents", "certificate"]);
      expect(new Set(ids("gateway"))).toEqual(
        new Set([
          ...["database", "schema", "clock", "disk", "instance-key", "listener", "certificate"],
          ...["authority", "compiler", "revocation-lists", "inbox", "dead-letters", "scheduler"],
          ...["database-pooler", "jobs"],
        ]),
      );
      expect(ids("gateway").filter((id: string) => id === "listener")).toHaveLength(2);
    });
  });
}

/** What is there for operators themselves: tokens, the audit trail, simulated nodes, the configuration. */
export function operatorVerbs({ done, fleet, json }: VerbsSite): void {
  describe("token", () => {
    it("create, list and revoke", async () => {
      const secret = (await done("token", "create", "--name", "ci", "--role", "viewer", "--days", "1")).trim();
      expect(secret).toMatch(/^gth_/);
      const asViewer = (...args: string[]) =>
        gatehouse(["--data", fleet().server.site.dataDir, ...args], { GATEHOUSE_TOKEN: secret });
      expect((await asViewer("node", "list")).code).toBe(0);
      expect(await done("token", "list")).toMatch(/^ci +viewer +active /m);
      expect((await json("token", "list")).tokens.map(({ name }: { name: string }) => name)).toContain("ci");
      expect(await done("token", "revoke", "ci")).toBe("ci is revoked.\n");
      expect(await asViewer("node", "list")).toMatchObject({
        code: 1,
        out: "",
        err: expect.stringContaining("revoked"),
      });
    });
  });

  describe("audit", () => {
    it("list shows who did what, and narrows", async () => {
      const { id } = await json("node", "show", "BETA");
      await done("node", "label", "BETA", "audited=yes");
      expect(await done("audit", "list", "--action", "node.label", "--limit", "1")).toMatch(/admin +node\.label /);
      const acts = async (...filter: string[]) =>
        (await json("audit", "list", ...filter)).events.map(({ action }: { action: string }) => action);
      expect(await acts("--subject", id, "--actor", "admin", "--limit", "1")).toEqual(["node.label"]);
      expect(await acts("--actor", "nobody-of-this-name")).toEqual([]);
      expect(await acts("--until", "1h")).toEqual([]);
      expect((await acts("--since", "1h", "--all")).length).toBeGreaterThan(1);
    });
  });

  describe("exchange", () => {
    it("record, list, show, tail and stop: what agents say, readable", async () => {
      const { id } = await json("exchange", "record", "seen", "--protocol", "dsc", "--for", "10m", "--most", "1000");
      let isSeen = false;
      const tail = json("exchange", "tail", "--protocol", "dsc", "--count", "1").finally(() => {
        isSeen = true;
      });
      let last: unknown;
      // A tail tells what is recorded from when it has begun, which on a busy machine takes longer than any number of runs.
      do {
        await json("simulate", "--dsc", "1", "--runs", "1");
        last = (await json("exchange", "list", "--protocol", "dsc", "--route", "dsc.get-dsc-action", "--wait", "5s"))
          .exchanges[0];
      } while (last === undefined || !isSeen);
      expect(await tail).toMatchObject({ protocol: "dsc" });
      const { id: seen } = last as { id: string };
      const text = await done("exchange", "show", seen);
      expect(text).toMatch(/POST .*GetDscAction/);
      expect(text).toContain('"ClientStatus"');
      expect(await done("exchange", "recordings")).toMatch(/seen +on +/);
      expect((await json("exchange", "stop", id)).state).toBe("stopped");
      const again = await gatehouse(["--data", fleet().server.site.dataDir, "exchange", "stop", id]);
      expect(again.code).toBe(1);
    });
  });

  describe("simulate and config", () => {
    it("simulated nodes register, pull and report", async () => {
      const simulated = async () => (await json("node", "list", "--name", "SIM-", "--all")).nodes.length;
      const before = await simulated();
      expect((await json("simulate", "--dsc", "2", "--runs", "1")).dsc).toMatchObject({ registered: 2, failures: 0 });
      expect(await simulated()).toBe(before + 2);
      expect((await json("report", "list", "--since", "1h", "--all")).reports.length).toBeGreaterThan(3);
    });

    it("simulated Puppet agents enrol, run and report, and leave no rule of the policy behind", async () => {
      const { puppet } = await json("simulate", "--puppet", "2", "--runs", "4");
      expect(puppet).toMatchObject({ enrolled: 2, runs: 8, catalogs: 8, reports: 8, failures: 0, serverErrors: 0 });
      const isSimulated = ({ name }: { name: string }) => name.endsWith(".simulated.example");
      expect((await json("ca", "list", "--all")).certificates.filter(isSimulated)).toHaveLength(2);
      expect(JSON.stringify(await json("ca", "policy", "list"))).not.toContain("simulation-");
      const [{ name: agent }] = (await json("ca", "list", "--all")).certificates.filter(isSimulated);
      expect(await done("node", "facts", agent, "system_uptime")).toContain("seconds");
      // The fourth run finds another kernel; what else is another in each run is volatile, and no news.
      const history = await done("history", agent);
      expect(history).toContain("kernelrelease");
      expect(history).not.toMatch(/uptime|load_averages|used_bytes/);
      const both = await done("simulate", "--puppet", "1", "--dsc", "1", "--runs", "1");
      expect(both).toMatch(/^DSC nodes\n[\s\S]*^Puppet agents\n[\s\S]*^enrolled +1$/m);
    });

    it("config check and show", async () => {
      expect(await done("config", "check")).toMatch(/^The configuration is good\.\n[\s\S]*puppetlabs deny all/);
      expect(JSON.parse(await done("config", "show"))).toMatchObject({ dataDir: fleet().server.site.dataDir });
    });

    it("migrate brings a database up to date without serving", async () => {
      const other = await newSite();
      const migrated = await gatehouse(["--data", other.dataDir, "migrate"], other.settings);
      await other.remove();
      expect(migrated).toMatchObject({ code: 0, out: "The schema is up to date.\n" });
    });
  });
}
