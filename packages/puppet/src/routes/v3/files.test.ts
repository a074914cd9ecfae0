import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { BlobRef } from "@gatehouse/core/content";
import { describe, expect, it, onTestFinished } from "vitest";
import { corpusOf, isSendable } from "../../path-corpus.test.helper.js";
import { nobody, type Sent, serve, stranger, verified } from "../../puppet.test.helper.js";

const NODE = verified("web01.example.org");
const V3 = "/puppet/v3";
const JSON_TYPE = "application/json;charset=utf-8";
const accept = { Accept: "application/json, text/pson" };
const binary = { Accept: "application/octet-stream" };

async function house(said: Parameters<typeof serve>[0] = {}) {
  const served = await serve(said);
  served.environments.deploy("production", {
    "modules/lab/files/one.txt": "plain file from module\n",
    "modules/lab/files/tree/link.txt": { link: "top.txt" },
    "modules/lab/files/tree/top.txt": "top\n",
    "modules/lab/files/ünï code.txt": "x",
    "modules/lab/lib/facter/lab_fact.rb": "fact",
    "secret.txt": "secret",
  });
  const get = (url: string, sent: Sent = {}) =>
    served.send("GET", `${V3}/${url}`, {
      peer: NODE,
      headers: url.startsWith("file_content") ? binary : accept,
      ...sent,
    });
  return { ...served, get };
}

const error = (message: string, kind = "RUNTIME_ERROR") => JSON.stringify({ message, issue_kind: kind });

describe("file_metadata", () => {
  it("is JSON, or PSON for who asks for that first", async () => {
    const { get } = await house();
    const answer = await get("file_metadata/modules/lab/one.txt?environment=production");
    expect(answer).toMatchObject({ status: 200, type: JSON_TYPE });
    expect(JSON.parse(answer.text)).toMatchObject({ type: "file", relative_path: null });
    for (const Accept of ["pson", "text/pson, application/json", "pson, b64_zlib_yaml, yaml, raw"]) {
      const pson = await get("file_metadata/modules/lab/one.txt?environment=production", { headers: { Accept } });
      expect([pson.status, pson.type, pson.text]).toEqual([200, "text/pson", answer.text]);
    }
  });

  it("is JSON for who offers msgpack first", async () => {
    const { get } = await house();
    const headers = { Accept: "application/x-msgpack, application/json, text/pson" };
    expect((await get("file_metadata/modules/lab/one.txt?environment=production", { headers })).type).toBe(JSON_TYPE);
  });

  it("takes the parameters of a form, which old agents make of a long GET", async () => {
    const { send } = await house();
    const headers = { ...accept, "Content-Type": "application/x-www-form-urlencoded" };
    const body = "environment=production&checksum_type=md5&links=manage";
    const answer = await send("POST", `${V3}/file_metadata/modules/lab/one.txt`, { peer: NODE, headers, body });
    expect(JSON.parse(answer.text).checksum.type).toBe("md5");
  });

  it("finds names of any letters, and takes slashes as manifests have them", async () => {
    const { get } = await house();
    for (const key of ["lab/%C3%BCn%C3%AF%20code.txt", "lab//one.txt", "/lab/one.txt", "lab/tree/", "lab%2fone.txt"])
      expect((await get(`file_metadata/modules/${key}?environment=production`)).status).toBe(200);
  });

  it.each([
    ["file_metadata/modules/lab/one.txt", 400, "Bad Request: An environment parameter must be specified"],
    ["file_metadata/modules/lab/one.txt?environment=", 400, "Bad Request: An environment parameter must be specified"],
    [
      "file_metadata/modules/lab/one.txt?environment=../x",
      400,
      "Bad Request: The environment must be purely alphanumeric, not '../x'",
    ],
    ["file_metadata/modules/lab/one.txt?environment=nosuch", 404, "Not Found: Could not find environment 'nosuch'"],
    ["file_metadata/modules?environment=production", 500, "Server Error: No module specified"],
    [
      "file_metadata/nomount/one.txt?environment=production",
      500,
      'Server Error: Not authorized to call find on /file_metadata/nomount/one.txt with {:rest=>"nomount/one.txt"}',
    ],
    [
      "file_metadata/modules/lab/one.txt?environment=production&checksum_type=bogus",
      500,
      "Server Error: Unsupported checksum type bogus",
    ],
    [
      "file_metadata/modules/lab/one.txt?environment=production&links=bogus",
      500,
      "Server Error: :links can only be set to :manage or :follow",
    ],
    [
      "file_metadata/modules/lab/one.txt?environment=production&source_permissions=bogus",
      500,
      "Server Error: Unsupported source_permission bogus",
    ],
    [
      "file_metadatas/modules/lab?environment=production&recurse=2",
      500,
      "Server Error: Fileset recurse parameter must not be a number anymore, please use recurselimit",
    ],
    [
      "file_metadatas/modules/lab?environment=production&links=bogus",
      500,
      "Server Error: Invalid :links value 'bogus'",
    ],
    [
      "file_metadatas/modules/lab?environment=production&recurselimit=-3",
      500,
      "Server Error: The parameter recurselimit must be a number, not '-3'",
    ],
    [
      "file_metadatas/modules/lab?environment=production&max_files=1e9",
      500,
      "Server Error: The parameter max_files must be a number, not '1e9'",
    ],
  ])("answers %s with %i", async (url, status, message) => {
    const { get } = await house();
    const answer = await get(url);
    expect([answer.status, answer.type, answer.text]).toEqual([status, JSON_TYPE, error(message)]);
  });

  it.each([
    ["file_metadata/modules/lab/none", "Not Found: Could not find file_metadata modules/lab/none"],
    ["file_metadata/modules/none/x", "Not Found: Could not find file_metadata modules/none/x"],
    ["file_metadatas/modules/x", "Not Found: Could not find instances in file_metadata with 'modules/x'"],
    ["file_content/modules/x", "Not Found: Could not find file_content modules/x"],
  ])("says what there is not: %s", async (url, message) => {
    const { get } = await house();
    const answer = await get(`${url}?environment=production`);
    expect([answer.status, answer.type, answer.text]).toEqual([404, JSON_TYPE, error(message, "RESOURCE_NOT_FOUND")]);
  });

  it("answers 400 without Accept, and 406 for what nobody has", async () => {
    const { get } = await house();
    for (const what of ["file_metadata", "file_metadatas", "file_content"]) {
      const url = `${what}/modules/lab/one.txt?environment=production`;
      expect((await get(url, { headers: {} })).text).toContain('"issue_kind":"MISSING_HEADER_FIELD"');
      expect((await get(url, { headers: { Accept: "text/yaml" } })).status).toBe(406);
    }
  });
});

