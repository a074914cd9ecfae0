import type { CatalogRequest } from "@gatehouse/core/catalogs";
import { GatehouseError } from "@gatehouse/core/errors";
import { describe, expect, it } from "vitest";
import { emptyCatalog } from "../../catalogs/render.js";
import { made } from "../../fake-v3.test.helper.js";
import { serve, verified } from "../../puppet.test.helper.js";

const NODE = "web01.example.org";
const PATH = "/puppet/v4/catalog";
const rule = {
  ...{ name: "console", "sort-order": 1, allow: "console" },
  "match-request": { path: PATH, type: "path" },
} as const;
const peer = verified("console");
const least = { certname: NODE, environment: "production", persistence: { facts: false, catalog: false } };
const facts = { values: { os: { family: "Debian" } } };

const logs = (["debug", "notice", "warning", "err"] as const).map((level) => ({ level, message: level }));

async function house(fails?: GatehouseError, text?: string) {
  const asked: CatalogRequest[] = [];
  const served = await serve({
    config: { authorization: { rules: [rule] } },
    assignments: { resolved: async () => ({ settings: { "puppet.environment": "staging" }, conflicts: [] }) },
    catalogs: {
      compile: async (request) => {
        asked.push(request);
        if (fails !== undefined) throw fails;
        return made(emptyCatalog(request.certname, request.environmentName), {
          logs,
          ...(text === undefined ? {} : { json: Buffer.from(text) }),
        });
      },
    },
  });
  served.environments.deploy("staging", {});
  // The node's own call makes it known.
  await served.send("GET", `/puppet/v3/node/${NODE}?environment=production`, { peer: verified(NODE) });
  const ask = (body: unknown) =>
    served.send("POST", PATH, { peer, body: typeof body === "string" ? body : JSON.stringify(body) });
  return { ...served, asked, ask };
}

describe("POST /puppet/v4/catalog", () => {
  it("is for nobody, by the default rules", async () => {
    const { send } = await serve();
    expect((await send("POST", PATH, { peer: verified(NODE), body: JSON.stringify(least) })).status).toBe(403);
  });

  it("answers with the catalog of a node, in the environment that it has", async () => {
    const { ask, asked, submitted, kept } = await house();
    const answer = await ask({ ...least, facts, transaction_uuid: "t", job_id: "1" });
    expect([answer.status, answer.type]).toEqual([200, "application/json;charset=utf-8"]);
    const { catalog, ...others } = JSON.parse(answer.text);
    expect([catalog.name, catalog.environment, others]).toEqual([NODE, "staging", {}]);
    expect(asked[0]).toMatchObject({ nodeId: `node of ${NODE}`, facts: facts.values });
    expect(asked[0]?.trusted).toMatchObject({ certname: NODE, extensions: {} });
    expect([submitted, kept]).toEqual([[], []]);
  });

  it("does as it is told: facts and catalog are kept, the requested environment comes first, what is trusted is believed", async () => {
    const { ask, asked, submitted, kept } = await house();
    const options = { capture_logs: true, log_level: "info", prefer_requested_environment: true };
    const persistence = { facts: true, catalog: true };
    const answer = await ask({ ...least, facts, persistence, options, trusted_facts: { values: { certname: "x" } } });
    expect(JSON.parse(answer.text)).toMatchObject({ catalog: { environment: "production" }, logs: logs.slice(1) });
    expect(kept).toMatchObject([{ certname: NODE, environment: "production", logs }]);
    expect(asked[0]?.trusted).toEqual({ certname: "x" });
    const body = Buffer.from(JSON.stringify({ name: NODE, ...facts }));
    expect(submitted).toEqual([{ agentId: `agent of ${NODE}`, kind: "puppet.facts", body }]);
  });

  it("answers with the text that the compiler wrote, number by number", async () => {
    const { ask } = await house(undefined, '{"a":1.0,"b":9223372036854775807}');
    const { text } = await ask({ ...least, facts, options: { capture_logs: true, log_level: "err" } });
    expect(text).toBe('{"catalog":{"a":1.0,"b":9223372036854775807},"logs":[{"level":"err","message":"err"}]}');
  });

  it("knows nothing of a name that never called", async () => {
    const { ask, asked, submitted } = await house();
    expect((await ask({ ...least, certname: "new", facts, persistence: { facts: true, catalog: false } })).status).toBe(
      200,
    );
    expect([asked[0]?.nodeId, asked[0]?.settings, submitted]).toEqual([undefined, {}, []]);
  });

  it("says in a text why there is none", async () => {
    const { ask } = await house(new GatehouseError("catalog-failed", "Could not find class x"));
    expect(await ask(least)).toMatchObject({
      status: 500,
      type: "text/plain;charset=utf-8",
      text: "Could not find class x",
    });
  });

  it.each<[string, unknown, string]>([
    ["no JSON", "{", "Invalid input: Could not intern from json: it is no json"],
    ["nothing", "", "Invalid input: Could not intern from json: the body is empty"],
    ["a list", [], "Invalid input: the body must be object"],
    ["no name", { ...least, certname: undefined }, "Invalid input: the body must have required property 'certname'"],
    ["an environment with a path", { ...least, environment: "../x" }, "Invalid input: /environment must match pattern"],
    [
      "half of what is to be kept",
      { ...least, persistence: { facts: true } },
      "Invalid input: /persistence must have required",
    ],
    ["facts that are a list", { ...least, facts: { values: [] } }, "Invalid input: /facts/values must be object"],
    [
      "facts that could not be stored",
      { ...least, facts: { values: { a: "x".repeat(1 << 20) } } },
      "Invalid input: Facts have at most 1048576 bytes of JSON.",
    ],
    ["more than there is", { ...least, extra: 1 }, "Invalid input: the body must NOT have additional properties"],
    [
      "a nest",
      `{"facts":{"values":${'{"a":'.repeat(40)}1${"}".repeat(42)}`,
      "Invalid input: Could not intern from json",
    ],
  ])("refuses %s, and makes nothing", async (_, body, message) => {
    const { ask, asked } = await house();
    const answer = await ask(body);
    expect([answer.status, answer.type]).toEqual([400, "text/plain;charset=utf-8"]);
    expect(answer.text).toContain(message);
    expect(asked).toEqual([]);
  });
});
