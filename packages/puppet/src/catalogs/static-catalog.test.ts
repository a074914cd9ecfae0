import type { Catalog } from "@gatehouse/core/catalogs";
import { describe, expect, it } from "vitest";
import { FileServer } from "../environment/index.js";
import { FakeEnvironments } from "../fake-v3.test.helper.js";
import { emptyCatalog } from "./render.js";
import { commonChecksum, inlined } from "./static-catalog.js";

const environments = new FakeEnvironments();
const version = environments.deploy("production", {
  "modules/lab/files/one.txt": "one",
  "modules/lab/files/tree/top.txt": "top",
  "modules/lab/files/tree/sub/leaf.txt": "leaf",
  "modules/lab/files/tree/old.bak": "bak",
  "modules/other/files/one.txt": "other",
  "modules/other/files/tree/x": "x",
  "extra/two.txt": "two",
});
const files = new FileServer({ content: environments.content, mounts: { extra: "extra" } });

const catalogOf = (resources: Readonly<Record<string, Record<string, unknown>>>, type = "File"): Catalog => ({
  ...emptyCatalog("a", "production"),
  resources: Object.entries(resources).map(([title, parameters]) => ({
    ...{ type, title, tags: [], exported: false, kind: "compilable_type" as const },
    parameters,
  })),
});
const inline = (resources: Readonly<Record<string, Record<string, unknown>>>, checksum = "sha256") =>
  inlined(catalogOf(resources), version, files, checksum);

describe("a static catalog", () => {
  it("holds the metadata of single files, with where their content is", async () => {
    const { metadata, recursive_metadata } = await inline({
      "/a": { source: "puppet:///modules/lab/one.txt" },
      "/b": { source: ["puppet:///modules/lab/none", "puppet:///modules/other/one.txt"], checksum: "md5" },
    });
    expect(recursive_metadata).toEqual({});
    expect(Object.keys(metadata["/a"] ?? {})).toEqual([
      ...["path", "relative_path", "links", "owner", "group", "mode", "checksum", "type", "destination"],
      ...["content_uri", "source"],
    ]);
    expect(metadata).toMatchObject({
      "/a": {
        checksum: { type: "sha256", value: "{sha256}7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed" },
        content_uri: "puppet:///modules/lab/files/one.txt",
        source: "puppet:///modules/lab/one.txt",
      },
      "/b": {
        checksum: { type: "md5", value: "{md5}795f3202b17cb6bc3d4b771d8c6c9eaf" },
        content_uri: "puppet:///modules/other/files/one.txt",
        source: "puppet:///modules/other/one.txt",
      },
    });
  });

  it("holds whole directories, as the resource asks for them", async () => {
    const source = "puppet:///modules/lab/tree";
    const { metadata, recursive_metadata: found } = await inline({
      "/all": { source, recurse: true },
      "/some": { source, recurse: "remote", ignore: "*.bak", recurselimit: 1 },
      "/both": {
        source: [source, "puppet:///modules/lab/none", "puppet:///modules/other/tree"],
        recurse: true,
        sourceselect: "all",
      },
    });
    expect(metadata).toEqual({});
    const names = (title: string, from = source) => found[title]?.[from]?.map(({ relative_path }) => relative_path);
    expect(names("/all")).toEqual([".", "old.bak", "sub", "top.txt", "sub/leaf.txt"]);
    expect(names("/some")).toEqual([".", "sub", "top.txt"]);
    expect(Object.keys(found["/both"] ?? {})).toEqual([source, "puppet:///modules/other/tree"]);
    expect(found["/all"]?.[source]?.map(({ content_uri }) => content_uri)).toEqual(
      ["", "/old.bak", "/sub", "/top.txt", "/sub/leaf.txt"].map((end) => `puppet:///modules/lab/files/tree${end}`),
    );
  });

  it("is as it was for all else", async () => {
    const resources = {
      "/gone": { source: "puppet:///modules/lab/one.txt", ensure: "absent" },
      "/content": { content: "x" },
      "/web": { source: "http://files.example.org/x" },
      "/mixed": { source: ["puppet:///modules/lab/one.txt", "/tmp/x"] },
      "/host": { source: "puppet://files.example.org/modules/lab/one.txt" },
      "/none": { source: "puppet:///modules/lab/none" },
      "/mount": { source: "puppet:///extra/two.txt" },
      "/none-recursive": { source: "puppet:///modules/none", recurse: true },
      "/mount-recursive": { source: "puppet:///extra", recurse: true },
    };
    expect(await inline(resources)).toEqual({ metadata: {}, recursive_metadata: {} });
    const others = catalogOf({ x: { source: "puppet:///modules/lab/one.txt" } }, "Notify");
    expect(await inlined(others, version, files, "sha256")).toMatchObject({ metadata: {}, recursive_metadata: {} });
  });

  it("keeps titles that every object has as data", async () => {
    const resources = JSON.parse('{"__proto__": {"source": "puppet:///modules/lab/one.txt"}}');
    expect(Object.keys((await inline(resources)).metadata)).toEqual(["__proto__"]);
  });
});

describe("the checksum of a static catalog", () => {
  it.each([
    ["sha256.sha384.sha512.sha224.md5", "sha256"],
    ["md5.sha256", "md5"],
    ["blake3.sha512", "sha512"],
  ])("is the first of %s that is known: %s", (offered, expected) => {
    expect(commonChecksum(offered)).toBe(expected);
  });

  it.each(["", "blake3", "constructor", "x.".repeat(5000)])("is refused where there is none (%#)", (offered) => {
    expect(() => commonChecksum(offered)).toThrow(
      expect.objectContaining({
        status: 500,
        message: expect.stringContaining("Unable to find a common checksum type"),
      }),
    );
  });
});
