import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newKey } from "../authority/csr.js";
import { callAs, enrol } from "../authority/host.js";
import { AUTOSIGN_ALL, type House, startHouse } from "../authority/house.js";
import { withDatabase } from "../database.js";
import { commandOf, notCalled } from "./gatehouse.js";

const EXAMPLE = fileURLToPath(new URL("../../../examples/puppet/production", import.meta.url));
let house: House;
let dir: string;
const { here, done, json } = commandOf(() => house.site);
const versionOf = async (name: string): Promise<number | undefined> =>
  (await json("puppet", "environments")).environments.find((one: { name: string }) => one.name === name)?.version;
const write = (file: string, text: string | Buffer) => {
  mkdirSync(path.dirname(path.join(dir, file)), { recursive: true });
  writeFileSync(path.join(dir, file), text);
};

beforeAll(async () => {
  dir = mkdtempSync(path.join(tmpdir(), "gatehouse-environments-"));
  cpSync(EXAMPLE, path.join(dir, "production"), { recursive: true });
  house = await startHouse({ env: { ...AUTOSIGN_ALL, GATEHOUSE_PUPPET_ENVIRONMENTS_DIR: dir } });
});
afterAll(async () => {
  await house?.close();
  rmSync(dir, { recursive: true, force: true });
});

describe("environments", () => {
  it("deploy sends what is missing, and nothing twice", async () => {
    const deploy = (from = path.join(dir, "production")) => json("puppet", "deploy", "production", from);
    expect(await deploy(EXAMPLE)).toMatchObject({ version: 1, changed: true, sent: { files: 10 } });
    expect(await deploy()).toMatchObject({ version: 1, changed: false, sent: { files: 0 } });
    write("production/modules/site_motd/files/motd", "Another message.\n");
    symlinkSync("motd", path.join(dir, "production/modules/site_motd/files/link"));
    expect(await deploy()).toMatchObject({ version: 2, changed: true, sent: { files: 1, bytes: 17 } });
  });

  it("versions, rollback, environments and withdraw", async () => {
    expect(await done("puppet", "versions", "production")).toMatch(/^2 +current .* admin +10 .*\n1 +- /m);
    expect(await done("puppet", "rollback", "production")).toBe("production is at version 1 again.\n");
    expect(await done("puppet", "environments")).toMatch(/^production +1 +20/m);
    expect(await done("puppet", "rollback", "production", "2")).toBe("production is at version 2 again.\n");
    expect(await done("puppet", "withdraw", "production")).toBe("production is withdrawn.\n");
    expect(await here("puppet", "withdraw", "production")).toMatchObject({ code: 1 });
    expect(await done("puppet", "rollback", "production", "1")).toBe("production is at version 1 again.\n");
  });

  it("apply deploys what a document names, once", async () => {
    const documents = path.join(dir, "fleet");
    cpSync(path.dirname(EXAMPLE), documents, { recursive: true });
    const apply = (...args: string[]) => done("apply", "--set", "code", "-f", documents, ...args);
    expect(await apply()).toBe("= 1 unchanged\n");
    write("fleet/production/modules/site_motd/files/more", "more\n");
    expect(await apply("--dry-run")).toContain("~ Environment production: version 1 → 3\n");
    expect(await versionOf("production")).toBe(1);
    expect(await apply()).toBe("~ Environment production: version 1 → 3\n= 0 unchanged\n");
    expect(await versionOf("production")).toBe(3);
    rmSync(documents, { recursive: true });
  });

  it("deploy refuses a tree with a link that leads out, whole", async () => {
    write("bad/manifests/site.pp", "");
    symlinkSync("../../production/manifests", path.join(dir, "bad/manifests/other"));
    const ran = await here("puppet", "deploy", "bad", path.join(dir, "bad"));
    expect(ran).toMatchObject({ code: 1, err: expect.stringContaining("manifests/other is a link to") });
    expect(await versionOf("bad")).toBeUndefined();
    rmSync(path.join(dir, "bad"), { recursive: true });
  });
});

