import { deflateSync } from "node:zlib";
import { CompileFailed } from "@gatehouse/core/catalogs";
import { GatehouseError } from "@gatehouse/core/errors";
import { decode } from "@msgpack/msgpack";
import { describe, expect, it, vi } from "vitest";
import { emptyCatalog } from "../../catalogs/render.js";
import { made } from "../../fake-v3.test.helper.js";
import { type Sent, serve, verified } from "../../puppet.test.helper.js";
import { facts, form, house, NODE, PATH, peer, resource, rich, semver, withFacts } from "./catalog.test.helper.js";

describe("a catalog", () => {
  it("is made of the facts that were sent, the certificate, and what groups give with these facts", async () => {
    const { ask, asked, resolved, submitted } = await house({ settings: { "puppet.parameters": { a: 1 } } });
    const answer = await ask({ ...withFacts, transaction_uuid: "t-1" });
    expect([answer.status, answer.type]).toEqual([200, "application/vnd.puppet.rich+json; charset=utf-8"]);
    expect(JSON.parse(answer.text)).toMatchObject({ name: NODE, version: 7, resources: [resource] });
    expect(asked).toEqual([
      {
        certname: NODE,
        nodeId: `node of ${NODE}`,
        environment: expect.objectContaining({ name: "production", version: 1 }),
        environmentName: "production",
        facts: facts.values,
        factsText: JSON.stringify(facts),
        trusted: {
          authenticated: "remote",
          certname: NODE,
          extensions: { pp_role: "web" },
          hostname: "web01",
          domain: "example.org",
          external: {},
        },
        settings: { "puppet.parameters": { a: 1 } },
        signal: expect.any(AbortSignal),
      },
    ]);
    expect(resolved).toEqual([[`node of ${NODE}`, { source: "puppet", facts: facts.values }]]);
    expect(submitted).toEqual([
      { agentId: `agent of ${NODE}`, kind: "puppet.facts", body: Buffer.from(JSON.stringify(facts)) },
    ]);
  });

  it("by GET is the same, with compressed facts too", async () => {
    const { send, asked, submitted } = await house();
    const packed = deflateSync(JSON.stringify(facts)).toString("base64");
    const query = new URLSearchParams({
      ...{ environment: "production", facts_format: "b64_zlib_pson", facts: encodeURIComponent(packed) },
    });
    const answer = await send("GET", `${PATH}?${query}`, { peer, headers: { Accept: "pson, yaml" } });
    expect([answer.status, answer.type]).toEqual([200, "text/pson"]);
    expect(asked[0]?.facts).toEqual(facts.values);
    expect(submitted).toHaveLength(1);
  });

  it("without facts is made of those that are stored", async () => {
    const { ask, asked, resolved, submitted } = await house();
    expect((await ask({})).status).toBe(200);
    expect(asked[0]?.facts).toEqual({ stored: true });
    expect(resolved).toEqual([[`node of ${NODE}`, undefined]]);
    expect(submitted).toEqual([]);
  });

  it("that fails is a 500 with its reason, and the facts are stored nevertheless", async () => {
    const fails = new GatehouseError("catalog-failed", "Evaluation Error: x (file: /a.pp, line: 1) on node web01");
    const { ask, submitted } = await house({ fails });
    const answer = await ask(withFacts);
    expect([answer.status, answer.type]).toEqual([500, "application/json;charset=utf-8"]);
    expect(JSON.parse(answer.text)).toEqual({
      message: `Server Error: ${fails.message}`,
      issue_kind: "RUNTIME_ERROR",
    });
    expect(submitted).toHaveLength(1);
  });

  it("is kept before it is given, with what was said of it and what it exports", async () => {
    const exported = [{ type: "Host", title: "a", tags: [], parameters: {} }];
    const logs = [{ level: "warning" as const, message: "old", file: "/a.pp", line: 1 }];
    const { ask, kept } = await house({ said: { exported, logs, milliseconds: 12 } });
    const { catalog_uuid } = JSON.parse((await ask(withFacts)).text);
    expect(kept).toEqual([
      {
        ...{ nodeId: `node of ${NODE}`, certname: NODE, environment: "production", version: 1, milliseconds: 12, logs },
        result: expect.objectContaining({
          catalog: expect.objectContaining({ catalog_uuid, resources: [resource] }),
          exported,
        }),
      },
    ]);
  });

  it("that fails is kept as a failure, with what was said before; what is our fault is not", async () => {
    const logs = [{ level: "notice" as const, message: "before" }];
    const { ask, kept } = await house({ fails: new CompileFailed("Evaluation Error: x", logs) });
    await ask(withFacts);
    expect(kept).toEqual([
      {
        ...{ nodeId: `node of ${NODE}`, certname: NODE, environment: "production", version: 1, logs },
        ...{ milliseconds: expect.any(Number), result: { error: "Evaluation Error: x" } },
      },
    ]);
    const other = await house({ fails: new GatehouseError("internal", "No process starts.") });
    expect([(await other.ask(withFacts)).status, other.kept]).toEqual([500, []]);
  });

  it("that too many wait for is a 503 that says when to come again", async () => {
    const fails = new GatehouseError("overloaded", "The compiler has 100 catalogs to make already.", {
      retryAfterSeconds: 20,
    });
    const { ask, kept } = await house({ fails });
    const answer = await ask(withFacts);
    expect([answer.status, answer.headers["retry-after"], kept]).toEqual([503, "20", []]);
    expect(JSON.parse(answer.text).message).toBe(fails.message);
  });

  it("that one node asks for a third time at once is a 503, and another node gets its own", async () => {
    const { ask, send, asked, release } = await house({ held: true });
    const first = [ask(withFacts), ask(withFacts)];
    await vi.waitFor(() => expect(asked).toHaveLength(2));
    const third = await ask(withFacts);
    expect([third.status, third.headers["retry-after"]]).toEqual([503, expect.stringMatching(/^\d+$/)]);
    expect(JSON.parse(third.text).message).toBe("No more than 2 catalogs of one node are taken at once");
    const path = "/puppet/v3/catalog/web02.example.org?environment=production";
    const other = send("GET", path, { peer: verified("web02.example.org"), headers: rich });
    await vi.waitFor(() => expect(asked).toHaveLength(3));
    release();
    expect((await Promise.all([...first, other])).map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await ask(withFacts)).status).toBe(200);
  });

  it("that takes a compiler, where there is none, is a 501 that says so", async () => {
    const { ask } = await house({ fails: new GatehouseError("not-available", "There is no Ruby.") });
    const answer = await ask(withFacts);
    expect([answer.status, JSON.parse(answer.text).message]).toEqual([501, "There is no Ruby."]);
  });

  it("that is written already is passed on as it is, to who takes it so", async () => {
    const json = Buffer.from('{"name": "as written", "source": "puppet:///modules", "code_id": "1" }\n');
    const said = { json };
    const { ask } = await house({ said });
    expect((await ask(withFacts)).bytes).toEqual(json);
    const asStatic = await ask({ ...withFacts, static_catalog: "true", checksum_type: "md5" });
    expect(JSON.parse(asStatic.text)).toMatchObject({
      ...{ name: "as written", metadata: { "/a": { checksum: { type: "md5" } } }, recursive_metadata: {} },
    });
    // Where nothing of it comes out of a module, it is not read.
    said.json = Buffer.from('{"name": "as written", "code_id": "1" }\n');
    const nothing = await ask({ ...withFacts, static_catalog: "true", checksum_type: "md5" });
    expect(nothing.text).toBe('{"name": "as written", "code_id": "1" ,"metadata":{},"recursive_metadata":{}}');
    said.json = json;
    const plain = await ask(withFacts, { headers: { Accept: "application/json" } });
    expect(JSON.parse(plain.text)).toMatchObject({ name: NODE, resources: [{ parameters: { content: "1.2.3" } }] });
  });

  it("is refused where groups do not agree, with both named, and that is kept", async () => {
    const conflict = { setting: "puppet.resources", path: ["File[/a]", "mode"], groups: ["x", "y"] as const };
    const resolution = { settings: { "puppet.environment": "staging" }, conflicts: [conflict] };
    const { send, environments, kept } = await serve({ assignments: { resolved: async () => resolution } });
    environments.deploy("staging", {});
    const target = `${PATH}?environment=production&check_environment=true`;
    const answer = await send("GET", target, { peer, headers: rich });
    expect(answer.status).toBe(500);
    const error =
      "Groups x and y have one priority and give different values for parameter mode of File[/a]; give one of them a higher priority.";
    expect(JSON.parse(answer.text).message).toBe(`Server Error: ${error}`);
    expect(kept).toMatchObject([{ certname: NODE, environment: "staging", logs: [], result: { error } }]);
  });

  it.each<[string, string, unknown]>([
    ["application/vnd.puppet.rich+json, application/json", "application/vnd.puppet.rich+json; charset=utf-8", semver],
    ["application/json, application/vnd.puppet.rich+json", "application/json;charset=utf-8", "1.2.3"],
    ["text/pson", "text/pson", "1.2.3"],
    ["pson, b64_zlib_yaml", "text/pson", "1.2.3"],
    ["*/*", "application/vnd.puppet.rich+json; charset=utf-8", semver],
    ["dot, application/vnd.puppet.rich+msgpack", "application/vnd.puppet.rich+msgpack", semver],
    ["application/x-msgpack, application/json", "application/x-msgpack", "1.2.3"],
  ])("for who accepts %s is %s", async (Accept, type, content) => {
    const { ask } = await house();
    const answer = await ask({}, { headers: { Accept } });
    expect([answer.status, answer.type]).toEqual([200, type]);
    const said = type.endsWith("msgpack") ? decode(answer.bytes) : JSON.parse(answer.text);
    expect(said).toMatchObject({ resources: [{ parameters: { content } }] });
  });

  it("of an administrator's own node makes it known, which no other call does", async () => {
    const name = "puppet.example.org";
    const administrator = verified(name, { pp_cli_auth: "true" });
    const { send, submitted } = await house();
    const answer = await send("POST", `/puppet/v3/catalog/${name}?environment=production`, {
      peer: administrator,
      headers: { ...form, ...rich },
      body: new URLSearchParams({ ...withFacts, facts: JSON.stringify({ ...facts, name }) }).toString(),
    });
    expect(answer.status).toBe(200);
    expect(submitted).toMatchObject([{ agentId: `agent of ${name}` }]);
  });

  it("of a name that never called, for who a rule lets ask, is that of a node that has nothing", async () => {
    const rule = {
      ...{ name: "compilers", "sort-order": 1, allow: "compiler" },
      "match-request": { path: "/puppet/v3/catalog", type: "path" },
    } as const;
    const { send, submitted } = await serve({
      config: { authorization: { rules: [rule] } },
      catalogs: {
        compile: async ({ certname, nodeId, facts: said, trusted, settings, environmentName }) => {
          expect([nodeId, said, settings, trusted["extensions"]]).toEqual([undefined, facts.values, {}, {}]);
          return made(emptyCatalog(certname, environmentName));
        },
      },
    });
    const answer = await send("POST", `${PATH}?environment=production`, {
      peer: verified("compiler", { pp_role: "x" }),
      headers: { ...form, ...rich },
      body: new URLSearchParams(withFacts).toString(),
    });
    expect([answer.status, submitted]).toEqual([200, []]);
  });
});

