import type { CatalogRequest } from "@gatehouse/core/catalogs";
import { describe, expect, it } from "vitest";
import { made } from "../fake-v3.test.helper.js";
import { world } from "../puppet.test.helper.js";
import { createCatalogPreview } from "./preview.js";
import { emptyCatalog } from "./render.js";

const NODE = "web01.example.org";
const at = new Date(0);
const file = {
  ...{ type: "File", title: "/a", tags: [], exported: false, kind: "compilable_type" as const },
  parameters: { content: "s3cr3t", mode: "0600" },
  sensitive_parameters: ["content"],
};

function previewOf(conflicts: readonly { setting: string; path: string[]; groups: readonly [string, string] }[] = []) {
  const asked: CatalogRequest[] = [];
  const { deps, environments } = world({
    assignments: { resolved: async () => ({ settings: { "puppet.environment": "staging" }, conflicts }) },
    facts: {
      of: async () => [{ source: "puppet", facts: { os: {} }, seenAt: at, changedAt: at }],
      ofAgent: async () => undefined,
    },
    catalogs: {
      compile: async (request) => {
        asked.push(request);
        return made({ ...emptyCatalog(request.certname, request.environmentName), resources: [file] });
      },
    },
    registry: {
      findAgent: async () => ({
        ...{ agentId: "a", nodeId: "n", attributes: {}, settings: {}, state: "active", revision: 1, groupsRevision: 1 },
      }),
      recentAgent: async () => undefined,
      enrol: async () => ({ agentId: "a", nodeId: "n", created: false }),
      touch: () => undefined,
    },
  });
  environments.deploy("staging", {});
  return { asked, preview: createCatalogPreview(deps) };
}

describe("a catalog for operators", () => {
  it("is what the agent would get, of what it said last", async () => {
    const { asked, preview } = previewOf();
    expect(await preview.of({ certname: NODE, extensions: { pp_role: "web" } })).toMatchObject({
      environment: "staging",
    });
    expect(asked).toMatchObject([
      { nodeId: "n", environmentName: "staging", environment: { version: 1 }, facts: { os: {} } },
    ]);
    expect(asked[0]?.trusted).toMatchObject({ certname: NODE, extensions: { pp_role: "web" } });
  });

  it("holds nothing that agents keep to themselves", async () => {
    const { resources } = await previewOf().preview.of({ certname: NODE, extensions: {} });
    expect(resources).toEqual([{ ...file, parameters: { content: "[redacted]", mode: "0600" } }]);
  });

  it("fails where groups do not agree", async () => {
    const { preview } = previewOf([{ setting: "puppet.environment", path: [], groups: ["x", "y"] }]);
    await expect(preview.of({ certname: NODE, extensions: {} })).rejects.toThrow("Groups x and y have one priority");
  });
});
