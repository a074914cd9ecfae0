import { treeText } from "@gatehouse/api";
import { documented } from "@gatehouse/api/testing";
import { expect, it } from "vitest";
import { useGateway } from "../gateway.test.helper.js";
import { applying, sha256 } from "./apply.test.helper.js";

const house = useGateway();
house.call = documented(house.call);
const { call, stage, apply, done, dump: dumpAll } = applying(house);
/** But for what waits to be named: asking for it gives it time. */
const dump = async () => [...(await dumpAll())].filter(([table]) => !["blobs", "blob_chunks"].includes(table));

const environment = (name: string, path = "code") => ({ kind: "Environment", name, spec: { path } });
/** A folder's list, of one file with this text. */
const listOf = (text: string, mtime = 1) =>
  treeText([{ type: "file", path: "a", mode: 0o644, mtime, size: text.length, sha256: sha256(text) }]);
const versions = async (name: string) =>
  (await call("GET", `/environments/${name}/versions`)).json.versions?.map(
    ({ version, current }: { version: number; current: boolean }) => (current ? version : -version),
  );

it("an environment is deployed, left as it is, changed, and withdrawn when no document names it", async () => {
  for (const text of ["one", "two"]) await stage(text);
  const one = { files: { code: listOf("one") } };
  expect(await done([environment("production")], one)).toEqual(["+ Environment production", "= 0"]);
  expect(await done([environment("production")], one)).toEqual(["= 1"]);
  expect(await done([environment("production")], { files: { code: listOf("one", 5) } })).toEqual(["= 1"]);
  const { json } = await apply([environment("production")], { files: { code: listOf("two") } });
  expect(json.changes).toMatchObject([{ action: "update", fields: [{ field: "version", before: 1, after: 2 }] }]);
  expect(await versions("production")).toEqual([2, -1]);
  expect(await done([], { prune: true })).toEqual(["- Environment production", "= 0"]);
  expect(await versions("production")).toEqual([-2, -1]);
});

it("a dry run says what would be, with nothing but the list, and keeps nothing", async () => {
  await stage(listOf("never sent"));
  const before = await dump();
  const said = { dryRun: true, files: { code: listOf("never sent") } };
  expect(await done([environment("dry")], said)).toEqual(["+ Environment dry", "= 0"]);
  const unlisted = { dryRun: true, files: { code: listOf("not even its list") } };
  expect(await done([environment("dry")], unlisted)).toEqual(["+ Environment dry", "= 0"]);
  expect(await dump()).toEqual(before);
});

it("one whose files are not here is refused at its place, and nothing is applied", async () => {
  const before = await dump();
  const token = { kind: "AutosignRule", name: "lab", spec: { kind: "glob", pattern: "*.lab.example.org" } };
  const answer = await apply([token, environment("half")], { files: { code: listOf("never sent either") } });
  expect(answer).toMatchObject({ status: 409, json: { errors: [{ pointer: "/documents/1/spec/path" }] } });
  expect(await dump()).toEqual(before);
});

it.each([
  ["no list", "{}"],
  ["no JSON", "# a manifest\n"],
  ["a path that leads out", listOf("one").replace('"a"', '"../a"')],
  ["a field that nobody knows", listOf("one").replace('"path"', '"md5":"x","path"')],
])("%s is refused at its place", async (_, list) => {
  const answer = await apply([environment("bad")], { files: { code: list } });
  expect(answer).toMatchObject({ status: 400, json: { errors: [{ pointer: "/documents/0/spec/path" }] } });
  expect((await call("GET", "/environments/bad/versions")).status).toBe(404);
});

it("one that somebody withdrew and deployed anew is not taken away with its document", async () => {
  await stage("one");
  await done([environment("anew")], { set: "anew", files: { code: listOf("one") } });
  expect((await call("DELETE", "/environments/anew")).status).toBe(204);
  expect((await call("PUT", "/environments/anew", JSON.parse(listOf("one")))).status).toBe(201);
  expect(await done([], { set: "anew", prune: true })).toEqual(["! Environment anew", "= 0"]);
  expect(await versions("anew")).toEqual([2, -1]);
});