describe("file_metadatas", () => {
  const url = "file_metadatas/modules/lab/tree?environment=production&recurse=true";

  it("is told of once for a version, and anew for another, and for other parameters", async () => {
    const { get, environments } = await house();
    const first = (await get(url)).text;
    expect((await get(url)).text).toBe(first);
    expect(JSON.parse((await get(`${url}&checksum_type=md5`)).text)).toHaveLength(3);
    expect(JSON.parse((await get(`${url}&ignore=*.txt`)).text)).toHaveLength(1);
    expect(JSON.parse((await get(`${url}&ignore=link*&ignore=x`)).text)).toHaveLength(2);
    environments.deploy("production", { "modules/lab/files/tree/new.txt": "new" });
    expect(JSON.parse((await get(url)).text)).toHaveLength(2);
    environments.deploy("other", { "modules/lab/files/tree/new.txt": "new" });
    const other = JSON.parse((await get(url.replace("production", "other"))).text);
    expect(other[0].path).toBe("/etc/puppetlabs/code/environments/other/modules/lab/files/tree");
  });

  it("of 2,000 plugins come out of memory", async () => {
    const { get, environments } = await house();
    const planted = Object.fromEntries(
      Array.from({ length: 2000 }, (_, i) => [`modules/m${i % 50}/lib/facter/f${i}.rb`, `${i}`]),
    );
    const { entries } = environments.deploy("big", planted);
    const plugins = "file_metadatas/plugins?recurse=true&max_files=-1&ignore=.svn&links=follow&environment=big";
    const first = (await get(plugins)).text;
    expect(JSON.parse(first)).toHaveLength(2002);
    // Nobody looks at the tree again.
    (entries as Map<string, unknown>).clear();
    expect((await get(plugins)).text).toBe(first);
  });

  it("says that there are too many patterns, or too long ones", async () => {
    const { get } = await house();
    for (const many of ["&ignore=x".repeat(101), `&ignore=${"x".repeat(257)}`]) {
      const answer = await get(`${url}${many}`);
      expect([answer.status, JSON.parse(answer.text).message]).toEqual([
        500,
        "Server Error: No more than 100 patterns of 256 characters can be ignored",
      ]);
    }
  });
});

