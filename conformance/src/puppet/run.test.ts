import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { faultsOf, needs } from "./programs.js";
import { type RunSite, startRunSite } from "./run-site.js";

const { skip, note } = needs("puppet");

/** A module with files, plugins and facts that are files. */
const MODULE = {
  "modules/site/files/one.txt": "one\n",
  "modules/site/files/tree/top.txt": "top\n",
  "modules/site/files/tree/top.bak": "not this one\n",
  "modules/site/files/tree/sub/leaf.txt": "leaf\n",
  "modules/site/files/tree/link.txt": "-> top.txt",
  "modules/site/lib/facter/site_color.rb": "Facter.add(:site_color) { setcode { 'blue' } }\n",
  "modules/site/facts.d/site.txt": "site_place=berlin\n",
};

describe.skipIf(skip)(`whole runs of an unmodified agent${note}`, () => {
  let site: RunSite;
  beforeAll(async () => {
    site = await startRunSite();
    await site.deploy("production", MODULE);
  });
  afterAll(() => site?.close());
  const at = (...parts: string[]) => path.join(site.root, ...parts);
  const text = (...parts: string[]) => readFileSync(at(...parts), "utf8");

  it("of declared resources of many types: changed at first, in order from then on", async () => {
    const agent = await site.agent("types");
    await site.declare(agent.certname, {
      [`File[${at("types")}]`]: { ensure: "directory", mode: "0750" },
      [`File[${at("types", "hello")}]`]: {
        ensure: "file",
        content: "hello %{trusted.certname} on %{facts.os.family}\n",
      },
      [`File[${at("types", "link")}]`]: { ensure: "link", target: at("types", "hello") },
      "Exec[made]": {
        command: `/bin/sh -c 'date > ${at("types", "made")}'`,
        creates: at("types", "made"),
        require: `File[${at("types")}]`,
      },
      "Exec[once]": {
        command: `/bin/sh -c 'echo refreshed >> ${at("types", "refreshed")}'`,
        refreshonly: true,
        subscribe: `File[${at("types", "hello")}]`,
      },
      "Package[puppet-agent]": { ensure: "installed" },
      "User[root]": { ensure: "present", uid: 0 },
      "Group[root]": { ensure: "present", gid: 0 },
      "Schedule[nightly]": { range: "2 - 4" },
      [`Tidy[${at("types", "none")}]`]: { age: "1w" },
    });
    const first = await agent.test();
    expect(faultsOf(first.out)).toEqual([]);
    expect(first.code).toBe(2);
    expect(text("types", "hello")).toBe(`hello ${agent.certname} on Debian\n`);
    expect(readlinkSync(at("types", "link"))).toBe(at("types", "hello"));
    expect(lstatSync(at("types")).mode & 0o7777).toBe(0o750);
    expect(existsSync(at("types", "made"))).toBe(true);
    expect(text("types", "refreshed")).toBe("refreshed\n");
    const second = await agent.test();
    expect(faultsOf(second.out)).toEqual([]);
    expect(second.code).toBe(0);
    expect(text("types", "refreshed")).toBe("refreshed\n");
    const [newest, oldest] = await site.reports(agent.certname);
    expect([newest?.status, oldest?.status]).toEqual(["success", "success"]);
  });

  it("puts back what somebody changed, and says so", async () => {
    const agent = await site.agent("corrective");
    await site.declare(agent.certname, { [`File[${at("kept")}]`]: { ensure: "file", content: "as declared\n" } });
    expect((await agent.test()).code).toBe(2);
    writeFileSync(at("kept"), "by hand\n");
    const run = await agent.test();
    expect(run.out).toContain("(corrective)");
    expect(text("kept")).toBe("as declared\n");
    const [report] = await site.reports(agent.certname);
    expect(await site.done("report", "show", report?.id ?? "")).toMatch(/corrective/i);
  });

  it("brings files from modules, and whole folders but what is left out", async () => {
    const agent = await site.agent("sources");
    await site.declare(agent.certname, {
      [`File[${at("one")}]`]: {
        ensure: "file",
        source: ["puppet:///modules/site/none", "puppet:///modules/site/one.txt"],
      },
      [`File[${at("tree")}]`]: {
        ensure: "directory",
        recurse: true,
        source: "puppet:///modules/site/tree",
        ignore: "*.bak",
      },
    });
    const first = await agent.test();
    expect(faultsOf(first.out)).toEqual([]);
    expect(first.code).toBe(2);
    expect(text("one")).toBe("one\n");
    expect(text("tree", "sub", "leaf.txt")).toBe("leaf\n");
    expect(readdirSync(at("tree")).sort()).toEqual(["link.txt", "sub", "top.txt"]);
    expect(readlinkSync(at("tree", "link.txt"))).toBe("top.txt");
    expect((await agent.test()).code).toBe(0);
  });

  it("syncs a custom fact and a fact that is a file, and the same run's catalog knows both", async () => {
    const agent = await site.agent("facts");
    await site.declare(agent.certname, {
      [`File[${at("fact")}]`]: { ensure: "file", content: "%{facts.site_color} in %{facts.site_place}\n" },
    });
    const run = await agent.test();
    expect(faultsOf(run.out)).toEqual([]);
    expect(run.out).toContain("site_color.rb");
    expect(text("fact")).toBe("blue in berlin\n");
    expect(JSON.stringify(await site.json("node", "facts", agent.certname))).toContain('"site_color":"blue"');
  });

  it("takes a group that goes by a fact, from the run on that says it", async () => {
    const agent = await site.agent("byfact");
    const { status } = await site.house.api("PUT", "/groups/blue", {
      rule: {
        and: [
          { field: "facts.site_color", eq: "blue" },
          { field: "alias.certname", eq: agent.certname },
        ],
      },
      settings: { "puppet.resources": { [`File[${at("blue")}]`]: { ensure: "file", content: "blue\n" } } },
    });
    expect(status).toBe(200);
    expect((await agent.test()).code).toBe(2);
    expect(text("blue")).toBe("blue\n");
  });

  it("changes nothing with --noop, and says what it would", async () => {
    const agent = await site.agent("noop");
    await site.declare(agent.certname, { [`File[${at("noop")}]`]: { ensure: "file", content: "never\n" } });
    const run = await agent.test({ noop: "true" });
    expect(run.out).toContain("(noop)");
    expect(run.code).toBe(0);
    expect(existsSync(at("noop"))).toBe(false);
    const [report] = await site.reports(agent.certname);
    expect(await site.done("report", "show", report?.id ?? "")).toMatch(/noop/i);
  });

  it("goes on beside a resource that fails, skips what requires it, and reports both", async () => {
    const agent = await site.agent("failing");
    await site.declare(agent.certname, {
      "Exec[bad]": { command: "/bin/false" },
      [`File[${at("needing")}]`]: { ensure: "file", content: "never\n", require: "Exec[bad]" },
      [`File[${at("beside")}]`]: { ensure: "file", content: "beside\n" },
    });
    const run = await agent.test();
    expect(run.code).toBe(6);
    expect(run.out).toContain("Skipping because of failed dependencies");
    expect([existsSync(at("needing")), text("beside")]).toEqual([false, "beside\n"]);
    const [report] = await site.reports(agent.certname);
    expect(report).toMatchObject({ status: "failure" });
    const shown = await site.done("report", "show", report?.id ?? "");
    expect(shown).toContain("Exec[bad]");
    expect((await agent.test()).code).toBe(4);
  });

  it("says why there is no catalog, and reports that", async () => {
    const agent = await site.agent("conflict");
    const file = (content: string) => ({ "puppet.resources": { [`File[${at("x")}]`]: { ensure: "file", content } } });
    await site.group("conflict-a", agent.certname, file("a"), 5);
    await site.group("conflict-b", agent.certname, file("b"), 5);
    const run = await agent.test({ usecacheonfailure: "false" });
    expect(run.code).toBe(1);
    expect(run.out).toMatch(/Error 500 on SERVER: .*conflict-a.*conflict-b/s);
    expect(existsSync(at("x"))).toBe(false);
    expect(await site.reports(agent.certname)).toMatchObject([{ status: "failure" }]);
  });
});
