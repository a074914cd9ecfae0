import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkIn, type PullServer, register } from "../dsc/pull-server.js";
import { type GatewayProcess, newSite, type Site } from "../gateway.js";
import { send } from "../wire.js";
import { gatehouse, type Ran } from "./gatehouse.js";

const EXAMPLES = fileURLToPath(new URL("../../../examples/mixed-fleet", import.meta.url));
const ENV = {
  FLEET_KEY: "140a952b-b9d6-406b-b416-e0f759c9c0e4",
  DASHBOARD_TOKEN: "the-token-of-the-dashboard-0123456789",
  ESX_PASSWORD: "the-password-of-esx",
  JOIN_TOKEN: "the-token-of-the-cloud",
};
/** As docs/apply.md counts them. */
const DOCUMENTS = 14;

let site: Site;
let gateway: GatewayProcess;
let folder: string;
const onSite = (...args: string[]): Promise<Ran> => gatehouse(["--data", site.dataDir, ...args], ENV);
const apply = (...args: string[]) => onSite("apply", "-f", folder, ...args);
const server = (): Pick<PullServer, "gateway"> => ({ gateway });
/** Writes one of the files anew. */
const rewrite = (name: string, change: (text: string) => string) => {
  const file = path.join(folder, name);
  writeFileSync(file, change(readFileSync(file, "utf8")));
};

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "gatehouse-fleet-"));
  cpSync(EXAMPLES, folder, { recursive: true });
  site = await newSite();
  gateway = await site.start({ args: ["--apply", folder], env: ENV });
});
afterAll(async () => {
  await gateway?.stop();
  await site?.remove();
  rmSync(folder, { recursive: true, force: true });
});

describe("serve --apply", () => {
  it("has applied the example before it serves, and says what", async () => {
    expect(gateway.log()).toContain("+ EnrolmentKey fleet");
    const ran = await apply();
    expect(ran).toMatchObject({ code: 0, out: `= ${DOCUMENTS} unchanged\n`, err: "" });
  });

  it("applies at every start", async () => {
    await onSite("dsc", "key", "revoke", "fleet");
    await gateway.stop();
    gateway = await site.start({ args: ["--apply", folder], env: ENV });
    expect(gateway.log()).toContain(`+ EnrolmentKey fleet\n= ${DOCUMENTS - 1} unchanged`);
  });

  it("does not start with files that are wrong, and says where", async () => {
    const fresh = await newSite();
    const broken = mkdtempSync(path.join(tmpdir(), "gatehouse-broken-"));
    try {
      writeFileSync(path.join(broken, "a.yaml"), "kind: EnrolmentKei\nname: x\nspec: {}\n");
      const args = [
        "--data",
        fresh.dataDir,
        "serve",
        "--http",
        "127.0.0.1:0",
        "--https",
        "127.0.0.1:0",
        "--apply",
        broken,
      ];
      const ran = await gatehouse(args, { ...fresh.settings, GATEHOUSE_LOG_LEVEL: "error" });
      expect(ran).toMatchObject({ code: 2, out: "" });
      expect(ran.err).toContain(`a.yaml:1:1 kind: There is no kind "EnrolmentKei"; did you mean EnrolmentKey?`);
      expect(ran.err).not.toMatch(/^\s+at /m);
    } finally {
      await fresh.remove();
      rmSync(broken, { recursive: true });
    }
  });
});

describe("what the example describes", () => {
  it("lets an LCM in, and gives it its configuration", async () => {
    const agent = "6D1FA4F7-0000-4000-8000-0000000000AA";
    expect((await register(server() as PullServer, agent, { names: ["Web"], nodeName: "other" })).status).toBe(204);
    const answer = await checkIn(server() as PullServer, agent, {
      ClientStatus: [{ ConfigurationName: "Web", Checksum: "", ChecksumAlgorithm: "SHA-256" }],
    });
    expect([answer.status, answer.body.toString()]).toEqual([200, expect.stringContaining("GetConfiguration")]);
  });

  it("lets the dashboard look, and no more", async () => {
    const call = (apiPath: string) =>
      send(gateway.https, {
        method: "GET",
        path: `/api/v1${apiPath}`,
        headers: { Authorization: `Bearer ${ENV.DASHBOARD_TOKEN}` },
      });
    expect([(await call("/nodes")).status, (await call("/tokens")).status]).toEqual([200, 403]);
  });
});