describe("what takes too long", () => {
  it("patterns that are made to be tried again and again are refused, and those of agents are not", async () => {
    const { get, environments } = await house();
    const planted = Object.fromEntries(
      Array.from({ length: 2000 }, (_, i) => [`modules/m/lib/${"a".repeat(200)}${i}.rb`, ""]),
    );
    environments.deploy("long", planted);
    const search = "file_metadatas/plugins?recurse=true&environment=long";
    const evil = Array.from({ length: 100 }, (_, i) => `&ignore=${"*"}${"a".repeat(100)}b${i}`).join("");
    const refused = await get(`${search}${evil}`);
    expect([refused.status, JSON.parse(refused.text).message]).toEqual([
      500,
      "Server Error: The patterns to ignore take too long: send fewer, or with fewer stars",
    ]);
    const usual = await get(`${search}&ignore=.svn&ignore=CVS&ignore=.git&ignore=.hg&ignore=*~&ignore=*.bak`);
    expect(JSON.parse(usual.text)).toHaveLength(2001);
  });

  it("a form of a thousand thousands of parameters is refused before they are read", async () => {
    const { send } = await house();
    const headers = { ...accept, "Content-Type": "application/x-www-form-urlencoded" };
    const sent = (count: number) =>
      send("POST", `${V3}/file_metadata/modules/lab/one.txt`, {
        ...{ peer: NODE, headers },
        body: `environment=production${"&a".repeat(count)}`,
      });
    expect((await sent(1000)).status).toBe(200);
    const refused = await sent(1001);
    expect([refused.status, JSON.parse(refused.text).message]).toEqual([
      400,
      "Bad Request: A form has at most 1000 parameters",
    ]);
  });
});

describe("file_content", () => {
  it("is the bytes, of a link those of its target, of a directory none", async () => {
    const { get } = await house();
    for (const [key, text] of [
      ["modules/lab/one.txt", "plain file from module\n"],
      ["modules/lab/tree/link.txt", "top\n"],
      ["modules/lab/tree", ""],
      ["plugins/facter/lab_fact.rb", "fact"],
    ]) {
      const answer = await get(`file_content/${key}?environment=production`);
      expect([answer.status, answer.type, answer.text]).toEqual([200, "application/octet-stream", text]);
      expect(answer.headers["content-length"]).toBe(`${text?.length}`);
    }
  });

  it("says in a text that the environment is missing (p7-06, exchange 38)", async () => {
    const { get } = await house();
    for (const what of ["file_content", "file_metadatas"])
      expect(await get(`${what}/modules/lab/one.txt`)).toMatchObject({
        status: 400,
        type: "text/plain",
        text: `A ${what} request must include an \`environment\` or \`versioned_project\` query parameter.`,
      });
  });

  it("of a large file comes from disk, whole", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "content-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = path.join(folder, "large");
    const bytes = randomBytes(3 << 20);
    await writeFile(file, bytes);
    const content = { open: async ({ sha256 }: BlobRef) => ({ sha256, size: bytes.length, path: file }) };
    const { get } = await house({ content });
    const answer = await get("file_content/modules/lab/one.txt?environment=production");
    expect(answer.headers["content-length"]).toBe(`${bytes.length}`);
    expect(answer.text).toBe(bytes.toString());
  });
});

