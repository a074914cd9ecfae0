import { type Catalog, type CatalogRequest, type CatalogResource, CompileFailed } from "@gatehouse/core/catalogs";
import { fixedClock } from "@gatehouse/core/clock";
import { describe, expect, it } from "vitest";
import { type CatalogParts, createCatalogs } from "./catalogs.js";
import { createDeclaredCatalogs } from "./declared.js";
import { requestFor, versionOf } from "./ruby/ruby.test.helper.js";

const motd: CatalogResource = {
  ...{ type: "File", title: "/etc/motd", tags: ["file"], exported: false, kind: "compilable_type" },
  ...{ file: "/environments/production/manifests/site.pp", line: 3 },
};
const compiled: Catalog = {
  ...{ tags: [], name: "web01.example.org", version: 1, code_id: "1", catalog_uuid: "u", catalog_format: 2 },
  ...{ environment: "production", resources: [motd], edges: [{ source: "Class[main]", target: "File[/etc/motd]" }] },
  classes: [],
};
const made = {
  catalog: compiled,
  json: Buffer.from(JSON.stringify(compiled)),
  exported: [],
  logs: [],
  milliseconds: 5,
};
const production = versionOf({ "manifests/site.pp": "include a" });

function house(said: Partial<CatalogParts> = {}) {
  const asked: CatalogRequest[] = [];
  const catalogs = createCatalogs({
    declared: createDeclaredCatalogs(fixedClock("2026-11-21T10:00:00Z")),
    compiler: async () => ({
      compile: async (request) => {
        asked.push(request);
        return made;
      },
    }),
    hasCode: async () => true,
    ...said,
  });
  const compile = (settings: CatalogRequest["settings"] = {}, more: Partial<CatalogRequest> = {}) =>
    catalogs.compile(requestFor(production, { settings, ...more }));
  return { asked, compile };
}
const missing = { compiler: async () => ({ missing: "No Ruby was found: install one." }) };
const codeless = { hasCode: async () => false };

describe("where a catalog comes from", () => {
  it("is the compiler for an environment with a site manifest, and for a node with classes", async () => {
    const { asked, compile } = house();
    expect(await compile()).toBe(made);
    const other = house(codeless);
    expect(await other.compile({ "puppet.classes": { ntp: {} } })).toBe(made);
    expect([asked.length, other.asked.length]).toEqual([1, 1]);
  });

  it("is what is declared for all others, and no compiler is asked for", async () => {
    const compiler = async () => {
      throw new Error("it is not needed");
    };
    const { compile } = house({ ...codeless, compiler });
    const { catalog, json } = await compile({ "puppet.classes": {}, "puppet.resources": { "Notify[a]": {} } });
    expect([catalog.resources.at(-1)?.title, json]).toEqual(["a", undefined]);
    const nowhere = await house({ compiler }).compile({}, { environment: undefined });
    expect(nowhere.catalog.resources).toHaveLength(3);
  });

  it("is told, with the reason and what to do, where there is no compiler", async () => {
    const refused = (why: string) =>
      expect.objectContaining({ code: "not-available", message: `${why}. No Ruby was found: install one.` });
    await expect(house(missing).compile()).rejects.toThrow(
      refused("The site manifest of environment production takes a compiler of Puppet code"),
    );
    await expect(house({ ...missing, ...codeless }).compile({ "puppet.classes": { ntp: {} } })).rejects.toThrow(
      refused("The class ntp (setting puppet.classes) takes a compiler of Puppet code"),
    );
    expect((await house({ ...missing, ...codeless }).compile()).catalog.resources).toHaveLength(3);
  });

  it("passes on what the code fails with", async () => {
    const failed = new CompileFailed("Syntax error", []);
    const { compile } = house({ compiler: async () => ({ compile: () => Promise.reject(failed) }) });
    await expect(compile()).rejects.toBe(failed);
  });
});

describe("what is declared beside Puppet code", () => {
  const withResources = (resources: object) => house().compile({ "puppet.resources": resources });

  it("is added behind it, and may relate to it", async () => {
    const { catalog, json, milliseconds } = await withResources({
      "Notify[late]": { require: ["File[/etc/motd]", "Notify[early]"] },
      "Notify[early]": { message: "%{facts.os.family}" },
    });
    expect(catalog.resources.map(({ title }) => title)).toEqual(["/etc/motd", "early", "late"]);
    expect(catalog.resources[1]?.parameters).toEqual({ message: "Debian" });
    expect(catalog.edges.slice(1)).toEqual([
      { source: "Class[main]", target: "Notify[early]" },
      { source: "Class[main]", target: "Notify[late]" },
    ]);
    // What is written is the same, so that numbers of the code stay as Ruby wrote them.
    expect([JSON.parse(json?.toString() ?? ""), milliseconds, compiled.resources.length]).toEqual([catalog, 5, 1]);
  });

  it("is none where a group says nothing", async () => {
    expect(await withResources({})).toBe(made);
  });

  it.each([
    [
      "what the code has as well",
      { "File[/etc/motd]": {} },
      "Duplicate declaration: File[/etc/motd] is declared at (file: /environments/production/manifests/site.pp, line: 3) and in the setting puppet.resources; take one of them out.",
    ],
    [
      "what is nowhere",
      { "Notify[a]": { before: "Service[x]" } },
      "Could not find resource 'Service[x]' in parameter 'before' of Notify[a]",
    ],
  ])("fails for %s", async (_, resources, message) => {
    await expect(withResources(resources)).rejects.toThrow(
      expect.objectContaining({ code: "catalog-failed", message }),
    );
  });
});
