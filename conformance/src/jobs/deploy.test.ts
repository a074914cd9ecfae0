import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type { PackageDescription } from "@gatehouse/core/packages";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withDatabase } from "../database.js";
import {
  complaints,
  type JobHouse,
  needsTasks,
  type ShownEvent,
  type ShownJob,
  startJobHouse,
  textOf,
} from "./house.js";
import { newPackageFolder, type PackageFolder } from "./package-folder.js";

const { skip, note } = needsTasks(["Deploy"]);

/** What a story tells, line by line. */
const told = (events: readonly ShownEvent[]) => events.map(({ message }) => message);

describe.skipIf(skip)(`Debian's fusioninventory-agent, unmodified, deploys${note}`, () => {
  let house: JobHouse;
  let source: PackageFolder;
  beforeAll(async () => {
    house = await startJobHouse();
    source = newPackageFolder();
  });
  afterAll(async () => {
    source?.remove();
    await house?.close();
  });

  const publish = async (name: string, description: Partial<PackageDescription>) => {
    source.describe(description);
    return house.json<{ published: { version: number; files: { name: string; parts: number }[] } }>(
      ...["package", "add", name, source.folder],
    );
  };
  const deploy = (name: string) => house.order({ task: "deploy", spec: { package: name } });
  const at = (file: string) => path.join(source.target, file);

  it("nothing without a proof, and the job says why", async () => {
    const { published } = await publish("tool", {
      description: "A tool in three parts.",
      checks: [
        { name: "room", type: "freespaceGreater", path: source.folder, value: "5", return: "error" },
        { name: "not there yet", type: "directoryMissing", path: source.target, return: "skip" },
        { name: "of old", type: "directoryExists", path: "/nowhere/at/all", return: "info" },
      ],
      actions: [
        { mkdir: { name: "make room", list: [source.target] } },
        { copy: { name: "copy it", from: "payload.bin", to: `${source.target}/` } },
        { move: { name: "configure it", from: "installed.*", to: `${source.target}/` } },
        {
          cmd: {
            name: "look at it",
            exec: `wc -c < ${source.target}/payload.bin; echo "for $SITE" > ${source.target}/site; echo done`,
            envs: { SITE: "Zürich" },
            retChecks: [{ type: "okPattern", values: ["done"] }],
          },
        },
      ],
    });
    expect(published.version).toBe(1);
    const files = published.files.map(({ name, parts }) => [name, parts]);
    expect(Object.fromEntries(files)).toEqual({ "payload.bin": 3, "installed.conf": 1 });
    const order = ["job", "create", "--package", "tool", "--node", house.node];
    expect(await house.json(...order)).toMatchObject({ jobs: 1, leftCount: 0 });
    const { jobs } = await house.json<{ jobs: ShownJob[] }>("job", "list", "--node", house.node);
    expect(jobs).toMatchObject([{ state: "prepared", waitsBecause: { code: "not-seen-since" } }]);
    const job = jobs[0]?.id ?? "";
    const plain = await house.unproven(`${house.gateway.http}/`, "--tasks=deploy");
    expect([plain.code, complaints(plain.out)]).toEqual([0, []]);
    // Over TLS it is asked who it is: it has no login.
    const asked = await house.unproven(`${house.https}/`, "--tasks=deploy");
    expect(asked.out).toContain("authentication required, no credentials available");
    expect(await house.job(job)).toMatchObject({
      state: "prepared",
      timesSent: 0,
      waitsBecause: { code: "not-proven" },
    });
    expect(existsSync(source.target)).toBe(false);
  });

  it("nothing with a login that is in the address alone: remotes have none", async () => {
    const { url } = await house.login();
    const waiting = async () => (await house.json<{ jobs: ShownJob[] }>("job", "list", "--node", house.node)).jobs;
    const { out } = await house.unproven(url, "--tasks=deploy");
    expect(out).toContain("authentication required, no credentials available");
    expect(await waiting()).toMatchObject([{ state: "prepared", timesSent: 0 }]);
    expect(existsSync(source.target)).toBe(false);
  });

  it("what was published, once it proves who it is, and tells all of it", async () => {
    const { jobs } = await house.json<{ jobs: ShownJob[] }>("job", "list", "--node", house.node);
    const [{ id } = { id: "" }, ...others] = jobs;
    expect(others).toEqual([]);
    const { code, out } = await house.session("--tasks=deploy");
    expect([code, complaints(out)]).toEqual([0, []]);
    expect(readFileSync(at("payload.bin")).equals(source.payload)).toBe(true);
    expect(textOf(at("installed.conf"))).toBe("installed = yes\n");
    expect(textOf(at("site"))).toBe("for Zürich\n");
    expect(await house.job(id)).toMatchObject({ state: "ok", timesSent: 1, waitsBecause: null });
    const story = await house.story(id);
    expect(told(story)).toEqual(
      expect.arrayContaining([
        ...["starting", "check #1, room passed", "all checks are ok", "payload.bin downloaded"],
        ...["make room, processing success", "copy it, processing success", "look at it: done"],
        `look at it: ${source.payload.length}`,
        "job successfully completed",
      ]),
    );
    expect(story).toContainEqual(expect.objectContaining({ by: "agent", status: "info", step: "checking" }));
    const shown = await house.json<ShownJob>("job", "show", id);
    expect(JSON.stringify(shown)).toContain("job successfully completed");
    await expect
      .poll(() => house.report(id).catch(String))
      .toMatchObject({ protocol: "jobs", operation: "deploy", status: "success" });
    // A second session has nothing to do.
    const again = await house.session("--tasks=deploy");
    expect(again.out).toContain("No Deploy job enabled");
  });

  it("in one session what fails, what is not needed, and what goes wrong: each tells how", async () => {
    const nothing = { checks: [], actions: [] };
    const missing = { name: "must be there", type: "fileExists", path: "/nowhere/at/all" } as const;
    const marks = (name: string) => ({ cmd: { exec: `touch ${source.target}/${name}` } });
    await publish("checked", { ...nothing, checks: [{ ...missing, return: "error" }], actions: [marks("checked")] });
    await publish("needless", { ...nothing, checks: [{ ...missing, return: "skip" }], actions: [marks("needless")] });
    await publish("broken", {
      ...nothing,
      actions: [
        { cmd: { name: "break", exec: "echo no such luck; exit 3", retChecks: [{ type: "okCode", values: ["0"] }] } },
        marks("after-broken"),
      ],
    });
    await publish("noticed", {
      ...nothing,
      checks: [{ ...missing, return: "warning" }],
      actions: [
        { cmd: { exec: `touch ${source.target}/never`, checks: [{ ...missing, return: "skip" }] } },
        marks("noticed"),
      ],
    });
    const jobs: Record<string, string> = {};
    for (const name of ["checked", "needless", "broken", "noticed"]) jobs[name] = await deploy(name);
    expect((await house.session("--tasks=deploy")).code).toBe(0);
    const ends = await Promise.all(Object.values(jobs).map((id) => house.job(id)));
    expect(ends.map(({ state }) => state)).toEqual(["ko", "skipped", "ko", "ok"]);
    expect(ends[0]?.reason).toContain("must be there");
    expect(told(await house.story(jobs["broken"] ?? ""))).toEqual(
      expect.arrayContaining(["break: no such luck", "break, processing failure"]),
    );
    expect(["checked", "needless", "after-broken", "never", "noticed"].filter((name) => existsSync(at(name)))).toEqual([
      "noticed",
    ]);
    for (const [name, status] of [
      ["checked", "failure"],
      ["noticed", "success"],
    ])
      await expect.poll(() => house.report(jobs[name ?? ""] ?? "").catch(String)).toMatchObject({ status });
  });

  it("from ours where the mirror before it is dead", async () => {
    // A port that nobody listens at.
    await house.api("PUT", "/groups/mirrored", {
      ...{ nodes: [house.node], settings: { "fusioninventory.mirrors": ["https://127.0.0.1:9/mirror/"] } },
    });
    await publish("mirrored", {
      checks: [],
      actions: [{ copy: { from: "payload.bin", to: at("mirrored.bin") } }],
    });
    const job = await deploy("mirrored");
    const { out } = await house.session("--tasks=deploy");
    expect(out).toContain("https://127.0.0.1:9/mirror/");
    expect(await house.job(job)).toMatchObject({ state: "ok" });
    expect(readFileSync(at("mirrored.bin")).equals(source.payload)).toBe(true);
  });

  it("nothing whose parts are gone, which ends the job", async () => {
    const lost = newPackageFolder();
    try {
      lost.describe({ checks: [], actions: [{ cmd: { exec: `touch ${at("lost")}` } }] });
      await house.json("package", "add", "lost", lost.folder);
    } finally {
      lost.remove();
    }
    const job = await deploy("lost");
    await withDatabase(house.site, (client) => client.query("delete from package_parts"));
    await house.session("--tasks=deploy");
    expect(await house.job(job)).toMatchObject({ state: "ko" });
    expect(told(await house.story(job))).toEqual(expect.arrayContaining([expect.stringMatching(/download failed$/)]));
    expect(existsSync(at("lost"))).toBe(false);
  });

  it("and the trail has who ordered, and every hand-over; no error was logged", async () => {
    const trail = JSON.stringify(await house.json("audit", "list", "--all"));
    for (const action of ["package.publish", "job.create", "job.hand-out"]) expect(trail).toContain(action);
    expect(house.gateway.log()).not.toMatch(/"level":"error"/);
    expect(await house.json("dead-letter", "list")).toMatchObject({ deadLetters: [] });
  });
});
