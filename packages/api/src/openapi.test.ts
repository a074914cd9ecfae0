import { readFileSync } from "node:fs";
import { errorCodes, GatehouseError } from "@gatehouse/core/errors";
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { describe, expect, it } from "vitest";
import { serveApi } from "./api.test.helper.js";
import { refusalsOf } from "./openapi.js";
import { checker } from "./operation/check.js";
import type { JsonSchema } from "./operation/schema.js";
import { apiDocument, apiDocumentText, operations } from "./operations.js";
import { operationsOf } from "./testing/index.js";

const document = JSON.parse(apiDocumentText());
const at = (name: string) => readFileSync(new URL(name, import.meta.url), "utf8");

/** Every object in a JSON value, with its place. */
function* objectsIn(value: unknown, place = "#"): Generator<[place: string, object: JsonSchema]> {
  if (typeof value !== "object" || value === null) return;
  if (!Array.isArray(value)) yield [place, value as JsonSchema];
  for (const [key, item] of Object.entries(value)) yield* objectsIn(item, `${place}/${key}`);
}

function thrownBy(work: () => unknown): unknown {
  try {
    work();
    return undefined;
  } catch (thrown) {
    return thrown;
  }
}

describe("the document", () => {
  it("is the committed one", () => {
    expect(
      at("../openapi.json") === apiDocumentText(),
      "The API has changed. Build, then write its document and the client's types: node packages/api/dist/write-openapi.js && node packages/client/generate.mjs",
    ).toBe(true);
  });

  it("is what is served, to anyone", async () => {
    const { call } = await serveApi();
    const { status, json } = await call(undefined, "GET", "/openapi.json");
    expect(status).toBe(200);
    expect(`${JSON.stringify(json, null, 2)}\n`).toBe(apiDocumentText());
  });

  it("is the same whenever it is made", () => {
    expect(JSON.stringify(apiDocument())).toBe(JSON.stringify(apiDocument()));
  });

  it("is an OpenAPI 3.1 document by the initiative's own schema", () => {
    const ajv = new Ajv2020({ strict: false });
    ajv.addFormat("media-range", true);
    formats.default(ajv);
    // It leaves open what a schema is: the dialect of 3.1 is that of JSON Schema 2020-12.
    const schema = at("testing/oas-3.1.json").replaceAll(
      '"$dynamicRef": "#meta"',
      '"$ref": "https://json-schema.org/draft/2020-12/schema"',
    );
    const validate = ajv.compile(JSON.parse(schema));
    validate(document);
    expect(validate.errors).toBeNull();
    expect(validate({ ...document, paths: { nodes: {} } })).toBe(false);
    expect(validate({ ...document, components: { schemas: { Node: { type: "objekt" } } } })).toBe(false);
  });

  it("refers to nothing that is not there, and holds no schema that nothing refers to", () => {
    const references = new Set(
      [...objectsIn(document)].flatMap(([, { $ref }]) => (typeof $ref === "string" ? $ref : [])),
    );
    const there = new Set(
      ["schemas", "responses"].flatMap((kind) =>
        Object.keys(document.components[kind]).map((name) => `#/components/${kind}/${name}`),
      ),
    );
    expect([...references].toSorted()).toEqual([...there].toSorted());
  });

  it("has one meaning for every name of a schema", () => {
    const meanings = new Map<string, JsonSchema>();
    for (const { body, answers, query = {} } of operations) {
      const schemas = [
        body,
        ...Object.values(answers).map(({ schema }) => schema),
        ...Object.values(query).map(({ schema }) => schema),
      ];
      for (const [name, meaning] of schemas.flatMap((schema) => Object.entries(schema?.components ?? {}))) {
        expect(meanings.get(name) ?? meaning, name).toBe(meaning);
        meanings.set(name, meaning);
      }
    }
  });

  it("says of every object which fields it has and which are always there, or that it is free", () => {
    for (const [place, schema] of objectsIn(document.components.schemas)) {
      // One may have a property of that name.
      const ends = /(?:\/properties)+$/.exec(place)?.[0].split("/properties").length ?? 1;
      if (ends % 2 === 0) continue;
      if (schema["type"] !== "object" && schema["properties"] === undefined) continue;
      if (schema["properties"] === undefined) expect(schema["additionalProperties"], place).not.toBeUndefined();
      else expect(schema, place).toMatchObject({ additionalProperties: false, required: expect.any(Array) });
    }
  });
});

describe("every operation", () => {
  const all = operationsOf(document);

  it("has an id of its own, a summary and a role", () => {
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    for (const { id, role } of all) expect(["anyone", "viewer", "operator", "admin"], id).toContain(role);
    for (const { id, summary } of operations) expect(summary.length, id).toBeGreaterThan(10);
  });

  it("is one that is served, and none is left out", () => {
    const rows = operations.map(({ row }) => row({ protocols: [], documentKinds: [] } as never));
    expect(all.map(({ id, method, role }) => [id, method, role]).toSorted()).toEqual(
      rows
        .map(({ id, method, access }) => [id, method, access.who === "operator" ? access.role : access.who])
        .toSorted(),
    );
  });

  it("names the parts of its path", () => {
    for (const { id, path, parameters } of all) {
      const named = parameters.filter((parameter) => parameter["in"] === "path").map((parameter) => parameter["name"]);
      expect(named, id).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
    }
  });

  it("has schemas that compile: no start does it", () => {
    for (const { id, body, query = {} } of operations) {
      for (const schema of [...(body === undefined ? [] : [body]), ...Object.values(query).map((one) => one.schema)]) {
        const thrown = thrownBy(() => checker(schema, "it")(undefined));
        // What does not compile throws something else.
        if (thrown !== undefined) expect(thrown, id).toBeInstanceOf(GatehouseError);
      }
    }
  });

  it("lists its refusals", () => {
    for (const { id, role, path, requestBody, responses } of all) {
      const statuses = Object.keys(responses).map(Number);
      expect(statuses, id).toEqual(expect.arrayContaining([400, 503]));
      expect(statuses.includes(401), id).toBe(role !== "anyone");
      expect(statuses.includes(403), id).toBe(role === "operator" || role === "admin");
      if (path.includes("{")) expect(statuses, id).toContain(404);
      if (requestBody !== undefined) expect(statuses, id).toContain(413);
      expect(statuses.filter((status) => status < 300).length, id).toBeGreaterThan(0);
    }
  });

  it("has words for every status that it may refuse with, and the errors have it too", () => {
    const known = new Set<number>(Object.values(errorCodes).map(({ status }) => status));
    for (const status of operations.flatMap(refusalsOf)) {
      expect(document.components.responses[`Problem${status}`]?.description).toBeTypeOf("string");
      expect(known).toContain(status);
    }
  });

  it("asks for a token or a certificate, but for the document itself", () => {
    const open = [...objectsIn(document.paths)].filter(([, { security }]) => security !== undefined);
    expect(open.map(([, operation]) => [operation["operationId"], operation["security"]])).toEqual([
      ["api.openapi", []],
    ]);
    expect(document.security).toEqual([{ bearer: [] }, { certificate: [] }]);
    expect(document.components.securitySchemes.certificate.type).toBe("mutualTLS");
    expect(document.components.securitySchemes.bearer).toMatchObject({ type: "http", scheme: "bearer" });
  });
});