describe("apply", () => {
  it("says what would change, and then changes it", async () => {
    rewrite("content/Web.mof", (text) => text.replace("Served", "Served again"));
    rewrite("groups.yaml", (text) => text.replace("priority: 10", "priority: 20"));
    const dry = await apply("--dry-run");
    expect(dry.out).toMatch(
      /^~ Configuration Web: version 1 → 2; sha256 \w{12}… → \w{12}…\n~ Group web-held: priority 10 → 20\n/,
    );
    expect(dry.out).toContain("Nothing was changed");
    const done = await apply();
    expect(done).toMatchObject({ code: 0, err: "" });
    expect(done.out).toBe(dry.out.replace(/Nothing was changed.*\n$/, ""));
    expect((await apply()).out).toBe(`= ${DOCUMENTS} unchanged\n`);
    expect(JSON.parse((await apply("--json")).out)).toMatchObject({ changes: [], unchanged: DOCUMENTS });
  });

  it("takes away what a file gave that is not there any more", async () => {
    rmSync(path.join(folder, "puppet.yaml"));
    expect((await apply()).out).toMatch(/^! AutosignRule cloud: no file names it any more\n/m);
    const pruned = await apply("--prune");
    expect(pruned.out).toMatch(
      /^- AutosignRule cloud\n- AutosignRule lab\n- AuthorizationRule backup reads certificate status\n/,
    );
    expect(JSON.parse((await onSite("--json", "ca", "policy", "list")).out)).toEqual({ rules: [] });
  });

  it("changes nothing when one of the files is wrong, and says where each fault is", async () => {
    rewrite("groups.yaml", (text) =>
      text.replace("field: protocol", "field: protocl").replace("priority: 20", "priority: 30"),
    );
    rewrite("access.yaml", (text) => text.replace("{ env: ESX_PASSWORD }", ENV.ESX_PASSWORD));
    const ran = await apply();
    expect(ran).toMatchObject({ code: 2, out: "" });
    expect(ran.err).toMatch(/access\.yaml:\d+:\d+ spec\.secret: A secret in the wrong place/);
    expect(ran.err).toContain("nothing was applied");
    expect(ran.err).not.toContain(ENV.ESX_PASSWORD);
    rewrite("access.yaml", (text) => text.replace(ENV.ESX_PASSWORD, "{ env: ESX_PASSWORD }"));
    expect((await apply()).err).toMatch(/groups\.yaml:\d+:\d+ spec\.rule\.field: .*did you mean protocol\?/);
    rewrite("groups.yaml", (text) =>
      text.replace("field: protocl", "field: protocol").replace("priority: 30", "priority: 20"),
    );
    expect((await apply()).out).toMatch(/^= \d+ unchanged\n$/);
  });

  it("needs an admin, and a gateway", async () => {
    const asViewer = { ...ENV, GATEHOUSE_TOKEN: ENV.DASHBOARD_TOKEN };
    const refused = await gatehouse(["--data", site.dataDir, "apply", "-f", folder], asViewer);
    expect(refused).toMatchObject({ code: 1, out: "", err: expect.stringMatching(/needs the role (operator|admin)/) });
    const away = await gatehouse(["--data", folder, "apply", "-f", folder], ENV);
    expect(away.code).toBe(3);
    expect((await onSite("apply")).err).toContain("-f FILE or -f DIR is needed");
  });

  it("prints the schema that editors use", async () => {
    expect(JSON.parse((await onSite("apply", "--schema")).out).definitions).toHaveProperty("Group");
  });
});
