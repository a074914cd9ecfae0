import { beforeAll, describe, expect, it } from "vitest";
import { exported, resource, useCatalogs } from "../catalogs/catalogs.test.helper.js";
import { createFacts } from "../facts/facts.js";
import { createNodeRegistry } from "../nodes/registry.js";
import { enrolmentOf } from "../store.test.helper.js";
import { askPuppetdb } from "./query.js";

const house = useCatalogs();
const AT = new Date("2026-03-01T10:00:00.000Z");
const WEB = "web1.example.org";
const DB = "db1.example.org";
const ask = (query: string | readonly unknown[]) => house.queries().puppetdb(query);
const names = async (query: string | readonly unknown[]) => (await ask(query)).map(({ certname }) => certname);
const refusal = (query: string | readonly unknown[]) =>
  ask(query).then(
    () => "nothing was refused",
    (thrown) => `${thrown.code}: ${thrown.message}`,
  );

const { file: _, line: __, ...bare } = resource("Class", "Web", { tags: ["class", "web"] });

beforeAll(async () => {
  const facts = createFacts(house.db);
  const web = await house.enrol(WEB);
  await facts.put(
    web.nodeId,
    "puppet",
    {
      kernel: "Linux",
      cores: 4,
      os: { name: "Debian", release: { major: "12" } },
      disks: [{ size: 5 }, { size: 7 }],
      "a.b": true,
      gone: null,
    },
    AT,
  );
  await facts.put(web.nodeId, "dsc", { kernel: "Windows" }, AT);
  await house.db.run("update registrations set role = 'certificate', detail = $2 where agent_id = $1", [
    web.agentId,
    { extensions: { pp_role: "web" } },
  ]);
  const db = await house.enrol(DB);
  await facts.put(
    db.nodeId,
    "puppet",
    { kernel: "Linux", cores: 16, os: { name: "RedHat", release: { major: "9" } } },
    AT,
  );
  await house.enrol("bare.example.org");
  await createNodeRegistry(house.db).enrol(enrolmentOf("no puppet agent"));
  const off = await house.enrol("off.example.org");
  await house.keep("off.example.org", { resources: [resource("Class", "Web")] });
  await createNodeRegistry(house.db).setState(off.nodeId, "deactivated", "somebody");
  await house.keep(WEB, {
    resources: [
      bare,
      resource("File", "/a", {
        parameters: { mode: "0600", content: "s3cret", uid: 5 },
        sensitive_parameters: ["content"],
      }),
      resource("Notify", "collected", { exported: true }),
    ],
    exported: [
      exported("Notify", "collected", {
        tags: ["Greet"],
        parameters: { message: "hi", key: { __ptype: "Sensitive", __pvalue: "x" } },
      }),
    ],
  });
  await house.keep(DB, { environment: "staging", resources: [resource("Class", "Db")] });
});

