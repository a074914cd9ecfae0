import type { Catalog, CatalogPreview } from "@gatehouse/core/catalogs";
import { GatehouseError } from "@gatehouse/core/errors";
import type { AgentView } from "@gatehouse/core/nodes";
import { describe, expect, it } from "vitest";
import { aNode, anAgent, serveApi } from "../api.test.helper.js";

const agent = (family: AgentView["family"], certname?: string): AgentView => ({
  ...anAgent(`${family}-1`),
  family,
  aliases: certname === undefined ? [] : [{ family, kind: "certname", value: certname }],
});
const catalog = {
  ...{ tags: [], name: "web01", version: 1795255200, code_id: null, catalog_uuid: "u", catalog_format: 2 },
  environment: "production",
  resources: [
    { type: "File", title: "/a", tags: [], exported: false, kind: "compilable_type", parameters: { mode: "0600" } },
  ],
  edges: [{ source: "Class[main]", target: "File[/a]" }],
  classes: [],
} as const satisfies Catalog;

async function house(agents: readonly AgentView[], of: CatalogPreview["of"] = async () => catalog) {
  const asked: unknown[] = [];
  const registration = { keyName: null, keyRevoked: false, firstAt: new Date(0), lastAt: new Date(0), times: 1 };
  const { call } = await serveApi({
    registry: {
      find: async () => [aNode({ agents })],
      registrations: async () => [
        { ...registration, agentId: "dsc-1", role: "certificate", detail: { extensions: { pp_role: "other" } } },
        {
          ...registration,
          agentId: "puppet-1",
          role: "certificate",
          detail: { extensions: { pp_role: "web", odd: 1 } },
        },
      ],
    },
    submissions: { settled: async () => true },
    catalogs: {
      of: async (said) => {
        asked.push(said);
        return of(said);
      },
    },
  });
  return { asked, show: () => call("viewer", "GET", "/nodes/web01/catalog") };
}

describe("the catalog of a node", () => {
  it("is that of its Puppet agent, with what was kept of its certificate", async () => {
    const { asked, show } = await house([agent("dsc"), agent("puppet", "web01")]);
    const answer = await show();
    expect([answer.status, answer.json]).toEqual([200, catalog]);
    expect(asked).toEqual([{ certname: "web01", extensions: { pp_role: "web" } }]);
  });

  it.each([[[]], [[agent("dsc", "web01")]], [[agent("puppet")]]])(
    "is none without such an agent (%#)",
    async (agents) => {
      const { asked, show } = await house(agents);
      expect([(await show()).status, asked]).toEqual([404, []]);
    },
  );

  it("is refused with the reason that the agent is told", async () => {
    const { show } = await house([agent("puppet", "web01")], () =>
      Promise.reject(new GatehouseError("catalog-failed", "Groups x and y have one priority")),
    );
    const answer = await show();
    expect([answer.status, answer.text]).toEqual([409, expect.stringContaining("Groups x and y have one priority")]);
  });
});
