import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withDatabase } from "../../database.js";
import type { Agent } from "../agent.js";
import { faultsOf, needs } from "../programs.js";
import { type RunSite, startRunSite, writeTree } from "../run-site.js";

const { skip, note } = needs("puppet");

/** What two nodes get of each other, by a parameter and by a fact of theirs. */
const MANIFEST = `
if $exports {
  @@file { "\${root}/from-\${facts['site_shade']}": content => "exported by \${trusted['certname']}\\n", tag => 'shared' }
} else {
  File <<| tag == 'shared' |>>
  $found = puppetdb_query('resources[title] { exported = true and tag = "shared" }').map |$one| { $one['title'] }
  file { "\${root}/asked": content => "\${found.join(' ')}\\n" }
}
file { "\${root}/motd-\${trusted['hostname']}": source => 'puppet:///modules/site/motd' }
file { "\${root}/secret-\${trusted['hostname']}": content => Sensitive("hush\\n"), mode => '0600' }
file { "\${root}/everywhere": ensure => file, mode => '0644' }
`;

describe.skipIf(skip)(`a change of Puppet code that is looked at before agents get it${note}`, () => {
  let site: RunSite;
  let folder: string;
  let exporter: Agent;
  let collector: Agent;
  const write = (file: string, text: string) => writeTree(folder, { [file]: text });
  const deploy = () => site.json("puppet", "deploy", "production", folder);
  const diff = (...more: string[]) => site.house.site.command("puppet", "diff", "production", folder, ...more);
  const compile = (...more: string[]) => site.json("puppet", "compile", ...more);
  const run = async (agent: Agent, code: number) => {
    const ran = await agent.test({ show_diff: "false" });
    expect(faultsOf(ran.out)).toEqual([]);
    expect(ran.code, ran.out).toBe(code);
  };
  const text = (name: string) => readFileSync(path.join(site.root, name), "utf8");
  /** What nobody may see a trace of in what is kept. */
  const rows = () =>
    withDatabase(site.house.site, async (client) => {
      const counts: number[] = [];
      for (const table of ["catalogs", "catalog_bodies", "exported_resources", "artifact_versions", "channels"]) {
        const { rows: found } = await client.query<{ n: string }>(`select count(*) as n from ${table}`);
        counts.push(Number(found[0]?.n));
      }
      return counts;
    });

  beforeAll(async () => {
    site = await startRunSite();
    folder = mkdtempSync(path.join(tmpdir(), "gatehouse-changes-"));
    write("manifests/site.pp", MANIFEST);
    write("modules/site/files/motd", "one\n");
    write(
      "modules/site/lib/facter/site_shade.rb",
      "Facter.add(:site_shade) { setcode { Facter.value(:kernel).downcase } }\n",
    );
    await deploy();
    [exporter, collector] = [await site.agent("exporter"), await site.agent("collector")];
    for (const [agent, exports] of [[exporter, true] as const, [collector, false] as const])
      await site.group(agent === exporter ? "exporters" : "collectors", agent.certname, {
        "puppet.parameters": { exports, root: site.root },
      });
    await run(exporter, 2);
    await run(collector, 2);
  });
  afterAll(async () => {
    await site?.close();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  it("agents exported, collected and asked", () => {
    expect(text("from-linux")).toBe("exported by exporter.example.org\n");
    expect(text("asked")).toBe(`${site.root}/from-linux\n`);
  });

  it("compile makes a node's catalog of other facts, and what it exports nobody collects", async () => {
    const before = await rows();
    const facts = path.join(folder, "..", `${path.basename(folder)}.json`);
    writeFileSync(facts, JSON.stringify({ name: exporter.certname, values: { site_shade: "blue" } }));
    const other = await compile(exporter.certname, "--facts", facts);
    rmSync(facts);
    const titles = (made: { catalog: { resources: { type: string; title: string }[] } }) =>
      made.catalog.resources.filter(({ type }) => type === "File").map(({ title }) => path.basename(title));
    expect(other).toMatchObject({ environment: "production", version: 1, error: null });
    expect(titles(other)).toEqual(["motd-exporter", "secret-exporter", "everywhere"]);
    expect(JSON.stringify(other)).not.toContain("hush");
    expect(titles(await compile(collector.certname))).toContain("from-linux");
    expect(await site.done("puppet", "compile", collector.certname)).not.toMatch(/blue|hush/);
    expect(await rows()).toEqual(before);
    await run(collector, 0);
  });

  it("diff tells what would change, nodes of equal changes together, and no agent gets anything of it", async () => {
    const before = await rows();
    expect((await diff()).out).toMatch(
      /^production, version 1 -> .*: 2 nodes\n\ncollector\.example\.org, exporter\.example\.org \(2 nodes\)\n {2}nothing differs\n$/,
    );
    write("manifests/site.pp", `${MANIFEST.replace("mode => '0644'", "content => 'x'")}\nwarning('mind this')\n`);
    const { code, out } = await diff();
    expect([code, out]).toEqual([
      0,
      expect.stringMatching(
        /: 2 nodes\n\ncollector\.example\.org, exporter\.example\.org \(2 nodes\)\n {2}File\[.*\/everywhere\]\n\+ {3}content: x\n- {3}mode: 0644\n\nSaid anew:\n {2}warning: .*mind this.*\n$/,
      ),
    ]);
    write("modules/site/files/motd", "two\n");
    const { out: more } = await diff("--node", collector.certname);
    expect(more).toMatch(
      /File\[.*\/motd-collector\]\n- {3}source's content: \{sha256\}\w+\n\+ {3}source's content: \{sha256\}27dd/,
    );
    expect(more).not.toContain("exporter");
    expect(await rows()).toEqual(before);
    await run(exporter, 0);
    expect(text("motd-exporter")).toBe("one\n");
  });

  it("what was looked at is deployed without being sent again, and a version before can be compiled", async () => {
    expect(await deploy()).toMatchObject({ version: 2, sent: { files: 0 } });
    const changed = async (...more: string[]) =>
      (await compile(exporter.certname, ...more)).catalog.resources.find(({ title }: { title: string }) =>
        title.endsWith("/everywhere"),
      ).parameters;
    expect([await changed(), await changed("--version", "1")]).toMatchObject([{ content: "x" }, { mode: "0644" }]);
    await run(exporter, 2);
    expect(text("motd-exporter")).toBe("two\n");
  });

  it("code that fails: compile and diff tell where, with exit code 1, and agents go on", async () => {
    const good = readFileSync(path.join(folder, "manifests/site.pp"), "utf8");
    write("manifests/site.pp", `${good}\nif $exports { fail('no exports any more') }\n`);
    const { code, out, err } = await diff("--json");
    expect([code, err]).toEqual([1, expect.stringContaining("1 node would get no catalog any more.")]);
    const place =
      /no exports any more \(file: \/etc\/puppetlabs\/code\/environments\/production\/manifests\/site\.pp, line: \d+, column: \d+\) on node exporter\.example\.org$/;
    expect(JSON.parse(out).nodes).toMatchObject([
      { node: { name: collector.certname }, after: { error: null }, differences: { changed: [] } },
      { node: { name: exporter.certname }, after: { error: expect.stringMatching(place) }, differences: null },
    ]);
    await run(exporter, 0);
    await deploy();
    const compiled = await site.house.site.command("puppet", "compile", exporter.certname);
    expect([compiled.code, compiled.err.trim()]).toEqual([1, expect.stringMatching(place)]);
    expect(compiled.out).toContain("warning: ");
    write("manifests/site.pp", good);
    const mended = await diff();
    expect(mended.code).toBe(0);
    expect(mended.out).toMatch(
      /exporter\.example\.org\n {2}would get a catalog, and gets none now: .*no exports any more/,
    );
  });
});
