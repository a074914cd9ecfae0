import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Agent } from "./agent.js";
import { needs } from "./programs.js";
import { type RunSite, startRunSite } from "./run-site.js";

const { skip, note } = needs("puppet");

describe.skipIf(skip)(`Puppet's commands against the gateway, with the exit codes of puppetserver${note}`, () => {
  let site: RunSite;
  let agent: Agent;
  beforeAll(async () => {
    site = await startRunSite();
    await site.deploy("production", {
      "modules/site/files/one.txt": "one\n",
      "modules/site/lib/facter/site_color.rb": "Facter.add(:site_color) { setcode { 'blue' } }\n",
    });
    agent = await site.agent("commands");
  });
  afterAll(() => site?.close());

  it("plugin download brings the plugins, and nothing the second time", async () => {
    const first = await agent.puppet("plugin", "download");
    expect(first).toMatchObject({ code: 0, out: expect.stringContaining("site_color.rb") });
    expect(existsSync(path.join(agent.folder, "var", "lib", "facter", "site_color.rb"))).toBe(true);
    expect(await agent.puppet("plugin", "download")).toMatchObject({ code: 0, out: "No plugins downloaded.\n" });
  });

  it("facts upload is stored, once however often it comes", async () => {
    expect(await agent.puppet("facts", "upload")).toMatchObject({ code: 0 });
    expect(await agent.puppet("facts", "upload")).toMatchObject({ code: 0 });
    const facts = JSON.stringify(await site.json("node", "facts", agent.certname));
    expect(facts).toContain('"family":"Debian"');
  });

  it("node find --terminus rest shows its environment and what it said of itself", async () => {
    const found = await agent.puppet("node", "find", agent.certname, "--terminus", "rest", "--render-as", "json");
    expect(found.code).toBe(0);
    const node = JSON.parse(found.out.slice(found.out.indexOf("{")));
    expect(node).toMatchObject({ name: agent.certname, environment: "production" });
  });

  it("node find of another node is refused", async () => {
    const found = await agent.puppet("node", "find", "other.example.org", "--terminus", "rest");
    expect(found.code).toBe(1);
    expect(found.out).toContain("Forbidden");
  });

  it("filebucket -r backs up; what was backed up is for administrators, what an environment holds for everyone", async () => {
    const file = path.join(agent.folder, "kept");
    writeFileSync(file, "kept in the bucket\n");
    const backup = await agent.puppet("filebucket", "-r", "backup", file);
    expect(backup.code, backup.out).toBe(0);
    const sum = /: ([0-9a-f]{64})$/m.exec(backup.out)?.[1] ?? "";
    expect(sum).not.toBe("");
    expect((await agent.puppet("filebucket", "-r", "backup", file)).code).toBe(0);
    const own = await agent.puppet("filebucket", "-r", "get", sum);
    expect(own.code).not.toBe(0);
    expect(own.out).toContain("403");
    const ofEnvironment = "2c8b08da5ce60398e1f19af0e5dccc744df274b826abe585eaba68c525434806";
    const got = await agent.puppet("filebucket", "-r", "get", ofEnvironment);
    expect(got).toMatchObject({ code: 0, out: expect.stringContaining("one\n") });
    expect((await agent.puppet("filebucket", "-r", "get", "0".repeat(64))).code).not.toBe(0);
  });

  it("filebucket -r of an administrator gets, restores and compares what was backed up; nobody lists it", async () => {
    const [before, after] = ["before", "after"].map((name) => path.join(agent.folder, name)) as [string, string];
    writeFileSync(before, "as it was\n");
    writeFileSync(after, "as it is\n");
    const backup = await agent.puppet("filebucket", "-r", "backup", before, after);
    const [, sum = "", other = ""] = /: ([0-9a-f]{64})\n.*: ([0-9a-f]{64})\n/.exec(backup.out) ?? [];
    expect(backup.code, backup.out).toBe(0);
    const administrator = await site.administrator("admin");
    const bucket = (...words: string[]) => administrator.puppet("filebucket", "-r", ...words);
    expect(await bucket("get", sum)).toEqual({ code: 0, out: "as it was\n" });
    const restored = path.join(administrator.folder, "restored");
    expect((await bucket("restore", restored, sum)).code).toBe(0);
    expect(readFileSync(restored, "utf8")).toBe("as it was\n");
    const diff = await bucket("diff", sum, other);
    expect(diff.code).toBe(0);
    expect(diff.out).toMatch(/^-as it was\n\+as it is$/m);
    expect((await bucket("get", "0".repeat(64))).code).toBe(1);
    expect((await bucket("list")).code).toBe(1);
  });

  it("catalog find without facts is no catalog", async () => {
    const found = await agent.puppet("catalog", "find", agent.certname, "--terminus", "rest");
    expect(found.code).toBe(1);
    expect(found.out).toContain("Error 500 on SERVER");
  });
});