describe("the environment of a catalog", () => {
  const checked = { check_environment: "true" };

  it.each<[string, object, string, string]>([
    ["the one asked for", {}, "staging", "staging"],
    ["the default where there is none of that name", {}, "nosuch", "production"],
    ["the one that an operator gives", { "puppet.environment": "staging" }, "production", "staging"],
    ["the one that an operator gives, deployed or not", { "puppet.environment": "later" }, "production", "later"],
  ])("is %s", async (_, settings, requested, expected) => {
    const { ask, asked, lines } = await house({ settings });
    const answer = await ask({ environment: requested }, {}, requested);
    const warned = lines.filter(({ level }) => level === "warn").map(({ fields }) => fields["environment"]);
    expect(warned).toEqual(expected === "later" ? ["later"] : []);
    expect(JSON.parse(answer.text)).toMatchObject({ environment: expected, resources: [resource] });
    expect(asked[0]?.environmentName).toBe(expected);
    expect(asked[0]?.environment?.name).toBe(expected === "later" ? undefined : expected);
  });

  it("is told to who checks it, in an empty catalog", async () => {
    const { ask, asked, submitted } = await house({ settings: { "puppet.environment": "staging" } });
    const answer = await ask({ ...withFacts, ...checked });
    expect(answer.status).toBe(200);
    expect(Object.entries(JSON.parse(answer.text))).toEqual([
      ["tags", []],
      ["name", NODE],
      ["version", null],
      ["code_id", null],
      ["catalog_uuid", expect.stringMatching(/^[0-9a-f-]{36}$/)],
      ["catalog_format", 2],
      ["environment", "staging"],
      ["resources", []],
      ["edges", []],
      ["classes", []],
    ]);
    expect(asked).toEqual([]);
    expect(submitted).toHaveLength(1);
    expect(JSON.parse((await ask({ ...withFacts, ...checked }, {}, "staging")).text).resources).toHaveLength(1);
  });

  it.each([
    ["", 400, "Bad Request: An environment parameter must be specified"],
    ["a/b", 400, "Bad Request: The environment must be purely alphanumeric, not 'a/b'"],
    ["../production", 400, "Bad Request: The environment must be purely alphanumeric, not '../production'"],
  ])("is no %j", async (environment, status, message) => {
    const { ask, submitted } = await house();
    const answer = await ask(withFacts, {}, encodeURIComponent(environment));
    expect([answer.status, JSON.parse(answer.text).message]).toEqual([status, message]);
    expect(submitted).toEqual([]);
  });
});

