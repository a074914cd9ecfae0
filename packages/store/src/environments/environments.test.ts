import { createHash } from "node:crypto";
import type { Environments } from "@gatehouse/core/environments";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { dropStagedBlobs } from "../content/blob-rows.js";
import { sha256, sourceOf } from "../content/content.test.helper.js";
import type { WatchedContentStore } from "../content/content-store.js";
import { count } from "../store.test.helper.js";
import { fileOf, folder, link, useEnvironments } from "./environments.test.helper.js";

const { content, open, stage } = useEnvironments();
const md5 = (text: string) => createHash("md5").update(text).digest("hex");
const sha = (text: string) => sha256(Buffer.from(text));
let environments: Environments;
let store: WatchedContentStore;

beforeEach(async () => {
  await content.db.run(
    "truncate environment_versions, artifacts, artifact_versions, channels, blobs, blob_chunks cascade",
  );
  ({ environments, store } = open());
  await store.watch();
});
afterEach(() => store.close());

const tree = (text: string) => [folder("modules"), fileOf("modules/one.pp", text), link("link", "modules/one.pp")];
const deploy = async (text: string, name = "production") => {
  await stage(text);
  return environments.deploy({ name, entries: tree(text), by: "ada" });
};
const age = () => content.db.run("update blobs set staged_at = staged_at - interval '9 days'");

describe("an environment that is deployed", () => {
  it("is what agents get, sorted, with every digest", async () => {
    expect(await deploy("one")).toEqual({ name: "production", version: 1, changed: true });
    const version = await environments.current("production");
    expect(version).toMatchObject({ name: "production", version: 1, deployedAt: expect.any(Date) });
    expect(version?.codeId).toMatch(/^[A-Za-z0-9_:;-]+$/);
    expect([...(version?.entries ?? [])]).toEqual([
      ["link", link("link", "modules/one.pp")],
      ["modules", folder("modules")],
      ["modules/one.pp", { ...fileOf("modules/one.pp", "one"), md5: md5("one") }],
    ]);
    expect(await environments.names()).toEqual(["production"]);
  });

  it("is unchanged by a tree that differs in times only", async () => {
    await deploy("one");
    const entries = [folder("modules", 5), fileOf("modules/one.pp", "one", 6), link("link", "modules/one.pp")];
    expect(await environments.deploy({ name: "production", entries, by: "ada" })).toMatchObject({
      version: 1,
      changed: false,
    });
    expect(await count(content.db, "artifact_versions")).toBe(1);
  });

  it("can be told from another tree, and found by its number, whichever agents get", async () => {
    expect(await environments.isCurrent("production", tree("one"))).toBeUndefined();
    await deploy("one");
    await deploy("two");
    expect(await environments.isCurrent("production", tree("one"))).toBe(false);
    expect(await environments.isCurrent("production", tree("two"))).toBe(true);
    expect((await environments.version("production", 1))?.entries.get("modules/one.pp")).toMatchObject({
      sha256: sha("one"),
    });
    expect(await environments.version("production", 2)).toBe(await environments.current("production"));
    expect([await environments.version("production", 3), await environments.version("nosuch", 1)]).toEqual([
      undefined,
      undefined,
    ]);
  });

  it("is the same object at every question, and after a move forth and back", async () => {
    await deploy("one");
    const first = await environments.current("production");
    expect(await environments.current("production")).toBe(first);
    await deploy("two");
    const second = await environments.current("production");
    expect([second?.version, first?.entries.get("modules/one.pp")]).toMatchObject([2, { sha256: sha("one") }]);
    expect(await environments.byCodeId("production", first?.codeId ?? "")).toBe(first);
    await environments.rollback("production", undefined);
    expect(await environments.current("production")).toBe(first);
  });

  it("is what another gateway's agents get soon, whichever way it moved", async () => {
    const other = open();
    await other.store.watch();
    try {
      const seen = async () => (await other.environments.current("production"))?.version;
      const soon = (version: number | undefined) => expect.poll(seen, { timeout: 10_000 }).toBe(version);
      await soon(undefined);
      await deploy("one");
      await soon(1);
      const began = await other.environments.current("production");
      await deploy("two");
      await soon(2);
      // What a request began with is still there, and as it was.
      expect(began?.entries.get("modules/one.pp")).toMatchObject({ sha256: sha("one") });
      await environments.rollback("production", 1);
      await soon(1);
      expect(await other.environments.current("production")).toBe(began);
      await environments.withdraw("production");
      await soon(undefined);
      expect(await other.environments.names()).toEqual([]);
    } finally {
      await other.store.close();
    }
  });

  it("is found by its own name and code id only", async () => {
    await deploy("one");
    await deploy("two", "staging");
    const { codeId = "" } = (await environments.current("production")) ?? {};
    expect(await environments.byCodeId("staging", codeId)).toBeUndefined();
    for (const wrong of ["", "1", `2-${codeId.slice(2)}`, `${codeId}0`, "1-0000000000000000", `9${codeId}`])
      expect(await environments.byCodeId("production", wrong)).toBeUndefined();
    for (const wrong of ["", "Production", "PRODUCTION", "nobody", "__proto__"])
      expect(await environments.current(wrong)).toBeUndefined();
  });

  it("gives its files by digest, also those of a version that was replaced, and no other's", async () => {
    await deploy("one");
    await deploy("two");
    await stage("staged only");
    await content.publish("Web", "of another protocol");
    const found = { sha256: sha("one"), size: 3 };
    expect(await environments.fileBy("md5", md5("one"))).toEqual(found);
    expect(await environments.fileBy("sha256", sha("one"))).toEqual(found);
    for (const text of ["staged only", "of another protocol", "never seen"]) {
      expect(await environments.fileBy("md5", md5(text))).toBeUndefined();
      expect(await environments.fileBy("sha256", sha(text))).toBeUndefined();
    }
    expect(await environments.fileBy("md5", "xyz")).toBeUndefined();
  });

  it("keeps its bytes whatever is collected", async () => {
    await deploy("one");
    await deploy("two");
    await stage("one", "loose");
    await age();
    expect(await dropStagedBlobs(content.db, 24)).toBe(1);
    expect((await sourceOf(await store.open({ sha256: sha("one"), size: 3 }))).toString()).toBe("one");
  });

  it("has an MD5 also of bytes that a version before this one stored", async () => {
    await stage("old", "older");
    await content.db.run("update blobs set md5 = null");
    const entries = [fileOf("a", "old"), fileOf("b", "older"), fileOf("c", "old")];
    await environments.deploy({ name: "production", entries, by: "ada" });
    const version = await environments.current("production");
    expect(version?.entries.get("b")).toMatchObject({ md5: md5("older") });
    expect(await environments.fileBy("md5", md5("old"))).toMatchObject({ sha256: sha("old") });
  });
});
