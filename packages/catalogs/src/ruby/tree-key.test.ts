import { expect, it } from "vitest";
import { versionOf } from "./ruby.test.helper.js";
import { treeKey } from "./tree-key.js";

const files = { "manifests/site.pp": "include a", "data/link": { link: "../manifests" } };
const key = treeKey(versionOf(files));

it("is the same for the same tree, whatever its number", () => {
  expect(treeKey(versionOf(files, { version: 2 }))).toBe(key);
  expect(treeKey({ ...versionOf(files, { version: 0 }), codeId: "", deployedAt: new Date() })).toBe(key);
});

it.each([
  ["another name", versionOf(files, { name: "staging" })],
  ["another text", versionOf({ ...files, "manifests/site.pp": "include b" })],
  ["another path", versionOf({ ...files, "manifests/site.pp": "include a", x: "" })],
  ["another target", versionOf({ ...files, "data/link": { link: "../data" } })],
  ["another mode", versionOf({ ...files, "manifests/site.pp": "#!/bin/sh" })],
  ["nothing", versionOf({})],
])("is another one for %s", (_, version) => {
  expect(treeKey(version)).not.toBe(key);
});
