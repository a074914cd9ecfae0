import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withDatabase } from "../database.js";
import { checkIn, type PullServer, register } from "../dsc/pull-server.js";
import { newSite } from "../gateway.js";
import { type Fleet, reportBody, startFleet } from "./fleet.js";
import { commandOf, gatehouse, notCalled } from "./gatehouse.js";

let server: PullServer;
let folder: string;
let [alpha, beta] = ["", ""];
let jobs: Fleet["jobs"];
const { here, done, json } = commandOf(() => server.site);

/** What no route would take, and only a later version may understand. */
const POISON = Buffer.from([0x7b, 0xff, 0xfe, 0x00, 0x0a]);

/** Puts a submission into the inbox that no processing understands. @returns its id */
async function poison(agentId: string): Promise<string> {
  const id = await withDatabase(server.site, async (client) => {
    const { rows } = await client.query<{ id: string }>(
      `with agent as (select agent_id from agent_aliases where value_key = $1),
            stored as (insert into submissions (agent_id, kind, coding, size, body)
                       select agent_id, 'dsc.never-heard-of', 'identity', $2, $3 from agent
                       returning id, accepted_at, agent_id, kind, size)
       insert into inbox (id, accepted_at, agent_id, kind, size) select * from stored returning id`,
      [agentId, POISON.length, POISON],
    );
    return String(rows[0]?.id);
  });
  await refused(id);
  return id;
}

/** Until a submission is among the dead letters, after so many redrives. */
const refused = (id: string, redrives = 0) =>
  expect
    .poll(async () => (await server.api("GET", `/dead-letters/${id}`)).body.toString(), { timeout: 60_000 })
    .toContain(`"redrives":${redrives}`);

beforeAll(async () => {
  ({ server, alpha, beta, jobs } = await startFleet());
  folder = mkdtempSync(path.join(tmpdir(), "gatehouse-command-"));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await server?.close();
});

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
        ...["authority", "revocation-lists", "inbox", "dead-letters", "scheduler"],
      ]),
    );
    expect(ids("gateway").filter((id: string) => id === "listener")).toHaveLength(2);
  });
});

describe("node", () => {
  const names = async (...filter: string[]) =>
    (await json("node", "list", ...filter)).nodes.map(({ name }: { name: string }) => name);

  it("list shows them, and narrows", async () => {
    expect(await done("node", "list")).toMatch(/^NAME .*\nALPHA +active +dsc +failure .*\nBETA +active +dsc +success /);
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
    for (const reference of [id, alpha, alpha.toUpperCase()])
      expect((await json("node", "show", reference)).id).toBe(id);
    expect(await done("node", "show", "ALPHA")).toMatch(/^name +ALPHA\n[\s\S]*newest run +failure, .*, report \d+/);
    expect(await json("node", "explain", "ALPHA")).toMatchObject({
      id,
      agents: [{ registrations: [{ keyName: "primary" }] }],
    });
    expect(await done("node", "explain", "ALPHA")).toMatch(/ConfigurationRepository +primary +1 [\s\S]*gets Web\n/);
  });

  it("label sets, takes away, and filters", async () => {
    expect(await done("node", "label", "ALPHA", "site=berlin", "role=web")).toBe("ALPHA: role=web, site=berlin\n");
    expect(await json("node", "label", "BETA", "site=berlin")).toEqual({ labels: { site: "berlin" } });
    expect(await names("--label", "site=berlin")).toEqual(["ALPHA", "BETA"]);
    expect(await names("--label", "site=berlin", "--label", "role=web")).toEqual(["ALPHA"]);
    expect(await json("node", "label", "ALPHA", "site-", "role=db")).toEqual({ labels: { role: "db" } });
  });

  it("deactivate has its agents refused, activate takes it back", async () => {
    const poll = async () => (await checkIn(server, beta, { ClientStatus: [] })).status;
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
      expect((await register(server, agent, { names: [], nodeName: `TWIN${i}` })).status).toBe(204);
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
    expect(await done("node", "changes", "--limit", "1")).toMatch(/ split +TWIN0 +TWIN1 +1 +admin +\S+ \S+ by admin\n/);
    expect(await done("node", "explain", "TWIN0")).toMatch(
      /known by\n {2}EVIDENCE [\s\S]*name +TWIN0 +dsc +claimed +yes/,
    );
    for (const name of ["TWIN0", "TWIN1"]) await done("node", "purge", name, "--yes");
  });

  it("purge says what would go, and does it with --yes", async () => {
    const agent = randomUUID();
    expect((await register(server, agent, { names: [], nodeName: "GAMMA" })).status).toBe(204);
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
      expect((await register(server, agent, { names: [], nodeName: "CLONE" })).status).toBe(204);
    const { conflicts, openConflicts } = await json("pending", "list");
    expect([openConflicts, conflicts]).toMatchObject([1, [{ kind: "clone", node: { name: "CLONE" } }]]);
    expect(await done("status")).toMatch(/^waits for you +1 identity conflict: gatehouse pending$/m);
    expect(await done("pending", "list", "--limit", "1")).toContain(`gatehouse pending dismiss ${conflicts[0].id}\n`);
    expect(await done("pending", "dismiss", conflicts[0].id)).toBe("CLONE and CLONE are two machines.\n");
    expect(await here("pending", "dismiss", conflicts[0].id)).toMatchObject({ code: 1 });
    for (const agent of agents) await done("node", "purge", agent, "--yes");
  });
});

