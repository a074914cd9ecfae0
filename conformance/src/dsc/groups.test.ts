import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Lcm } from "@gatehouse/simulator";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commandOf, gatehouse, notCalled } from "../command/gatehouse.js";
import { type GatewayProcess, newSite, type Site } from "../gateway.js";

const EXAMPLES = fileURLToPath(new URL("../../../examples/mixed-fleet", import.meta.url));
const KEY = "140a952b-b9d6-406b-b416-e0f759c9c0e4";
const ENV = {
  FLEET_KEY: KEY,
  DASHBOARD_TOKEN: "the-token-of-the-dashboard-0123456789",
  ESX_PASSWORD: "the-password-of-esx",
  JOIN_TOKEN: "the-token-of-the-cloud",
};

let site: Site;
/** Of the example. */
let documents = 0;
let gateway: GatewayProcess;
let folder: string;
const lcms: Lcm[] = [];
const { done, json } = commandOf(() => site);

/** A machine that registers without naming a configuration: it gets what it is given. */
async function machine(nodeName: string): Promise<Lcm> {
  const lcm = new Lcm({ serverUrl: `${gateway.http}/PSDSCPullServer.svc`, registrationKey: KEY, nodeName });
  lcms.push(lcm);
  for (const { status } of await lcm.register()) expect(status).toBe(204);
  return lcm;
}

/** What a check-in without a name is answered with: the status, and which configuration it is about. */
async function told(lcm: Lcm): Promise<string> {
  const { nodeStatus, details } = await lcm.getDscAction();
  return [nodeStatus, ...details.map(({ configurationName }) => configurationName)].join(" ");
}

const apply = async (...args: string[]) => {
  const ran = await gatehouse(["--data", site.dataDir, "--json", "apply", "-f", folder, ...args], ENV);
  expect(ran).toMatchObject({ code: 0 });
  return JSON.parse(ran.out) as { changes: readonly unknown[]; unchanged: number };
};
const rewrite = (name: string, change: (text: string) => string) => {
  const file = path.join(folder, name);
  writeFileSync(file, change(readFileSync(file, "utf8")));
};

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "gatehouse-groups-"));
  cpSync(EXAMPLES, folder, { recursive: true });
  site = await newSite();
  gateway = await site.start();
  documents = (await apply()).changes.length;
  expect(documents).toBeGreaterThan(0);
});
afterAll(async () => {
  for (const lcm of lcms) lcm.close();
  await gateway?.stop();
  await site?.remove();
  rmSync(folder, { recursive: true, force: true });
});

describe("examples/mixed-fleet on an empty instance", () => {
  it("tells LCMs what the files say", async () => {
    expect(await told(await machine("web-7"))).toBe("GetConfiguration Web");
    expect(await told(await machine("db-1"))).toBe("GetConfiguration Base");
    // Held back by a list, whatever the rules give it.
    expect(await told(await machine("WEB-1"))).toBe("GetConfiguration Base");
  });

  it("is downloaded by whom it is given to, and is not there for others", async () => {
    const [web, db] = [await machine("web-8"), await machine("db-2")];
    expect((await web.getConfiguration("Web")).bytes.length).toBeGreaterThan(0);
    await expect(db.getConfiguration("Web")).rejects.toMatchObject({ status: 404 });
    const run = await web.run();
    expect(run.errors).toEqual([]);
    expect(await told(web)).toBe("Ok Web");
  });

  it("follows a label at the next check-in, and a hand comes before all groups", async () => {
    const node = await machine("app-1");
    expect(await told(node)).toBe("GetConfiguration Base");
    await done("node", "label", "app-1", "role=web");
    expect(await told(node)).toBe("GetConfiguration Web");
    await done("dsc", "assign", "app-1", "Base");
    expect(await told(node)).toBe("GetConfiguration Base");
    await done("dsc", "unassign", "app-1");
    await done("node", "label", "app-1", "role-");
    expect(await told(node)).toBe("GetConfiguration Base");
  });

  it("is explained: which group gave it, and what else was considered", async () => {
    const text = await done("node", "explain", "web-7");
    expect(text).toMatch(/^dsc\.configurations is \["Web"\]$/m);
    expect(text).toMatch(/group web +\["Web"\] +counts /);
    expect(text).toMatch(/group dsc +\["Base"\] +does not count +group web is nested deeper/);
    expect(text).toMatch(/web-held +10 +not /);
    expect(text).toContain("assigned by the group web");
    const { settings } = await json("node", "explain", "WEB-1");
    expect(settings).toMatchObject([{ setting: "dsc.configurations", from: [{ by: "group", group: "web-held" }] }]);
  });

  it("shows its groups and their nodes, and who a group would take", async () => {
    expect(await done("group", "list")).toMatch(/^dsc .*\n {2}web .*\n {4}web-held /m);
    const { nodes, total } = await json("group", "show", "web");
    expect([total, nodes.map(({ name }: { name: string }) => name)]).toEqual([3, ["WEB-1", "web-7", "web-8"]]);
    const file = path.join(folder, "try.json");
    writeFileSync(
      file,
      JSON.stringify({
        and: [
          { field: "name", prefix: "DB" },
          { field: "agent.version", versionGte: "2" },
        ],
      }),
    );
    expect((await json("group", "test", file)).nodes).toMatchObject([{ name: "db-1" }, { name: "db-2" }]);
    const where = JSON.stringify({ field: "evidence.name", eq: "db-1" });
    expect((await json("node", "list", "--where", where)).nodes).toMatchObject([{ name: "db-1" }]);
    rmSync(file);
  });

  it("changes nothing when the same files are applied again", async () => {
    const node = lcms.find(({ host }) => host.nodeName === "web-8");
    expect(await apply("--prune")).toMatchObject({ changes: [], unchanged: documents });
    expect(node && (await told(node))).toBe("Ok Web");
  });

  it("takes away what a pruned file gave", async () => {
    const [web, held] = [await machine("web-9"), lcms.find(({ host }) => host.nodeName === "WEB-1")];
    rewrite("groups.yaml", (text) => text.slice(0, text.indexOf("---\nkind: Group\nname: web-held")));
    expect((await apply("--prune")).changes).toHaveLength(1);
    expect(held && (await told(held))).toBe("GetConfiguration Web");
    rmSync(path.join(folder, "groups.yaml"));
    await apply("--prune");
    expect(await told(web)).toBe("Ok");
    await expect(web.getConfiguration("Web")).rejects.toMatchObject({ status: 404 });
    const { groups } = await json("group", "list");
    expect(groups.map(({ name }: { name: string }) => name)).toEqual(["puppet", "puppet-web"]);
  });

  it("has called every verb of groups", async () => {
    expect(await notCalled("group")).toEqual([]);
  });
});
