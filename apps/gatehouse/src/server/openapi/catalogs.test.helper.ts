import type { Catalog } from "@gatehouse/core/catalogs";
import { createCatalogArchive, SecretBox } from "@gatehouse/store";
import { expect, it } from "vitest";
import type { DocumentedSite } from "./site.test.helper.js";

/** A node's catalogs. */
export function catalogs({ admin, house }: DocumentedSite): void {
  const enrolled = async (certname: string) => {
    const { nodeId } = await house.gateway.registry.enrol({
      ...{ alias: { family: "puppet", kind: "certname", value: certname }, nodeName: certname, evidence: [] },
      ...{ trust: "certificate", role: "certificate", keyId: null, detail: { extensions: { pp_role: "web" } } },
      merge: (before) => before,
    });
    return nodeId;
  };
  const keep = (nodeId: string, certname: string, catalog: Catalog) =>
    createCatalogArchive(house.db, new SecretBox(Buffer.alloc(32))).keep({
      ...{ nodeId, certname, environment: "production", version: 1, milliseconds: 1, logs: [] },
      result: { catalog, exported: [] },
    });

  it("a node's catalog is shown, or why there is none", async () => {
    const certname = "puppet-1.example.org";
    const id = await enrolled(certname);
    const setting = `/nodes/${id}/settings/puppet.resources`;
    const put = (resources: object) => admin("PUT", setting, { value: resources });
    expect((await put({ "File[/a]": { contents: "x" } })).text).toContain('File has no parameter \\"contents\\"');
    const secret = { __ptype: "Sensitive", __pvalue: "s3cr3t" };
    await put({ "File[/a]": { content: secret }, "Notify[%{trusted.extensions.pp_role}]": { before: "File[/a]" } });
    const { json } = await admin("GET", `/nodes/${id}/catalog`);
    expect(json).toMatchObject({ name: certname, environment: "production", code_id: null });
    expect(json.resources.slice(3)).toMatchObject([
      { type: "Notify", title: "web" },
      { type: "File", title: "/a", parameters: { content: "[redacted]" } },
    ]);
    await put({ "Notify[%{facts.role}]": {} });
    const refused = await admin("GET", `/nodes/${id}/catalog`);
    expect([refused.status, refused.json.detail ?? refused.text]).toEqual([
      409,
      expect.stringContaining("%{facts.role} has no value"),
    ]);
    for (const resources of [[], json.resources]) await keep(id, certname, { ...json, resources });
    const { catalogs } = (await admin("GET", `/nodes/${id}/catalogs`)).json;
    expect(catalogs).toMatchObject([{ resources: json.resources.length }, { resources: 0 }]);
    expect((await admin("GET", `/nodes/${id}/catalogs/${catalogs[0].id}`)).json.catalog).toEqual(json);
    const { added } = (await admin("GET", `/nodes/${id}/catalogs/${catalogs[0].id}/differences`)).json;
    expect(added).toHaveLength(json.resources.length);
    expect((await admin("DELETE", `/nodes/${id}`)).status).toBe(200);
  });

  it("a node's catalog is compiled to be looked at, and what a tree would change in it", async () => {
    const certname = "puppet-2.example.org";
    const id = await enrolled(certname);
    await admin("PUT", `/nodes/${id}/settings/puppet.resources`, { value: { "Notify[%{facts.role}]": {} } });
    const compiled = await admin("POST", `/nodes/${id}/catalog`, { facts: { role: "web" } });
    expect(compiled.json).toMatchObject({ environment: "production", version: null, error: null, logs: [] });
    expect(compiled.json.catalog.resources.at(-1)).toMatchObject({ type: "Notify", title: "web" });
    const failed = await admin("POST", `/nodes/${id}/catalog`, {});
    const error = expect.stringContaining("%{facts.role} has no value");
    expect(failed).toMatchObject({ status: 200, json: { error, catalog: null, milliseconds: null } });
    expect((await admin("GET", `/nodes/${id}/catalogs`)).json).toEqual({ catalogs: [] });
    await keep(id, certname, compiled.json.catalog);
    const nodes = [{ id, name: certname }];
    expect((await admin("GET", "/environments/production/nodes")).json).toEqual({ nodes, total: 1 });
    const { sha256, size } = (await admin("POST", "/apply/files", "# nothing else\n")).json;
    const file = { type: "file", path: "site.pp", mode: 0o644, mtime: 1_763_700_000, size, sha256 };
    const compare = (entry: object) =>
      admin("POST", "/environments/production/differences", { entries: [entry], nodes: [certname] });
    expect((await compare(file)).json).toEqual({
      ...{ name: "production", version: null, gaveUp: false },
      nodes: [
        {
          node: nodes[0],
          environment: "production",
          before: { error },
          after: { error },
          logs: [],
          differences: null,
        },
      ],
    });
    expect((await compare({ ...file, sha256: "00".repeat(32) })).status).toBe(409);
    expect((await admin("GET", "/environments")).json).toEqual({ environments: [] });
    expect((await admin("DELETE", `/nodes/${id}`)).status).toBe(200);
  });
}