describe("who asks for what is not theirs (T8, T20)", () => {
  it.each(["file_metadata", "file_metadatas", "file_content"])("%s is for nodes, by GET and POST", async (what) => {
    const { send } = await house();
    const url = `${V3}/${what}/modules/lab/one.txt?environment=production`;
    const headers = what === "file_content" ? binary : accept;
    for (const peer of [nobody, stranger, verified("x", {}, "inventory")])
      for (const method of ["GET", "POST"]) expect((await send(method, url, { peer, headers })).status).toBe(403);
    for (const method of ["PUT", "DELETE", "HEAD"])
      expect((await send(method, url, { peer: NODE, headers })).status).toBe(403);
    for (const method of ["GET", "POST"]) expect((await send(method, url, { peer: NODE, headers })).status).toBe(200);
  });

  it.each([
    ...["modules/lab/../../../secret.txt", "modules/lab/%2e%2e/%2e%2e/secret.txt", "modules/lab/..%2f..%2fsecret.txt"],
    ...["modules/lab/%252e%252e/x", "modules/lab/..%5c..%5csecret.txt", "modules/lab/%c0%ae%c0%ae/secret.txt"],
    ...["modules/lab/one.txt%00", "modules/lab/./one.txt", "modules/../secret.txt", "../secret.txt"],
  ])("%s leads nowhere", async (key) => {
    const { get } = await house();
    for (const what of ["file_metadata", "file_metadatas", "file_content"])
      expect((await get(`${what}/${key}?environment=production`)).status).toBe(400);
  });

  it.each(["modules/secret.txt", "modules/lab/one.txt/x", "modules/__proto__/x", "modules/lab/constructor"])(
    "%s is not there",
    async (key) => {
      const { get } = await house();
      for (const what of ["file_metadata", "file_metadatas", "file_content"])
        expect((await get(`${what}/${key}?environment=production`)).status).toBe(404);
    },
  );

  it("a rule holds however the slashes are written", async () => {
    const deny = {
      ...{ name: "no secrets", "sort-order": 1, deny: "*" },
      "match-request": { path: "^/puppet/v3/file_(?:content|metadata)/modules/lab/one.txt$", type: "regex" },
    } as const;
    const { get } = await house({ config: { authorization: { rules: [deny] } } });
    for (const key of ["lab/one.txt", "lab//one.txt", "/lab///one.txt", "lab/one.txt/", "lab%2F%2fone.txt"])
      for (const what of ["file_metadata", "file_content"])
        expect((await get(`${what}/modules/${key}?environment=production`)).status).toBe(403);
  });

  it("a rule holds in every way to write a path, and none of them leads to other bytes (T9, T10)", async () => {
    const path = `${V3}/file_content/modules/lab/one.txt`;
    const ways = corpusOf(path).filter(({ raw }) => isSendable(raw) && !raw.startsWith("http"));
    expect(ways.length).toBeGreaterThan(60);
    const deny = {
      ...{ name: "no secrets", "sort-order": 1, deny: "*" },
      "match-request": { path: `^${path.replaceAll(".", "[.]")}$`, type: "regex" },
    } as const;
    const ruled = await house({ config: { authorization: { rules: [deny] } } });
    const open = await house();
    for (const { raw, shown } of ways) {
      const url = `${raw}?environment=production`;
      const sent = { peer: NODE, headers: binary };
      expect((await ruled.send("GET", url, sent)).status, shown).not.toBe(200);
      const answer = await open.send("GET", url, sent);
      if (answer.status === 200) expect(answer.text, shown).toBe("plain file from module\n");
    }
  });

  it("a body is bounded, and one without a form changes nothing", async () => {
    const { send } = await house();
    const url = `${V3}/file_metadata/modules/lab/one.txt?environment=production`;
    const form = { ...accept, "Content-Type": "application/x-www-form-urlencoded" };
    const answer = (sent: Sent) => send("POST", url, { peer: NODE, ...sent });
    expect((await answer({ headers: form, body: "x".repeat(70_000) })).status).toBe(413);
    expect((await answer({ headers: { ...form, "Content-Encoding": "gzip" }, body: "x" })).status).toBe(415);
    expect((await answer({ headers: form, body: "%zz=%&&&=&checksum_type" })).status).toBe(500);
    expect((await answer({ headers: accept, body: "checksum_type=bogus" })).status).toBe(200);
  });
});
