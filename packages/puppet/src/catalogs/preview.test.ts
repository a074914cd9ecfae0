import {
  type CatalogRequest,
  type Compiled,
  CompileFailed,
  CompileLate,
  type CompileLog,
} from "@gatehouse/core/catalogs";
import type { EnvironmentVersion } from "@gatehouse/core/environments";
import { GatehouseError } from "@gatehouse/core/errors";
import { describe, expect, it } from "vitest";
import { serverError } from "../errors.js";
import { made, type Planted } from "../fake-v3.test.helper.js";
import { world } from "../puppet.test.helper.js";
import { createCatalogPreview } from "./preview.js";
import { emptyCatalog } from "./render.js";

const NODE = "web01.example.org";
const AGENT = { certname: NODE, extensions: { pp_role: "web" } };
const at = new Date(0);
const common = { type: "File", tags: [], exported: false, kind: "compilable_type" as const };
const file = {
  ...{ ...common, title: "/a", parameters: { content: "s3cr3t", mode: "0600" }, sensitive_parameters: ["content"] },
};
const FILES: Readonly<Record<string, Planted>> = { "modules/lab/files/motd": "one\n" };

interface Said {
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly conflicts?: readonly { setting: string; path: string[]; groups: readonly [string, string] }[];
  readonly last?: string;
  readonly compile?: (request: CatalogRequest) => Compiled;
}

const fileOf = ({ certname, environmentName }: CatalogRequest) =>
  made({ ...emptyCatalog(certname, environmentName), resources: [file] });

function previewOf({ settings = {}, conflicts = [], last, compile = fileOf }: Said = {}) {
  const asked: CatalogRequest[] = [];
  const saying: unknown[] = [];
  const { deps, environments } = world({
    assignments: {
      resolved: async (_, said) => {
        saying.push(said);
        return { settings, conflicts };
      },
    },
    facts: {
      of: async () => [{ source: "puppet", facts: { os: {} }, seenAt: at, changedAt: at }],
      ofAgent: async () => undefined,
    },
    catalogs: {
      compile: async (request) => {
        asked.push(request);
        return compile(request);
      },
    },
    registry: {
      findAgent: async () => ({
        ...{ agentId: "a", nodeId: "n", attributes: {}, settings: {}, state: "active" },
        ...{ trust: "certificate", revision: 1, groupsRevision: 1, hasWork: false },
      }),
      recentAgent: async () => undefined,
      enrol: async () => ({ agentId: "a", nodeId: "n", created: false }),
      touch: () => undefined,
    },
  });
  for (const name of ["staging", "production"]) environments.deploy(name, FILES);
  const summary = { id: "1", firstAt: at, lastAt: at, times: 1, version: 1, milliseconds: 1, digest: undefined };
  const kept = { ...summary, resources: 1, warnings: 0, error: undefined };
  const preview = createCatalogPreview({
    ...deps,
    environments: {
      current: deps.environments.current,
      version: async (name, number) => environments.versions.get(name)?.find(({ version }) => version === number),
    },
    archive: { list: async () => (last === undefined ? [] : [{ ...kept, environment: last }]) },
  });
  return { asked, saying, preview, environments };
}

describe("a catalog for operators", () => {
  it("is what the agent would get, of what it said last", async () => {
    const { asked, preview } = previewOf({ settings: { "puppet.environment": "staging" } });
    expect(await preview.of(AGENT)).toMatchObject({
      ...{ environment: "staging", version: 1, milliseconds: 1, logs: [], error: undefined },
      catalog: { environment: "staging" },
    });
    expect(asked).toMatchObject([
      { nodeId: "n", environmentName: "staging", environment: { version: 1 }, facts: { os: {} }, isTrial: true },
    ]);
    expect(asked[0]?.trusted).toMatchObject({ certname: NODE, extensions: { pp_role: "web" } });
  });

  it.each([
    ["what a group gives", { settings: { "puppet.environment": "staging" }, last: "production" }, "staging"],
    ["what it got last", { last: "staging" }, "staging"],
    ["the default one, where that is no more", { last: "gone" }, "production"],
    ["the default one, where it got none", {}, "production"],
  ])("is of the environment that the node has: %s", async (_, said, expected) => {
    expect((await previewOf(said).preview.of(AGENT)).environment).toBe(expected);
  });

  it("holds nothing that agents keep to themselves", async () => {
    const { catalog } = await previewOf().preview.of(AGENT);
    expect(catalog?.resources).toEqual([{ ...file, parameters: { content: "[redacted]", mode: "0600" } }]);
  });

  it("is of the facts, the environment and the version that are asked for", async () => {
    const { asked, saying, preview, environments } = previewOf();
    environments.deploy("staging", {});
    const facts = { os: { family: "RedHat" } };
    const said = await preview.of(AGENT, { facts, environment: "staging", version: 1 });
    expect(said).toMatchObject({ environment: "staging", version: 1 });
    expect(asked).toMatchObject([{ facts, environmentName: "staging", environment: { version: 1 } }]);
    expect(saying).toEqual([{ source: "puppet", facts }]);
    expect(await preview.of(AGENT, { environment: "staging" })).toMatchObject({ version: 2 });
  });

  it.each([
    [{ environment: "nosuch" }, "There is no environment nosuch."],
    [{ version: 9 }, "There is no version 9 of environment production"],
    [{ environment: "nosuch", version: 1 }, "There is no version 1 of environment nosuch"],
  ])("is none of what is not there: %j", async (wish, message) => {
    const { asked, preview } = previewOf();
    await expect(preview.of(AGENT, wish)).rejects.toThrow(message);
    expect(asked).toEqual([]);
  });

  const log: CompileLog = { level: "warning", message: "old" };
  it.each<[string, Said, readonly CompileLog[]]>([
    [
      "Groups x and y have one priority",
      { conflicts: [{ setting: "puppet.environment", path: [], groups: ["x", "y"] }] },
      [],
    ],
    ["Syntax error", { compile: fails(new CompileFailed("Syntax error at '}' (line: 1)", [log])) }, [log]],
    ["Could not match line", { compile: fails(serverError("Could not match line x")) }, []],
  ])("is missing, with the reason and what was said: %s", async (error, said, logs) => {
    expect(await previewOf(said).preview.of(AGENT)).toMatchObject({
      ...{ environment: "production", version: 1, catalog: undefined, milliseconds: undefined },
      ...{ error: expect.stringContaining(error), logs },
    });
  });

  it.each(["overloaded", "not-available", "internal"] as const)("is no answer for what is ours: %s", async (code) => {
    const { preview } = previewOf({ compile: fails(new GatehouseError(code, "No.")) });
    await expect(preview.of(AGENT)).rejects.toMatchObject({ code });
    await expect(preview.change(AGENT, await proposed({}))).rejects.toMatchObject({ code });
  });
});

