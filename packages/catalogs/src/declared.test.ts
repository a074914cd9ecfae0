import type { CatalogRequest } from "@gatehouse/core/catalogs";
import { fixedClock } from "@gatehouse/core/clock";
import { describe, expect, it } from "vitest";
import { createDeclaredCatalogs } from "./declared.js";

const source = createDeclaredCatalogs(fixedClock("2026-11-21T10:00:00Z"));
const facts = { os: { family: "Debian" }, networking: { ip: "192.0.2.1" } };

const compile = async (settings: CatalogRequest["settings"], said: Partial<CatalogRequest> = {}) => {
  const { catalog } = await source.compile({
    certname: "web01.example.org",
    nodeId: "n",
    environment: undefined,
    environmentName: "production",
    facts,
    trusted: { certname: "web01.example.org" },
    settings,
    ...said,
  });
  return catalog;
};
const resources = (declared: object, more: object = {}) => compile({ "puppet.resources": declared, ...more });
const declared = async (said: object, more: object = {}) => (await resources(said, more)).resources.slice(3);
const failed = (message: string | RegExp) =>
  expect.objectContaining({ code: "catalog-failed", message: expect.stringMatching(message) });

describe("a catalog of declared resources", () => {
  it("has what every catalog has, in the wire's order", async () => {
    const catalog = await compile({});
    expect(Object.keys(catalog)).toEqual([
      ...["tags", "name", "version", "code_id", "catalog_uuid", "catalog_format", "environment"],
      ...["resources", "edges", "classes"],
    ]);
    expect(catalog).toEqual({
      tags: ["settings"],
      name: "web01.example.org",
      version: 1795255200,
      code_id: null,
      catalog_uuid: expect.stringMatching(/^[0-9a-f-]{36}$/),
      catalog_format: 2,
      environment: "production",
      resources: [
        {
          type: "Stage",
          title: "main",
          tags: ["stage"],
          exported: false,
          kind: "compilable_type",
          parameters: { name: "main" },
        },
        { type: "Class", title: "Settings", tags: ["class", "settings"], exported: false, kind: "unknown" },
        {
          type: "Class",
          title: "main",
          tags: ["class"],
          exported: false,
          kind: "unknown",
          parameters: { name: "main" },
        },
      ],
      edges: [
        { source: "Stage[main]", target: "Class[Settings]" },
        { source: "Stage[main]", target: "Class[main]" },
      ],
      classes: ["settings"],
    });
  });

  it("names the version of its environment where there is one", async () => {
    const version = { name: "production", codeId: "7", deployedAt: new Date(0), entries: new Map() };
    expect((await compile({}, { environment: { ...version, version: 7 } })).code_id).toBe("7");
    expect((await compile({}, { environment: { ...version, version: 0 } })).code_id).toBeNull();
  });

  it("holds each resource in class main, filled in, after what it needs", async () => {
    const catalog = await resources(
      {
        "File[/etc/%{facts.os.family}]": { content: "%{trusted.certname} %{parameters.role}", require: "Notify[z]" },
        "Notify[z]": {},
      },
      { "puppet.parameters": { role: "web" } },
    );
    expect(catalog.resources.slice(3)).toEqual([
      { type: "Notify", title: "z", tags: ["notify", "z", "class"], exported: false, kind: "compilable_type" },
      {
        type: "File",
        title: "/etc/Debian",
        tags: ["file", "class"],
        exported: false,
        kind: "compilable_type",
        parameters: { content: "web01.example.org web", require: "Notify[z]" },
      },
    ]);
    expect(catalog.edges.slice(2)).toEqual([
      { source: "Class[main]", target: "Notify[z]" },
      { source: "Class[main]", target: "File[/etc/Debian]" },
    ]);
  });

  it("is the same but for its id, whatever the order of what was declared", async () => {
    const a = await resources({ "Notify[a]": { message: "x" }, "Exec[b]": { path: "/bin" } });
    const b = await resources({ "Exec[b]": { path: "/bin" }, "Notify[a]": { message: "x" } });
    expect({ ...a, catalog_uuid: "" }).toEqual({ ...b, catalog_uuid: "" });
    expect(a.catalog_uuid).not.toBe(b.catalog_uuid);
  });

  it("names what agents keep to themselves, and sends it in the clear", async () => {
    const secret = { __ptype: "Sensitive", __pvalue: "%{facts.networking.ip}" };
    expect(await declared({ "File[/a]": { content: secret, mode: "0600" } })).toEqual([
      expect.objectContaining({
        parameters: { content: "192.0.2.1", mode: "0600" },
        sensitive_parameters: ["content"],
      }),
    ]);
  });

  it("keeps rich data, leaves out what is undefined, and takes types of modules", async () => {
    const deferred = { __ptype: "Deferred", name: "upper", arguments: ["%{facts.os.family}"] };
    const [vhost] = await declared({
      "Apache::Vhost[Site A]": { docroot: null, content: deferred, tag: ["Blue", "no tag"] },
    });
    expect(vhost).toMatchObject({
      type: "Apache::Vhost",
      title: "Site A",
      tags: ["blue", "apache::vhost", "apache", "vhost", "class"],
      parameters: { content: { __ptype: "Deferred", name: "upper", arguments: ["Debian"] }, tag: ["Blue", "no tag"] },
    });
    expect(vhost?.parameters).not.toHaveProperty("docroot");
  });

  it("keeps names that every object has as data", async () => {
    const said = JSON.parse('{"Notify[a]": {"__proto__": "x"}}');
    expect(JSON.stringify((await declared(said))[0]?.parameters)).toBe('{"__proto__":"x"}');
  });

  it.each<[string, object, string]>([
    [
      "a variable without a value, naming where",
      { "File[/a]": { content: "%{facts.role}" } },
      "%{facts.role} has no value on this node (File[/a], parameter content).",
    ],
    [
      "a variable in a title",
      { "File[/%{facts.role}]": {} },
      "%{facts.role} has no value on this node (File[/%{facts.role}]).",
    ],
    [
      "two that become one",
      { "File[/%{facts.os.family}]": {}, "File[/Debian]": {} },
      "Duplicate declaration: File[/Debian] is declared as File[/%{facts.os.family}] and as File[/Debian].",
    ],
    [
      "a relation that leads nowhere once it is filled in",
      { "Notify[a]": { require: "File[%{facts.os.family}]" } },
      "Could not find resource 'File[Debian]' in parameter 'require' of Notify[a]",
    ],
    [
      "a circle",
      { "Notify[a]": { before: "Notify[b]" }, "Notify[b]": { before: "Notify[a]" } },
      "Found 1 dependency cycle: (Notify[a] => Notify[b] => Notify[a])",
    ],
  ])("fails for %s", async (_, said, message) => {
    await expect(resources(said)).rejects.toThrow(expect.objectContaining({ code: "catalog-failed", message }));
  });

  it("is bounded", async () => {
    const many = Object.fromEntries(Array.from({ length: 10_001 }, (_, i) => [`Notify[${i}]`, {}]));
    await expect(resources(many)).rejects.toThrow(failed(/at most 10000 resources/));
  });
});

it("a fact that fills it with megabytes makes no catalog, and the next one is made", async () => {
  const content = "%{facts.long}".repeat(10);
  const many = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`File[/${i}]`, { content }]));
  const long = (length: number) => compile({ "puppet.resources": many }, { facts: { long: "x".repeat(length) } });
  await expect(long(1 << 20)).rejects.toEqual(
    failed(/^More than 4194304 characters would be filled in \(File\[\/\d+\]/),
  );
  expect((await long(400)).resources).toHaveLength(1003);
  expect((await long(400)).resources).toHaveLength(1003);
});
