import { createHash } from "node:crypto";
import type { CatalogResource } from "@gatehouse/core/catalogs";
import { describe, expect, it } from "vitest";
import { FileServer } from "../environment/index.js";
import { FakeEnvironments } from "../fake-v3.test.helper.js";
import { emptyCatalog } from "./render.js";
import { withSourceContents } from "./source-contents.js";

const environments = new FakeEnvironments();
const version = environments.deploy("production", {
  "modules/lab/files/motd": "hello\n",
  "modules/lab/files/tree/a": "a",
  "modules/lab/files/tree/sub/b": "b",
  "modules/lab/files/tree/link": { link: "a" },
});
const files = new FileServer({ content: environments.content, mounts: {} });
const sum = (text: string) => `{sha256}${createHash("sha256").update(text).digest("hex")}`;
const resource = (parameters: Readonly<Record<string, unknown>>, type = "File", title = "/x"): CatalogResource => ({
  ...{ type, title, tags: [], exported: false, kind: "compilable_type", parameters },
});
const told = async (...resources: CatalogResource[]) => {
  const said = await withSourceContents({ ...emptyCatalog("web01", "production"), resources }, version, files);
  return said.resources.map(({ parameters }) => parameters);
};

describe("withSourceContents", () => {
  it.each([{}, { checksum: "md5" }, { checksum: "mtime" }, { checksum: "none" }])(
    "tells what a source holds, whatever sum is asked for: %j",
    async (more) => {
      const said = { source: "puppet:///modules/lab/motd", ...more };
      expect(await told(resource(said))).toEqual([{ ...said, "source's content": sum("hello\n") }]);
    },
  );

  it("tells of each file of a tree, and where its links lead", async () => {
    const said = { source: ["puppet:///modules/lab/none", "puppet:///modules/lab/tree"], recurse: true };
    expect(await told(resource(said))).toEqual([
      {
        ...said,
        "source's content a": sum("a"),
        "source's content link": "link to a",
        "source's content sub/b": sum("b"),
      },
    ]);
  });

  it("keeps a title that every object has apart", async () => {
    const one = { source: "puppet:///modules/lab/motd" };
    expect(await told(resource({}, "File", "__proto__"), resource(one, "File", "constructor"))).toEqual([
      {},
      { ...one, "source's content": sum("hello\n") },
    ]);
  });

  it.each<[string, CatalogResource]>([
    ["a source that is not there", resource({ source: "puppet:///modules/lab/none" })],
    ["one of elsewhere", resource({ source: "https://example.org/motd" })],
    ["content", resource({ content: "x" })],
    ["another type", resource({ source: "puppet:///modules/lab/motd" }, "Package")],
    ["what is to be away", resource({ source: "puppet:///modules/lab/motd", ensure: "absent" })],
  ])("leaves %s as it is", async (_, one) => {
    expect(await told(one)).toEqual([one.parameters]);
  });
});
