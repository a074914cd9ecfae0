import { beforeEach, describe, expect, it } from "vitest";
import { createNodeIdentity } from "../nodes/identity.js";
import { createNodeRegistry } from "../nodes/registry.js";
import { count } from "../store.test.helper.js";
import { catalogOf, exported, resource, useCatalogs } from "./catalogs.test.helper.js";

const house = useCatalogs();
const NOBODY = "00000000-0000-4000-8000-000000000000";
const secret = { __ptype: "Sensitive", __pvalue: "s3cret" };
let n = 0;
let name = "";
let nodeId = "";
beforeEach(async () => {
  name = `node${++n}.example.org`;
  ({ nodeId } = await house.enrol(name));
});
const list = (id = nodeId) => house.archive().list(id, 100);
const collected = async (type: string) =>
  (await house.queries().exported(type, "somebody", undefined)).filter(({ certname }) => certname === name);
const LOG = { level: "warning", message: "old" } as const;
const failing = { error: "Syntax error at 'x' (file: /a.pp, line: 1, column: 2)" };

describe("CatalogArchive.keep", () => {
  it("keeps a catalog as it was given, with its keys and resources in their order", async () => {
    const parameters = { z: 1, a: ["x", { __ptype: "Deferred", name: "f", arguments: [] }] };
    const catalog = catalogOf(name, [resource("File", "/b", { parameters }), resource("File", "/a")]);
    const logs = [{ level: "warning", message: "old", file: "/a.pp", line: 1 } as const];
    await house.keep(name, { catalog, logs, version: 7 });
    const [summary] = await list();
    expect(summary).toEqual({
      id: expect.stringMatching(/^\d+$/),
      firstAt: expect.any(Date),
      lastAt: summary?.firstAt,
      times: 1,
      environment: "production",
      version: 7,
      milliseconds: 12.5,
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      resources: 2,
      warnings: 1,
      error: undefined,
    });
    const kept = await house.archive().find(nodeId, summary?.id ?? "");
    expect(JSON.stringify(kept?.catalog)).toBe(JSON.stringify(catalog));
    expect(kept).toEqual({ ...summary, catalog, logs });
  });

  it("keeps why there is none, and what was collected before stays", async () => {
    await house.keep(name, { exported: [exported("Host", "a")] });
    await house.keep(name, { ...failing, version: undefined });
    const [last, before] = await list();
    expect(last).toMatchObject({ error: failing.error, times: 1 });
    expect([last?.digest, last?.resources, last?.version]).toEqual([undefined, undefined, undefined]);
    expect(before?.error).toBeUndefined();
    const kept = await house.archive().find(nodeId, last?.id ?? "");
    expect(kept).toEqual({ ...last, catalog: undefined, logs: [] });
    expect(await collected("Host")).toHaveLength(1);
  });

  it("notes the same outcome again in one statement, after another run that is being noted", async () => {
    const resources = [resource("File", "/a")];
    const said = { resources, exported: [exported("Host", "a")] };
    await house.keep(name, said);
    let transactions = 0;
    const db = {
      run: house.db.run.bind(house.db),
      transaction: (work: Parameters<typeof house.db.transaction>[0]) => {
        transactions++;
        return house.db.transaction(work);
      },
    } as Pick<typeof house.db, "run" | "transaction">;
    const keep = (more: object = {}) => house.keep(name, { ...said, ...more }, db);
    const [first] = await list();
    await keep({ milliseconds: 3 });
    const [second] = await list();
    expect([transactions, second]).toEqual([0, { ...first, times: 2, milliseconds: 3, lastAt: second?.lastAt }]);
    expect(second?.lastAt.getTime()).toBeGreaterThan(first?.lastAt.getTime() ?? 0);
    await house.db
      .transaction(async (run) => {
        await run("select from agents a join agent_aliases l on l.agent_id = a.id where l.value_key = $1 for update", [
          name,
        ]);
        const waiting = keep();
        const waits = "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
        await expect.poll(() => house.db.run(waits)).toHaveLength(1);
        return { waiting };
      })
      .then(({ waiting }) => waiting);
    expect([transactions, await list()]).toMatchObject([0, [{ times: 3 }]]);
    transactions = 0;
    await Promise.all([keep(), keep({ milliseconds: 4 })]);
    expect([transactions, await list()]).toMatchObject([0, [{ times: 5 }]]);
    for (const other of [
      { environment: "other" },
      { version: 9 },
      { exported: [] },
      { resources: [] },
      { logs: [LOG] },
    ])
      await keep(other);
    expect([transactions, (await list()).length]).toEqual([5, 6]);
    expect(await collected("Host")).toHaveLength(1);
  });

  it("keeps attempts of one outcome in a row as one, with the last one's ids", async () => {
    const resources = [resource("File", "/a")];
    for (let i = 0; i < 3; i++) await house.keep(name, { resources });
    const last = catalogOf(name, resources);
    await house.keep(name, { catalog: last });
    for (let i = 0; i < 2; i++) await house.keep(name, failing);
    await house.keep(name, { resources });
    const all = await list();
    expect(all.map(({ times, error }) => [times, error])).toEqual([
      [1, undefined],
      [2, failing.error],
      [4, undefined],
    ]);
    expect(all[0]?.digest).toBe(all[2]?.digest);
    expect((await house.archive().find(nodeId, all[2]?.id ?? ""))?.catalog?.catalog_uuid).toBe(last.catalog_uuid);
    expect(all[2]?.lastAt.getTime()).toBeGreaterThan(all[2]?.firstAt.getTime() ?? Number.POSITIVE_INFINITY);
  });

  it.each([
    ["another version", { version: 4 }],
    ["another environment", { environment: "staging" }],
    ["another log", { logs: [{ level: "notice", message: "hello" } as const] }],
    ["another resource", { resources: [resource("File", "/a")] }],
  ])("keeps %s as another outcome", async (_, said) => {
    await house.keep(name);
    await house.keep(name, said);
    expect(await list()).toHaveLength(2);
  });

  it("keeps the same catalog of two nodes once", async () => {
    const other = `other.${name}`;
    const { nodeId: otherId } = await house.enrol(other);
    const resources = [resource("File", `/${name}`)];
    const bodies = await count(house.db, "catalog_bodies");
    const listed = await count(house.db, "catalog_resources");
    await Promise.all([house.keep(name, { resources }), house.keep(other, { resources })]);
    expect(await count(house.db, "catalog_bodies")).toBe(bodies + 1);
    expect(await count(house.db, "catalog_resources")).toBe(listed + 1);
    const [[mine], [others]] = [await list(), await list(otherId)];
    expect(mine?.digest).toBe(others?.digest);
    const kept = await house.archive().find(otherId, others?.id ?? "");
    expect(kept?.catalog?.name).toBe(other);
    expect(await house.archive().find(nodeId, others?.id ?? "")).toBeUndefined();
  });

  it("has nothing sensitive in what it keeps, anywhere in the database", async () => {
    const word = `s3cret-${name}`;
    const hidden = { ...secret, __pvalue: word };
    await house.keep(name, {
      resources: [
        resource("File", "/a", { parameters: { content: word, mode: "1" }, sensitive_parameters: ["content"] }),
        resource("File", "/b", { parameters: { env: [hidden] } }),
      ],
      exported: [exported("Db", "a", { parameters: { password: hidden, port: 1 } })],
    });
    const [summary] = await list();
    const kept = await house.archive().find(nodeId, summary?.id ?? "");
    expect(kept?.catalog?.resources.map(({ parameters }) => parameters)).toEqual([
      { content: "[redacted]", mode: "1" },
      { env: ["[redacted]"] },
    ]);
    for (const table of ["catalogs", "catalog_resources", "exported_resources"])
      expect(await count(house.db, `${table} t where t::text like $1`, [`%${word}%`]), table).toBe(0);
    const [sealed] = await house.db.run<{ sealed: Buffer }>(
      "select sealed from exported_resources where sealed is not null",
    );
    expect(sealed?.sealed.includes(word)).toBe(false);
    // Who collects it gets it.
    expect((await collected("Db")).map(({ parameters }) => parameters)).toEqual([{ password: hidden, port: 1 }]);
  });

  it("puts what is exported in the place of what was, whole", async () => {
    await house.keep(name, { exported: [exported("Host", "a"), exported("Host", "b")] });
    await house.keep(name, { exported: [exported("Host", "b", { parameters: { ip: "::1" } })] });
    expect((await collected("Host")).map(({ title, parameters }) => [title, parameters])).toEqual([
      ["b", { ip: "::1" }],
    ]);
    await house.keep(name);
    expect(await collected("Host")).toEqual([]);
  });

  it("writes nothing anew of what is exported again as it was", async () => {
    const place = () =>
      house.db.run(
        "select e.ctid::text from exported_resources e join agent_catalogs l using (agent_id) where l.certname = $1",
        [name],
      );
    await house.keep(name, { exported: [exported("Host", "a")] });
    const before = await place();
    await house.keep(name, { exported: [exported("Host", "a")] });
    expect(before).toHaveLength(1);
    expect(await place()).toEqual(before);
  });

  it("keeps all of it or nothing: too many exports, too large a catalog", async () => {
    await house.keep(name, { exported: [exported("Host", "kept")] });
    const many = Array.from({ length: 10_001 }, (_, i) => exported("Host", `h${i}`));
    const refused = { code: "request-malformed" };
    await expect(house.keep(name, { exported: many, version: 9 })).rejects.toMatchObject(refused);
    const huge = resource("File", "/a", { parameters: { content: "x".repeat(65 << 20) } });
    await expect(house.keep(name, { resources: [huge], version: 9 })).rejects.toMatchObject(refused);
    expect((await list()).map(({ version }) => version)).toEqual([3]);
    expect((await collected("Host")).map(({ title }) => title)).toEqual(["kept"]);
  });

  it("takes 10,000 exports, long titles and hostile text", async () => {
    const odd = JSON.parse('{"__proto__": "a\\u0000", "\\ud800": [{"constructor": "\'; drop table nodes; --"}]}');
    const long = "t".repeat(100_000);
    const many = Array.from({ length: 9_999 }, (_, i) => exported("Many", `m${i}`));
    await house.keep(name, {
      resources: [resource("File", `${long}\0`, { parameters: odd })],
      exported: [...many, exported("Many", `${long}\ud800`, { parameters: odd })],
    });
    const all = await collected("Many");
    expect(all).toHaveLength(10_000);
    expect(JSON.stringify(all.at(-1)?.parameters)).toBe(
      `{"\ufffd":[{"constructor":"'; drop table nodes; --"}],"__proto__":"a"}`,
    );
    expect(all.at(-1)?.title).toBe(`${long}\ufffd`);
  });

  it("cuts long messages, and what is too many of them", async () => {
    const logs = Array.from({ length: 1_100 }, () => ({ level: "err", message: "x".repeat(20_000) }) as const);
    await house.keep(name, { error: "e".repeat(20_000), logs });
    const [summary] = await list();
    expect(summary?.error).toHaveLength(10_000);
    expect(summary?.warnings).toBe(1_000);
    const kept = await house.archive().find(nodeId, summary?.id ?? "");
    expect(kept?.logs[0]?.message).toHaveLength(10_000);
  });

  it("is done once for each of several runs at once", async () => {
    const runs = Array.from({ length: 8 }, (_, i) =>
      house.keep(name, { resources: [resource("File", `/${i % 2}`)], exported: [exported("Host", `${i % 2}`)] }),
    );
    await Promise.all(runs);
    expect((await list()).reduce((sum, { times }) => sum + times, 0)).toBe(8);
    const [last] = await list();
    const kept = await house.archive().find(nodeId, last?.id ?? "");
    expect((await collected("Host")).map(({ title }) => `/${title}`)).toEqual([kept?.catalog?.resources[0]?.title]);
  });

  it("knows no name that no agent has", async () => {
    const before = await count(house.db, "catalogs");
    await house.keep(`nobody.${name}`, { exported: [exported("Host", "a")] });
    await house.keep(`nobody.${name}`, failing);
    expect(await count(house.db, "catalogs")).toBe(before);
  });

  it("finds nothing where there is nothing, whatever is asked", async () => {
    await house.keep(name);
    expect([await list(NOBODY), await list("no uuid")]).toEqual([[], []]);
    for (const id of ["0", "no number", "99999999999999999999"])
      expect(await house.archive().find(nodeId, id)).toBeUndefined();
    expect(await house.archive().find("no uuid", "1")).toBeUndefined();
    expect(await house.archive().list(nodeId, 0)).toEqual([]);
  });

  it("follows its agent to the node that takes it in, and goes with it", async () => {
    const { nodeId: otherId } = await house.enrol(`into.${name}`);
    await house.keep(name, { resources: [resource("File", "/a")], exported: [exported("Host", "a")] });
    await createNodeIdentity(house.db, () => undefined).merge(otherId, nodeId, "somebody");
    expect([await list(), await list(otherId)]).toMatchObject([[], [{ resources: 1 }]]);
    expect(await collected("Host")).toHaveLength(1);
    await createNodeRegistry(house.db).purge(otherId);
    expect(await collected("Host")).toEqual([]);
    expect(await count(house.db, "agent_catalogs where certname = $1", [name])).toBe(0);
  });
});

describe("CatalogArchive.nodesOf", () => {
  it("lists active nodes by their newest attempt, failed ones too, by name", async () => {
    const environment = `of_${name.replaceAll(/\W/g, "_")}`;
    const names = [`b.${name}`, `a.${name}`, `c.${name}`, `moved.${name}`, `away.${name}`];
    const ids = new Map<string, string>();
    for (const one of names) {
      ids.set(one, (await house.enrol(one)).nodeId);
      await house.keep(one, { environment });
    }
    await house.keep(`c.${name}`, { environment, ...failing });
    await house.keep(`moved.${name}`, { environment: "staging" });
    await house.db.run("update nodes set state = 'deactivated' where name = $1", [`away.${name}`]);
    await house.enrol(`silent.${name}`);
    const nodes = [`a.${name}`, `b.${name}`, `c.${name}`].map((one) => ({ id: ids.get(one), name: one }));
    expect(await house.archive().nodesOf(environment, 10)).toEqual({ nodes, total: 3 });
    expect(await house.archive().nodesOf(environment, 2)).toEqual({ nodes: nodes.slice(0, 2), total: 3 });
    expect(await house.archive().nodesOf("nosuch\0", 2)).toEqual({ nodes: [], total: 0 });
  });
});