describe("report", () => {
  const runs = async (...filter: string[]) =>
    (await json("report", "list", ...filter)).reports.map(({ run }: { run: string }) => run.toLowerCase());

  it("list shows them, newest first, and narrows", async () => {
    expect(await runs()).toEqual([jobs[2], jobs[1], jobs[0]]);
    expect(await runs("--node", "ALPHA")).toEqual([jobs[1], jobs[0]]);
    expect(await runs("--node", beta)).toEqual([jobs[2]]);
    expect(await runs("--status", "failure", "--protocol", "dsc")).toEqual([jobs[1]]);
    expect(await runs("--protocol", "puppet")).toEqual([]);
    expect(await runs("--since", "1h")).toHaveLength(3);
    expect(await runs("--until", "1h")).toEqual([]);
    expect(await runs("--since", "2020-01-01", "--until", "2020-01-02T10:00Z")).toEqual([]);
    expect(await done("report", "list")).toMatch(/ALPHA +failure +Consistency +1 failed, 1 ok +1 /);
    const { next } = await json("report", "list", "--limit", "2");
    expect(await runs("--after", next)).toEqual([jobs[0]]);
    expect(await runs("--all")).toHaveLength(3);
  });

  it("show tells how it went, and its bytes as they came", async () => {
    const [{ id }] = (await json("report", "list", "--status", "failure")).reports;
    const text = await done("report", "show", id);
    expect(text).toMatch(/^status +failure$/m);
    expect(text).toMatch(/1 error\n {2}\[File\]Bad It broke\./);
    expect(text).toMatch(/failed +\[File\]Bad [\s\S]*ok +\[File\]Good /);
    expect(await json("report", "show", id)).toMatchObject({ id, nodeName: "ALPHA", status: "failure" });
    const raw = await here("report", "show", id, "--raw");
    expect(raw).toMatchObject({
      code: 0,
      out: reportBody(jobs[1], true),
      err: expect.stringMatching(/^submission \d+, /),
    });
  });

  it("events are its resources' lines", async () => {
    const [{ id }] = (await json("report", "list", "--status", "failure")).reports;
    const { events } = await json("report", "events", id);
    expect(events.map(({ resource: name, status }: Record<string, string>) => `${name} ${status}`).toSorted()).toEqual([
      "[File]Bad failed",
      "[File]Good ok",
    ]);
    const first = await json("report", "events", id, "--limit", "1");
    expect((await json("report", "events", id, "--after", first.next)).events).toHaveLength(1);
    expect(await done("report", "events", id, "--all")).toMatch(/failed +\[File\]Bad/);
    expect(await here("report", "events", "999999")).toMatchObject({
      code: 1,
      err: expect.stringContaining("no report"),
    });
  });
});

describe("dead-letter", () => {
  it("list, show, redrive and discard", async () => {
    expect(await done("dead-letter", "list")).toMatch(/^There are no dead letters/);
    const [id, other] = [await poison(alpha), await poison(beta)];
    expect(await done("dead-letter", "list")).toMatch(new RegExp(`dsc\\.never-heard-of.* ${id}\n`));
    const first = await json("dead-letter", "list", "--limit", "1");
    expect(first.deadLetters.map((letter: { id: string }) => letter.id)).toEqual([other]);
    expect((await json("dead-letter", "list", "--after", first.next)).deadLetters).toHaveLength(1);
    expect(await json("dead-letter", "show", id)).toMatchObject({ id, nodeName: "ALPHA", kind: "dsc.never-heard-of" });
    expect(await done("dead-letter", "show", id)).toMatch(/^why +\S+: .+$/m);
    expect((await here("dead-letter", "show", id, "--raw")).bytes.equals(POISON)).toBe(true);
    expect(await done("status")).toMatch(/dead letters +2: gatehouse dead-letter list/);
    expect(await done("doctor")).toMatch(/warning +dead-letters +2 submissions were refused/);

    expect(await done("dead-letter", "redrive", id)).toContain(`${id} is put back`);
    await refused(id, 1);
    expect(await json("dead-letter", "redrive", "--all")).toEqual({ redriven: 2 });
    await refused(id, 2);
    await refused(other, 1);

    expect(await here("dead-letter", "discard", id)).toMatchObject({ code: 2, err: expect.stringContaining("--yes") });
    expect(await json("dead-letter", "discard", id, "--yes")).toEqual({ ok: true });
    expect(await here("dead-letter", "show", id)).toMatchObject({ code: 1 });
    expect(await done("dead-letter", "discard", other, "--yes")).toBe(`${other} is gone.\n`);
    expect(await done("dead-letter", "redrive", "--all")).toBe("There was none.\n");
  });
});