describe("the environment-cache hook", () => {
  const PATH = "/puppet-admin-api/v1/environment-cache";

  it("deploys what r10k laid, for whom a rule allows it", async () => {
    const host = await enrol(house.first, "deploy.example.org", { key: newKey() });
    const call = (query = "") => callAs(house.first, host, { method: "DELETE", path: `${PATH}${query}` });
    expect((await call()).status).toBe(403);
    const spec = {
      "sort-order": 300,
      "match-request": { path: PATH, type: "path", method: "delete" },
      allow: "deploy.example.org",
    };
    const put = await house.api("PUT", "/authorization-rules/r10k", { protocol: "puppet", spec });
    expect(put.status).toBe(200);
    write("feature_1/manifests/site.pp", "# new\n");
    expect((await call("?environment=feature_1")).status).toBe(204);
    expect(await versionOf("feature_1")).toBe(1);
    write("feature_1/manifests/site.pp", "# newer\n");
    write("feature_2/manifests/site.pp", "# new\n");
    expect((await call()).status).toBe(204);
    expect([await versionOf("feature_1"), await versionOf("feature_2"), await versionOf("production")]).toEqual([
      2, 1, 4,
    ]);
    expect((await call("?environment=../feature_2")).status).toBe(400);
    const events = (await json("audit", "list", "--action", "environment.deploy")).events;
    expect(events[0]).toMatchObject({ actor: "deploy.example.org" });
  });
});

describe("gatehouse puppet catalog, compile and diff", () => {
  // Without a manifest: what is declared needs no Ruby.
  const NODE = "deploy.example.org";
  const SOURCE = "puppet:///modules/site/motd";
  const deploy = () => done("puppet", "deploy", "declared", path.join(dir, "declared"));
  const diff = (...more: string[]) => here("puppet", "diff", "declared", path.join(dir, "declared"), ...more);
  const catalogText = (version: string, content: string) =>
    new RegExp(
      `^deploy\\.example\\.org: 2 resources, environment declared, version ${version}-[0-9a-f]{16}\\n\\n` +
        `File\\[/tmp/x\\]\\n {2}source: ${SOURCE}\\n\\nNotify\\[hello\\]\\n {2}message: ${content}\\n$`,
      "m",
    );
  const environment = { "puppet.environment": "declared" };
  const resources = (message: string) => ({
    "puppet.resources": { "Notify[hello]": { message }, "File[/tmp/x]": { source: SOURCE } },
  });
  const assign = async (settings: object) => {
    const group = { rule: { field: "name", eq: NODE }, settings };
    expect((await house.api("PUT", "/groups/deployers", group)).status).toBe(200);
  };
  beforeAll(async () => {
    write("declared/modules/site/files/motd", "one\n");
    await deploy();
    await assign({ ...environment, ...resources("for %{trusted.certname}") });
  });

  it("catalog shows what a node's agent would get, of the version that is there", async () => {
    expect(await done("puppet", "catalog", NODE)).toMatch(catalogText("1", "for deploy\\.example\\.org"));
  });

  it("compile makes it of other facts, and of a version before; why there is none is said", async () => {
    await assign({ ...environment, ...resources("on %{facts.kernel}") });
    write("facts.yaml", "kernel: Linux\n");
    const facts = ["--facts", path.join(dir, "facts.yaml")];
    const failed = await here("puppet", "compile", NODE);
    expect(failed).toMatchObject({ code: 1, err: expect.stringContaining("%{facts.kernel} has no value") });
    expect(await done("puppet", "compile", NODE, ...facts)).toMatch(catalogText("1", "on Linux"));
    write("declared/modules/site/files/motd", "two\n");
    await deploy();
    expect(await json("puppet", "compile", NODE, ...facts)).toMatchObject({ environment: "declared", version: 2 });
    expect(await json("puppet", "compile", NODE, ...facts, "--version", "1")).toMatchObject({ version: 1 });
    const none = await here("puppet", "compile", NODE, "--version", "9");
    expect(none).toMatchObject({ code: 1, err: expect.stringContaining("no version 9 of environment declared") });
    const other = await here("puppet", "compile", NODE, "--environment", "nosuch");
    expect(other).toMatchObject({ code: 1, err: expect.stringContaining("no environment nosuch") });
    write("other.json", JSON.stringify({ name: "web01", values: {} }));
    const wrong = await here("puppet", "compile", NODE, "--facts", path.join(dir, "other.json"));
    expect(wrong).toMatchObject({ code: 1, err: expect.stringContaining("those of web01, not of deploy.example.org") });
  });

  it("diff shows what files would hold, before they are deployed, and leaves nothing behind", async () => {
    await assign({ ...environment, ...resources("always") });
    expect((await diff("--node", NODE)).out).toMatch(
      /^declared, version 2 -> .*: 1 node\n\n.*\n {2}nothing differs\n$/,
    );
    write("declared/modules/site/files/motd", "three\n");
    const found = await diff("--group", "deployers");
    expect(found.code).toBe(0);
    expect(found.out).toMatch(
      /\ndeploy\.example\.org\n {2}File\[\/tmp\/x\]\n- {3}source's content: \{sha256\}27dd\w+\n\+ {3}source's content: \{sha256\}f6936912\w+\n$/,
    );
    expect((await json("puppet", "versions", "declared")).versions).toHaveLength(2);
    // Nobody got a catalog yet.
    expect(await diff()).toMatchObject({ code: 1, err: expect.stringContaining("--node") });
    expect(await json("puppet", "deploy", "declared", path.join(dir, "declared"))).toMatchObject({
      ...{ version: 3, changed: true, sent: { files: 0 } },
    });
    const { events } = await json("audit", "list", "--action", "environment.compare");
    expect(events).toMatchObject([
      { subject: "declared", actor: "admin", detail: { nodes: 1 } },
      { subject: "declared" },
    ]);
  });
});