function fails(error: Error): () => never {
  return () => {
    throw error;
  };
}

const { environments: drawer } = world();
/** A tree that is not deployed. */
async function proposed(tree: Readonly<Record<string, Planted>>, name = "production"): Promise<EnvironmentVersion> {
  return { ...drawer.deploy(name, tree), version: 0, codeId: "" };
}

/** Its resources say which version they are of. */
const byVersion = (request: CatalogRequest) =>
  made({
    ...emptyCatalog(request.certname, request.environmentName),
    resources: [
      { ...common, title: "/v", parameters: { content: `${request.environment?.version}` } },
      { ...common, title: "/motd", parameters: { source: "puppet:///modules/lab/motd", checksum: "md5" } },
    ],
  });
const digestOf = { one: "2c8b08da5ce60398e1f19af0e5dccc744df274b826abe585eaba68c525434806" };

describe("what a proposed version would change", () => {
  it("is what differs from the current one, of the same facts; the current one is left ready", async () => {
    const { asked, preview, environments } = previewOf({ compile: byVersion });
    Object.assign(environments.blobs, drawer.blobs);
    const found = await preview.change(AGENT, await proposed({ ...FILES, "modules/lab/files/motd": "two\n" }));
    expect(found).toMatchObject({
      environment: "production",
      before: { error: undefined },
      after: { error: undefined },
    });
    expect(asked.map(({ environment, facts }) => [environment?.version, facts])).toEqual([
      [0, { os: {} }],
      [1, { os: {} }],
    ]);
    expect(found.differences?.changed).toEqual([
      { type: "File", title: "/v", parameters: [{ name: "content", before: "1", after: "0" }] },
      {
        type: "File",
        title: "/motd",
        parameters: [
          {
            name: "source's content",
            before: `{sha256}${digestOf.one}`,
            after: expect.stringMatching(/^\{sha256\}27dd8ed4/),
          },
        ],
      },
    ]);
  });

  it("is everything where the environment was never deployed", async () => {
    const { asked, preview } = previewOf({ compile: byVersion });
    const { differences } = await preview.change(AGENT, await proposed(FILES, "feature"));
    expect(differences?.added.map(({ title }) => title)).toEqual(["/v", "/motd"]);
    expect(asked).toHaveLength(1);
  });

  it("is what differs from what is declared where the default environment was never deployed", async () => {
    const { asked, environments, preview } = previewOf({ compile: byVersion });
    environments.versions.delete("production");
    const { differences } = await preview.change(AGENT, await proposed(FILES));
    expect([asked.map(({ environment }) => environment?.entries.size), differences?.added]).toEqual([[4, 0], []]);
  });

  it("says which environment the node gets now", async () => {
    const { preview } = previewOf({ settings: { "puppet.environment": "staging" } });
    expect(await preview.change(AGENT, await proposed(FILES))).toMatchObject({
      environment: "staging",
      differences: { changed: [] },
    });
  });

  it("tells what is said anew, wherever it stands", async () => {
    const logs = (lines: readonly string[]) => lines.map((message) => ({ level: "warning", message }) as const);
    const { preview } = previewOf({
      compile: (request) => ({
        ...fileOf(request),
        logs: logs(
          request.environment?.version === 0 ? ["old (line: 2, column: 1)", "new"] : ["old (line: 1)", "gone"],
        ),
      }),
    });
    expect((await preview.change(AGENT, await proposed(FILES))).logs).toEqual(logs(["new"]));
  });

  it.each<[number, boolean]>([
    [0, true],
    [1, false],
  ])("says where its code takes too long: version %i", async (late, isLate) => {
    const { preview } = previewOf({
      compile: (request) => {
        if (request.environment?.version === late) throw new CompileLate("It took longer than 120 s.");
        return fileOf(request);
      },
    });
    expect(await preview.change(AGENT, await proposed(FILES))).toMatchObject({ isLate, differences: undefined });
    expect((await preview.change(AGENT, await proposed(FILES, "feature"))).isLate).toBe(isLate);
  });

  it.each<[string, number | undefined, string | undefined, string | undefined]>([
    ["fails now and would not", 1, "No.", undefined],
    ["would fail and does not now", 0, undefined, "No."],
    ["fails either way", undefined, "No.", "No."],
  ])("has no differences where it %s", async (_, failing, before, after) => {
    const { preview } = previewOf({
      compile: (request) => {
        if (failing === undefined || request.environment?.version === failing) throw new CompileFailed("No.", []);
        return fileOf(request);
      },
    });
    expect(await preview.change(AGENT, await proposed(FILES))).toMatchObject({
      ...{ before: { error: before }, after: { error: after }, differences: undefined },
    });
  });
});