describe("dsc", () => {
  const mof = (name: string, text: string) => {
    const file = path.join(folder, name);
    writeFileSync(file, `instance of OMI_ConfigurationDocument\n{\n Version="${text}";\n};\n`);
    return file;
  };

  it("key add, list and revoke", async () => {
    expect(await done("dsc", "key", "add", "--name", "made")).toMatch(/^RegistrationKey \S{16,}\n$/);
    const file = path.join(folder, "key");
    writeFileSync(file, "a-key-from-a-file-0123456789\n");
    expect(await json("dsc", "key", "add", "--name", "filed", "--key-file", file)).toMatchObject({
      name: "filed",
      key: "a-key-from-a-file-0123456789",
    });
    expect((await here("dsc", "key", "add", "--name", "no", "--key-file", path.join(folder, "none"))).code).toBe(2);
    expect(await done("dsc", "key", "revoke", "made")).toBe("made is revoked.\n");
    const { keys } = await json("dsc", "key", "list");
    expect(keys.find(({ name }: { name: string }) => name === "made").revokedAt).not.toBeNull();
    expect(await done("dsc", "key", "list")).toMatch(/^filed +active /m);
  });

  it("publish, list, versions and rollback", async () => {
    expect(await done("dsc", "publish", mof("Web.mof", "1"))).toMatch(/^Web +1 +current .* published$/m);
    expect(await done("dsc", "publish", mof("Web.mof", "1"))).toMatch(/ unchanged$/m);
    const file = mof("Web.mof", "2");
    writeFileSync(`${file}.checksum`, "0".repeat(64));
    const second = await here("dsc", "publish", file);
    expect(second).toMatchObject({ code: 0, err: expect.stringMatching(/^warning: .*Web\.mof: .*checksum/m) });
    expect(await json("dsc", "list")).toMatchObject({
      artifacts: [{ kind: "dsc-configuration", name: "Web", version: 2 }],
    });
    expect(await done("dsc", "rollback", "Web")).toMatch(/^Web is at version 1 again/);
    expect((await json("dsc", "versions", "Web")).versions.map((item: { current: boolean }) => item.current)).toEqual([
      false,
      true,
    ]);
    expect(await json("dsc", "rollback", "Web", "2")).toMatchObject({ version: 2 });
    expect(await here("dsc", "rollback", "Web", "two")).toMatchObject({ code: 2 });
    expect(await here("dsc", "versions", "Web", "--module")).toMatchObject({ code: 1 });
  });

  it("publish refuses what it cannot take before anything is published", async () => {
    const good = mof("Never.mof", "1");
    for (const bad of [path.join(folder, "none.mof"), folder, mof("text.txt", "1")])
      expect(await here("dsc", "publish", good, bad), bad).toMatchObject({ code: 2, out: "" });
    expect(await done("dsc", "list")).not.toContain("Never");
  });

  it("assign and unassign", async () => {
    const assigned = await here("dsc", "assign", "ALPHA", "Web", "Later");
    expect(assigned).toMatchObject({ code: 0, err: expect.stringContaining("Later is not published yet") });
    expect((await json("node", "show", "ALPHA")).settings).toEqual({ "dsc.configurations": ["Web", "Later"] });
    expect(await json("dsc", "unassign", "ALPHA")).toEqual({ ok: true });
    expect((await json("node", "show", "ALPHA")).settings).toEqual({});
  });
});

describe("token", () => {
  it("create, list and revoke", async () => {
    const secret = (await done("token", "create", "--name", "ci", "--role", "viewer", "--days", "1")).trim();
    expect(secret).toMatch(/^gth_/);
    const asViewer = (...args: string[]) =>
      gatehouse(["--data", server.site.dataDir, ...args], { GATEHOUSE_TOKEN: secret });
    expect((await asViewer("node", "list")).code).toBe(0);
    expect(await done("token", "list")).toMatch(/^ci +viewer +active /m);
    expect((await json("token", "list")).tokens.map(({ name }: { name: string }) => name)).toContain("ci");
    expect(await done("token", "revoke", "ci")).toBe("ci is revoked.\n");
    expect(await asViewer("node", "list")).toMatchObject({ code: 1, out: "", err: expect.stringContaining("revoked") });
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

describe("simulate and config", () => {
  it("simulated nodes register, pull and report", async () => {
    expect((await json("simulate", "--dsc", "2", "--runs", "1")).dsc).toMatchObject({ registered: 2, failures: 0 });
    expect((await json("node", "list", "--name", "SIM-")).nodes).toHaveLength(2);
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
    expect(JSON.parse(await done("config", "show"))).toMatchObject({ dataDir: server.site.dataDir });
  });

  it("migrate brings a database up to date without serving", async () => {
    const other = await newSite();
    const migrated = await gatehouse(["--data", other.dataDir, "migrate"], other.settings);
    await other.remove();
    expect(migrated).toMatchObject({ code: 0, out: "The schema is up to date.\n" });
  });
});

describe("every verb", () => {
  it("was called above, but those that have a file of their own", async () => {
    // The gateway itself is started by `serve`.
    const elsewhere = /^(serve$|apply$|ca |credential |group |puppet )/;
    expect((await notCalled()).filter((verb) => !elsewhere.test(verb))).toEqual([]);
  });
});