describe("a request for a catalog that does not fit (T9, T10, T20)", () => {
  it.each<[string, Record<string, string>, Sent, number]>([
    [
      "facts of another node",
      { ...withFacts, facts: encodeURIComponent(JSON.stringify({ ...facts, name: "x" })) },
      {},
      500,
    ],
    ["half the facts", { ...withFacts, facts: withFacts.facts.slice(0, 30) }, {}, 500],
    ["facts without a format", { facts: withFacts.facts }, {}, 500],
    ["an unknown format", { ...withFacts, facts_format: "yaml" }, {}, 500],
    ["nothing that it accepts", withFacts, { headers: { Accept: "image/png" } }, 406],
    ["too long a body", { x: "y".repeat(9 << 20) }, {}, 413],
    ["a body that is compressed", withFacts, { headers: { "Content-Encoding": "gzip" } }, 415],
  ])("%s: nothing is stored, and no catalog made", async (_, said, more, status) => {
    const { ask, asked, submitted } = await house();
    expect((await ask(said, more)).status).toBe(status);
    expect([asked, submitted]).toEqual([[], []]);
  });

  it("without Accept is told so", async () => {
    const { send } = await house();
    const answer = await send("GET", `${PATH}?environment=production`, { peer });
    expect([answer.status, JSON.parse(answer.text)]).toEqual([
      400,
      { message: "Bad Request: Missing required Accept header", issue_kind: "MISSING_HEADER_FIELD" },
    ]);
  });

  it("twice is answered twice", async () => {
    const { ask, asked, submitted } = await house();
    await Promise.all([ask(withFacts), ask(withFacts)]);
    expect([asked.length, submitted.length]).toEqual([2, 2]);
  });
});
