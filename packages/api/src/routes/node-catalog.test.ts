import type { Catalog, CatalogPreview, Preview } from "@gatehouse/core/catalogs";
import { GatehouseError } from "@gatehouse/core/errors";
import type { AgentView } from "@gatehouse/core/nodes";
import { describe, expect, it, vi } from "vitest";
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

const preview: Preview = {
  ...{ environment: "production", version: 7, logs: [], milliseconds: 12.5, catalog, error: undefined },
};
const log = { level: "warning", message: "old", file: "/a.pp", line: 1 } as const;
const failed: Preview = {
  ...{ environment: "staging", version: undefined, logs: [log], milliseconds: undefined },
  ...{ catalog: undefined, error: "Groups x and y have one priority" },
};

async function house(agents: readonly AgentView[], of: CatalogPreview["of"] = async () => preview) {
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
      of: async (...said) => {
        asked.push(...said);
        return of(...said);
      },
      change: () => Promise.reject(new Error("nobody asks")),
    },
  });
  const compile = (body: object, role: "viewer" | "operator" = "operator") =>
    call(role, "POST", "/nodes/web01/catalog", body);
  return { asked, call, compile, show: () => call("viewer", "GET", "/nodes/web01/catalog") };
}

describe("the catalog of a node", () => {
  it("is that of its Puppet agent, with what was kept of its certificate", async () => {
    const { asked, show } = await house([agent("dsc"), agent("puppet", "web01")]);
    const answer = await show();
    expect([answer.status, answer.json]).toEqual([200, catalog]);
    expect(asked).toEqual([{ certname: "web01", extensions: { pp_role: "web" } }]);
  });

  it("is made for one operator two times at once, and for others meanwhile", async () => {
    let end: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const { asked, show, call } = await house([agent("puppet", "web01")], async () => {
      await ended;
      return preview;
    });
    const first = [show(), show()];
    await vi.waitFor(() => expect(asked).toHaveLength(2));
    expect(await show()).toMatchObject({ status: 503, json: { code: "overloaded" } });
    const other = call("admin", "GET", "/nodes/web01/catalog");
    await vi.waitFor(() => expect(asked).toHaveLength(3));
    end();
    expect((await Promise.all([...first, other])).map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  it.each([[[]], [[agent("dsc", "web01")]], [[agent("puppet")]]])(
    "is none without such an agent (%#)",
    async (agents) => {
      const { asked, show } = await house(agents);
      expect([(await show()).status, asked]).toEqual([404, []]);
    },
  );

  it("is refused with the reason that the agent is told", async () => {
    const { show } = await house([agent("puppet", "web01")], async () => failed);
    const answer = await show();
    expect([answer.status, answer.text]).toEqual([409, expect.stringContaining("Groups x and y have one priority")]);
  });
});

describe("a catalog that is compiled to be looked at", () => {
  const agents = [agent("puppet", "web01")];

  it.each([{}, { facts: { os: { family: "Debian" } } }, { version: 3, environment: "staging" }])(
    "is made as %j has it",
    async (wish) => {
      const { asked, compile } = await house(agents);
      const answer = await compile(wish);
      const said = { environment: "production", version: 7, milliseconds: 12.5, error: null, logs: [], catalog };
      expect([answer.status, answer.json]).toEqual([200, said]);
      expect(asked).toEqual([{ certname: "web01", extensions: { pp_role: "web" } }, wish]);
    },
  );

  it("is an answer where there is none, with what the code said", async () => {
    const { compile } = await house(agents, async () => failed);
    const { error } = failed;
    expect(await compile({})).toMatchObject({
      status: 200,
      json: { environment: "staging", version: null, milliseconds: null, error, logs: [log], catalog: null },
    });
  });

  it.each<[GatehouseError, number]>([
    [new GatehouseError("not-found", "There is no version 9 of environment production, or not any more."), 404],
    [new GatehouseError("request-malformed", "The facts are those of web02, not of web01."), 400],
    [new GatehouseError("overloaded", "The compiler has 100 catalogs to make already."), 503],
    [new GatehouseError("not-available", "There is no Ruby."), 501],
  ])("is refused: %s", async (error, status) => {
    const { compile } = await house(agents, () => Promise.reject(error));
    const answer = await compile({});
    expect([answer.status, answer.text]).toEqual([status, expect.stringContaining(error.message)]);
  });

  it.each([{ facts: [] }, { facts: "x" }, { version: 0 }, { version: "1" }, { environment: "" }, { more: 1 }])(
    "is none for %j",
    async (wish) => {
      const { asked, compile } = await house(agents);
      expect([(await compile(wish)).status, asked]).toEqual([400, []]);
    },
  );

  it("is none for a node without such an agent, and not for viewers", async () => {
    const { asked, compile } = await house([agent("dsc", "web01")]);
    expect([(await compile({})).status, (await compile({}, "viewer")).status, asked]).toEqual([404, 403, []]);
  });
});
