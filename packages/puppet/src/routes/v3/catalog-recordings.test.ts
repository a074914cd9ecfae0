import type { Catalog } from "@gatehouse/core/catalogs";
import { describe, expect, it } from "vitest";
import { emptyCatalog } from "../../catalogs/render.js";
import { made } from "../../fake-v3.test.helper.js";
import { serve, verified } from "../../puppet.test.helper.js";
import { type Recorded, recordings } from "../../recordings.test.helper.js";

const isThere = recordings.size > 0;
const recorded = (file: string, part: string): Recorded[] =>
  (recordings.get(file) ?? []).filter(({ request }) => request.url.includes(part));

/** Sends what was recorded, as it came. */
async function replay(served: Awaited<ReturnType<typeof serve>>, { client, request }: Recorded) {
  const headers = Object.fromEntries(request.headers.filter(([name]) => /^(accept|content-type)$/i.test(name)));
  const body = request.body === undefined ? {} : { body: request.body };
  return served.send(request.method, request.url, { peer: verified(client ?? ""), headers, ...body });
}

const contentTypeOf = ({ response }: Recorded) =>
  response.headers.find(([name]) => name.toLowerCase() === "content-type")?.[1];

describe.skipIf(!isThere)("what real agents asked for", () => {
  it("a node that is new has its name and environment (p7-03)", async () => {
    const [exchange] = recorded("p7-03-first-run", "/node/");
    if (exchange === undefined) throw new Error("the recording has no such exchange");
    const answer = await replay(await serve(), exchange);
    expect([answer.status, answer.type, answer.text]).toEqual([
      exchange.response.status,
      contentTypeOf(exchange),
      exchange.response.body,
    ]);
  });

  it("an agent whose groups give it another environment goes there in the same run (p7-14)", async () => {
    const [first, second, later] = recorded("p7-14-enc", "/catalog/");
    if (first === undefined || second === undefined || later === undefined) throw new Error("the recording is short");
    const served = await serve({
      assignments: { resolved: async () => ({ settings: { "puppet.environment": "staging" }, conflicts: [] }) },
      catalogs: {
        compile: async (asked) => made({ ...emptyCatalog(asked.certname, asked.environmentName), version: 1 }),
      },
    });
    served.environments.deploy("staging", {});
    const empty = await replay(served, first);
    expect([empty.status, empty.type]).toEqual([200, contentTypeOf(first)]);
    const expected = { ...JSON.parse(first.response.body ?? ""), catalog_uuid: expect.any(String) };
    expect(JSON.parse(empty.text)).toEqual(expected);
    expect(Object.keys(JSON.parse(empty.text))).toEqual(Object.keys(expected));
    for (const exchange of [second, later]) {
      const answer = await replay(served, exchange);
      expect(JSON.parse(answer.text)).toMatchObject({ environment: "staging", version: 1 });
    }
    // Each of them brought facts.
    expect(served.submitted.map(({ kind }) => kind)).toEqual(["puppet.facts", "puppet.facts", "puppet.facts"]);
  });

  it("an agent that prefers msgpack takes it (p7-12)", async () => {
    const [exchange] = recorded("p7-12-msgpack", "/catalog/");
    if (exchange === undefined) throw new Error("the recording has no such exchange");
    const served = await serve({
      catalogs: { compile: async ({ certname }) => made(emptyCatalog(certname, "production")) },
    });
    expect((await replay(served, exchange)).type).toBe("application/vnd.puppet.rich+msgpack");
  });

  it("a static catalog holds what puppetserver's has, but for the folder (p7-08)", async () => {
    const [exchange] = recorded("p7-08-csrattr-static", "/catalog/");
    if (exchange === undefined) throw new Error("the recording has no such exchange");
    const { metadata, recursive_metadata, ...plain } = JSON.parse(exchange.response.body ?? "");
    const served = await serve({ catalogs: { compile: async () => made(plain as Catalog) } });
    served.environments.deploy("production", {
      "modules/lab/files/one.txt": "plain file from module\n",
      "modules/lab/files/bin.dat": Buffer.from("AAH//iBiaW5hcnk=", "base64").toString("latin1"),
      "modules/lab/files/tree/top.txt": "top\n",
      "modules/lab/files/tree/link.txt": { link: "top.txt" },
      "modules/lab/files/tree/old.bak": "bak",
      "modules/lab/files/tree/sub/leaf.txt": "sub\n",
    });
    const answer = await replay(served, exchange);
    expect(answer.type).toBe(contentTypeOf(exchange));
    const said = JSON.parse(answer.text);
    expect(Object.keys(said)).toEqual(Object.keys(JSON.parse(exchange.response.body ?? "")));
    expect(comparable(said.metadata)).toEqual(comparable(metadata));
    expect(comparable(said.recursive_metadata)).toEqual(comparable(recursive_metadata));
  });
});

interface Metadata {
  readonly path: string;
  readonly relative_path: string | null;
  readonly checksum: { readonly type: string; readonly value: string };
}

/**
 * Entries by name, without what differs from server to server: the folder, the times, the order in a directory, and the
 * one digest of bytes that are no text, which these environments do not hold.
 */
function comparable(value: unknown): unknown {
  if (Array.isArray(value))
    return (value as Metadata[]).map(comparableOne).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const entries = Object.entries(value as Readonly<Record<string, Metadata>>);
  return Object.fromEntries(
    entries.map(([key, inside]) => [key, "checksum" in inside ? comparableOne(inside) : comparable(inside)]),
  );
}

function comparableOne({ path, checksum, ...others }: Metadata) {
  const differs = checksum.type === "ctime" || path.endsWith("bin.dat");
  return {
    ...others,
    name: others.relative_path ?? "",
    path: path.replace(/^.*\/environments\//, "/environments/"),
    checksum: differs ? { type: checksum.type } : checksum,
  };
}