describe("puppetdb_query", () => {
  it("gives active nodes with a Puppet agent, with when they were heard of", async () => {
    expect(await ask("nodes {}")).toEqual([
      {
        certname: "bare.example.org",
        deactivated: null,
        expired: null,
        catalog_timestamp: null,
        facts_timestamp: null,
        report_timestamp: null,
        catalog_environment: null,
      },
      {
        certname: DB,
        deactivated: null,
        expired: null,
        catalog_timestamp: expect.stringMatching(/Z$/),
        facts_timestamp: AT.toISOString(),
        report_timestamp: null,
        catalog_environment: "staging",
      },
      {
        certname: WEB,
        deactivated: null,
        expired: null,
        catalog_timestamp: expect.stringMatching(/Z$/),
        facts_timestamp: AT.toISOString(),
        report_timestamp: null,
        catalog_environment: "production",
      },
    ]);
  });

  it("gives resources of the last catalogs and those that are exported, once, and nothing sensitive", async () => {
    const rows = await ask(`resources[type, title, tags, exported, file, line, parameters] { certname = "${WEB}" }`);
    expect(rows).toEqual([
      { type: "Class", title: "Web", tags: ["class", "web"], exported: false, file: null, line: null, parameters: {} },
      {
        type: "File",
        title: "/a",
        tags: ["file"],
        exported: false,
        file: "/code/site.pp",
        line: 3,
        parameters: { mode: "0600", uid: 5 },
      },
      {
        type: "Notify",
        title: "collected",
        tags: ["greet"],
        exported: true,
        file: null,
        line: null,
        parameters: { message: "hi" },
      },
    ]);
  });

  it("gives facts, their contents, and the inventory", async () => {
    expect(
      await ask(`facts[name, value, environment] { certname = "${WEB}" and name in ["cores", "os", "gone"] }`),
    ).toEqual([
      { name: "cores", value: 4, environment: "production" },
      { name: "gone", value: null, environment: "production" },
      { name: "os", value: { name: "Debian", release: { major: "12" } }, environment: "production" },
    ]);
    expect(await ask(`fact_contents[name, path, value] { certname = "${WEB}" and name ~ "^(disks|os)$" }`)).toEqual([
      { path: ["disks", 0, "size"], name: "disks", value: 5 },
      { path: ["disks", 1, "size"], name: "disks", value: 7 },
      { path: ["os", "name"], name: "os", value: "Debian" },
      { path: ["os", "release", "major"], name: "os", value: "12" },
    ]);
    const [row] = await ask(`inventory { certname = "${WEB}" }`);
    expect(row).toMatchObject({
      ...{
        certname: WEB,
        timestamp: AT.toISOString(),
        environment: "production",
        facts: { kernel: "Linux", "a.b": true },
      },
      trusted: {
        authenticated: "remote",
        certname: WEB,
        hostname: "web1",
        domain: "example.org",
        extensions: { pp_role: "web" },
      },
    });
  });

  it.each<[string | readonly unknown[], string[]]>([
    [`nodes { certname = "${WEB}" }`, [WEB]],
    ['nodes { certname ~ "^web" }', [WEB]],
    ['nodes { certname !~ "^web" }', ["bare.example.org", DB]],
    ['nodes { catalog_environment = "staging" }', [DB]],
    // What is not there is another, too.
    ['nodes { catalog_environment != "staging" }', ["bare.example.org", WEB]],
    ["nodes { deactivated is null and catalog_timestamp is not null }", [DB, WEB]],
    ["nodes { ! catalog_timestamp is null }", [DB, WEB]],
    ['nodes { facts_timestamp < "2026-03-01T10:00:01Z" }', [DB, WEB]],
    ['nodes { facts_timestamp = "2026-03-01T11:00:00+01:00" }', [DB, WEB]],
    [`nodes { certname in ["${DB}", "x"] }`, [DB]],
    ["nodes { certname in [] }", []],
    ["nodes { ! certname in [] limit 1 }", ["bare.example.org"]],
    ["nodes { order by certname desc limit 1 offset 1 }", [DB]],
    ["nodes[certname] { order by catalog_environment desc limit 2 }", ["bare.example.org", DB]],
    ['nodes { resources { type = "Class" and title = "Web" } }', [WEB]],
    ['nodes { ! resources { type = "Class" and title = "Web" } }', ["bare.example.org", DB]],
    ['nodes { facts { name = "kernel" and value = "Linux" } and resources { type = "File" } }', [WEB]],
    ['nodes { certname in facts[certname] { name = "cores" and value > 4 } }', [DB]],
    ['nodes { certname in facts[certname] { name = "cores" order by value limit 1 } }', [WEB]],
    ['resources[certname] { type = "Class" and title = "Web" }', [WEB]],
    ['resources[certname] { tags = "GREET" }', [WEB]],
    ["resources[certname] { exported = true }", [WEB]],
    ['resources[certname] { parameters.mode = "0600" }', [WEB]],
    ["resources[certname] { parameters.uid >= 5 and line < 4 }", [WEB]],
    ['resources[certname] { parameters.content ~ "." }', []],
    ['resources[certname] { tags ~ "^gr" and file is null }', [WEB]],
    ['facts[certname] { name = "kernel" and value in ["Linux", 5] }', [DB, WEB]],
    ["facts[certname] { value = true }", [WEB]],
    ['facts[certname] { value ~ "^Lin" }', [DB, WEB]],
    ['facts[certname] { name = "gone" and value is null }', [WEB]],
    [
      'facts[certname] { [certname, name] in fact_contents[certname, name] { path ~> ["disks", "\\\\d", "size"] and value = 7 } }',
      [WEB],
    ],
    ['facts[certname] { fact_contents { path = ["os", "release", "major"] and value = "9" } }', [DB]],
    ['fact_contents[certname] { path ~> ["o", ".*"] }', []],
    [["from", "fact_contents", ["extract", "certname", ["~>", "path", ["disks", 1, "size"]]]], [WEB]],
    ['inventory[certname] { facts.os.release.major = "12" and trusted.extensions.pp_role = "web" }', [WEB]],
    ["inventory[certname] { facts.disks[1].size = 7 }", [WEB]],
    ['inventory[certname] { facts."a.b" = true }', [WEB]],
    ["inventory[certname] { facts.nothing.at.all != 1 }", [DB, WEB]],
    ['inventory[certname] { facts.os.name in ["RedHat"] }', [DB]],
    ['fact_contents[certname] { name = "os" and path = ["os", "name"] and value = "Debian" }', [WEB]],
    ['fact_contents[certname] { name = "os" and path = ["kernel"] }', []],
    ['fact_contents[certname] { path ~> ["ker.*"] and (value = "Linux" and name = "kernel") }', [DB, WEB]],
    ['fact_contents[certname] { (path = ["kernel"] or path = ["cores"]) and value in ["Linux", 16] }', [DB, DB, WEB]],
    ['fact_contents[certname] { ! name = "kernel" and value = "RedHat" }', [DB]],
    ["fact_contents[certname] { path = [] }", []],
    // Ties are in the order of what is asked for.
    ['facts[name, certname] { name = "kernel" order by name desc }', [DB, WEB]],
    // The AST, as code that is older than PQL asks.
    [["from", "nodes", ["~", "certname", "^db"]], [DB]],
    [`["from", "nodes", ["=", "certname", "${DB}"]]`, [DB]],
    [["from", "resources", ["extract", "certname", ["=", ["parameter", "mode"], "0600"]]], [WEB]],
    [["from", "resources", ["extract", ["certname"], ["=", "tag", "greet"]]], [WEB]],
    [
      ["from", "nodes", ["in", "certname", ["extract", "certname", ["select_resources", ["=", "type", "File"]]]]],
      [WEB],
    ],
    [
      ["from", "nodes", ["in", ["certname"], ["extract", ["certname"], ["select_fact_contents", ["=", "value", 7]]]]],
      [WEB],
    ],
    [
      [
        "from",
        "nodes",
        ["or", ["=", "certname", WEB], ["and", ["null?", "catalog_environment", true]]],
        ["order_by", [["certname", "desc"]]],
      ],
      [WEB, "bare.example.org"],
    ],
  ])("%j finds %j", async (query, expected) => {
    expect(await names(query)).toEqual(expected);
  });

  it("counts, in groups", async () => {
    expect(await ask("nodes[count()] {}")).toEqual([{ count: 3 }]);
    expect(await ask("nodes[count(catalog_environment)] {}")).toEqual([{ count: 2 }]);
    expect(await ask("facts[name, count()] { name in ['kernel', 'disks'] group by name }")).toEqual([
      { name: "disks", count: 1 },
      { name: "kernel", count: 2 },
    ]);
    expect(await ask("inventory[facts.kernel, count()] { group by facts.kernel }")).toEqual([
      { "facts.kernel": "Linux", count: 2 },
    ]);
  });

  it.each<[string | readonly unknown[], string]>([
    ["reports {}", 'no "reports" to ask for here; there is nodes, facts, fact_contents, inventory, resources'],
    ["catalogs {}", 'no "catalogs"'],
    ["nodes { latest_report_status = 'failed' }", 'nodes has no field "latest_report_status" here; it has certname'],
    ["nodes { facts.os = 1 }", 'no field "facts.os"'],
    ["nodes { __proto__ = 'x' }", 'no field "__proto__"'],
    ["facts[avg(value)] {}", 'The function ["avg","value"] is not supported'],
    ['nodes[to_string(catalog_timestamp, "DAY")] {}', "to_string"],
    ["facts[name, count()] {}", '"name" is not in group_by'],
    ["nodes { nodes { certname = 'x' } }", "related to others, not to itself"],
    ['inventory { facts.match("a.*").b = 1 }', "match(…)"],
    ["nodes { certname = 5 }", "asked for with a text, not with 5"],
    ["nodes { certname > 'a' }", "cannot be compared"],
    ["facts { value > 'x' }", "asked for with a number"],
    ["nodes { facts_timestamp > 'soon' }", "asked for with a time"],
    ["resources { exported = 'yes' }", "true or false"],
    ["resources { exported ~ 'yes' }", "cannot be matched"],
    ["nodes { certname ~> ['a'] }", "only path can"],
    ["nodes { certname ~ '(' }", "regular expression"],
    ["nodes { certname in facts { name = 'x' } }", '"in" compares 1 fields with 4'],
    ["nodes {", "line 1, column 8"],
    ["[", "no JSON"],
    [["nodes"], "begins with an entity"],
    [[], "begins with an entity"],
    [["from"], "There is no undefined"],
    [["from", "nodes", "certname"], "is no list"],
    [["from", "nodes", ["=", "certname", "a"], ["=", "certname", "b"]], "one condition"],
    [["from", "nodes", ["xor", ["=", "certname", "a"], 1]], '"xor"'],
    [["from", "nodes", ["=", ["node", "active"], true]], '["node","active"] is no field'],
    [["from", "nodes", ["=", "certname"]], "is not supported here"],
    [["from", "nodes", ["and"]], "joins at least one"],
    [["from", "nodes", ["limit", -1]], "whole number"],
    [["from", "nodes", ["limit", "1; drop table nodes"]], "whole number"],
    [["from", "nodes", ["limit", 1], ["limit", 2]], "said twice"],
    [["from", "nodes", ["order_by", [["certname", "desc; --"]]]], "neither"],
    [["from", "nodes", ["extract", []], ["order_by", []]], "names no field"],
    [["from", "nodes", ["extract", [["function", "count"]], ["group_by"]]], "group_by names no field"],
    [["from", "nodes", ["extract", Array(51).fill("certname")]], "at most 50 fields"],
    [["from", "resources", ["in", "line", ["array", Array(20_001).fill(1)]]], "at most 20000 values"],
    [["from", "nodes", ["in", "certname", ["select_facts", ["=", "name", "x"]]]], "begins with an entity"],
    [
      ["from", "nodes", ["in", "certname", ["extract", "certname", ["select_reports", ["=", "name", "x"]]]]],
      'no "reports"',
    ],
  ])("refuses %j by name", async (query, said) => {
    expect(await refusal(query)).toContain("request-malformed: ");
    expect(await refusal(query)).toContain(said);
  });

  it("refuses what nests too deep, has too many conditions, or finds too much", async () => {
    const nested = (depth: number) => {
      let ast: unknown[] = ["=", "certname", WEB];
      for (let i = 0; i < depth; i++) ast = ["not", ast];
      return ["from", "nodes", ast];
    };
    expect(await names(nested(98))).toEqual([WEB]);
    expect(await refusal(nested(100))).toContain("nests at most 100 deep");
    expect(await refusal(nested(50_000))).toContain("nests at most 120 deep");
    const [, , field] = nested(50_000);
    expect(await refusal(["from", "nodes", ["=", field, 1]])).toContain("nests at most 120 deep");
    expect(await refusal("[".repeat(100_000))).toContain("no JSON");
    const wide = (parts: number) => [
      "from",
      "nodes",
      ["or", ...Array.from({ length: parts }, () => ["=", "certname", WEB])],
    ];
    expect(await names(wide(999))).toEqual([WEB]);
    expect(await refusal(wide(1_000))).toContain("at most 1000 conditions");
    const many = Array.from({ length: 20_001 }, (_, i) => resource("Many", `m${i}`));
    await house.keep("bare.example.org", { resources: many });
    expect(await refusal('resources[title] { type = "Many" }')).toContain(
      "conflict: The query finds more than 20000 rows",
    );
    expect(await ask('resources[title] { type = "Many" limit 20000 }')).toHaveLength(20_000);
  });

  it("answers with so many bytes, and no more", async () => {
    const large = (title: string, content: string) => resource("Large", title, { parameters: { content } });
    const text = "x".repeat(4 << 20);
    await house.keep("bare.example.org", { resources: Array.from({ length: 7 }, (_, i) => large(`l${i}`, text)) });
    const query = 'resources[parameters] { type = "Large" order by title }';
    expect(await ask(query)).toHaveLength(7);
    await house.keep("bare.example.org", { resources: Array.from({ length: 9 }, (_, i) => large(`l${i}`, text)) });
    expect(await refusal(query)).toBe(
      "conflict: The query finds more than 32 MiB: extract less, ask for fewer, or page by page.",
    );
    expect(await ask(`${query.slice(0, -1)} limit 7 }`)).toHaveLength(7);
  });

  it.each([
    ["57014", "conflict", "takes longer than 5 s"],
    ["42803", "request-malformed", "cannot be grouped so"],
    ["XX000", "XX000", "as it is"],
  ])("says what PostgreSQL's %s means", async (code, expected, said) => {
    const thrown = Object.assign(new Error("as it is"), { code });
    const asking = askPuppetdb({ transaction: () => Promise.reject(thrown) }, "nodes {}");
    await expect(asking).rejects.toMatchObject({ code: expected, message: expect.stringContaining(said) });
  });

  it("takes every text for a text", async () => {
    const odd = "'; drop table nodes; --\0\ud800\\";
    expect(await ask(["from", "nodes", ["=", "certname", odd]])).toEqual([]);
    expect(await ask(["from", "resources", ["=", ["parameter", odd], odd]])).toEqual([]);
    expect(await ask(["from", "facts", ["in", "value", ["array", [odd, { [odd]: odd }, null]]]])).toMatchObject([
      { name: "gone" },
    ]);
    expect(await names("nodes {}")).toHaveLength(3);
  });
});