describe("gatehouse puppet catalogs", () => {
  it("has nothing of an agent that asked for none, and says so", async () => {
    expect(await done("puppet", "catalogs", "deploy.example.org")).toMatch(/^No catalog of this node is kept/);
    const compared = await here("puppet", "catalogs", "deploy.example.org", "--diff");
    expect(compared).toMatchObject({ code: 1, err: expect.stringContaining("No catalog of this node is kept") });
    const shown = await here("puppet", "catalog", "deploy.example.org", "--id", "1");
    expect(shown).toMatchObject({ code: 1, err: expect.stringContaining("no catalog of this node with this id") });
  });
});

describe("gatehouse puppet", () => {
  it("has no verb but those of the rules that was not called above", async () => {
    expect((await notCalled("puppet")).filter((verb) => !verb.startsWith("puppet rules"))).toEqual([]);
  });
});

describe("a gateway that is killed while an environment is deployed", () => {
  it("shows the version before, and takes the deployment afterwards", async () => {
    write("crash/large.bin", Buffer.alloc(3 << 20, 7));
    await done("puppet", "deploy", "crash", path.join(dir, "crash"));
    // Too large to go together.
    for (let i = 0; i < 200; i++) write(`crash/files/f${i}`, Buffer.alloc(70_000, `file ${i}\n`));
    const blobs = () =>
      withDatabase(house.site, async (client) =>
        Number((await client.query<{ n: string }>("select count(*) as n from blobs")).rows[0]?.n),
      );
    const had = await blobs();
    const deploying = here("puppet", "deploy", "crash", path.join(dir, "crash"));
    await expect.poll(blobs, { timeout: 30_000, interval: 20 }).toBeGreaterThan(had);
    await expect.poll(async () => house.first.log(), { timeout: 30_000 }).toMatch(/api\.apply\.stage-file/);
    await house.first.crash();
    expect((await deploying).code).not.toBe(0);
    await house.startAgain();
    expect(await versionOf("crash")).toBe(1);
    expect(await json("puppet", "deploy", "crash", path.join(dir, "crash"))).toMatchObject({
      version: 2,
      changed: true,
    });
  });
});
