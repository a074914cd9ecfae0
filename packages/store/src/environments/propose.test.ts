import type { Environments } from "@gatehouse/core/environments";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { dropStagedBlobs } from "../content/blob-rows.js";
import { sourceOf } from "../content/content.test.helper.js";
import type { WatchedContentStore } from "../content/content-store.js";
import { count } from "../store.test.helper.js";
import { fileOf, folder, link, useEnvironments } from "./environments.test.helper.js";

const { content, open, stage } = useEnvironments();
let environments: Environments;
let store: WatchedContentStore;

beforeEach(async () => {
  await content.db.run(
    "truncate environment_versions, artifacts, artifact_versions, channels, blobs, blob_chunks cascade",
  );
  ({ environments, store } = open());
});
afterEach(() => store.close());

const tree = (text: string) => [folder("modules"), fileOf("modules/one.pp", text), link("link", "modules/one.pp")];
const age = (hours: number) =>
  content.db.run("update blobs set staged_at = staged_at - make_interval(hours => $1)", [hours]);

describe("an environment that is proposed", () => {
  it("is a version that nobody gets, without a trace", async () => {
    await stage("one");
    const version = await environments.propose("production", tree("one"));
    expect(version).toMatchObject({ name: "production", version: 0, codeId: "" });
    expect([...version.entries.keys()]).toEqual(["link", "modules", "modules/one.pp"]);
    const file = version.entries.get("modules/one.pp");
    if (file?.type !== "file") throw new Error("It is a file.");
    expect((await sourceOf(await store.open(file))).toString()).toBe("one");
    expect(await environments.names()).toEqual([]);
    expect(await environments.versions("production")).toEqual([]);
    for (const table of ["artifacts", "artifact_versions", "environment_versions", "channels"])
      expect(await count(content.db, table), table).toBe(0);
  });

  it("has its bytes for a day from then, and no longer", async () => {
    await stage("one");
    await age(23);
    await environments.propose("production", tree("one"));
    await age(23);
    expect(await dropStagedBlobs(content.db, 24)).toBe(0);
    await age(2);
    expect(await dropStagedBlobs(content.db, 24)).toBe(1);
    expect(await count(content.db, "blobs")).toBe(0);
  });

  it("leaves bytes that another version holds as they are", async () => {
    await stage("one");
    await environments.deploy({ name: "production", entries: tree("one"), by: "ada" });
    await environments.propose("production", tree("one"));
    await age(99);
    expect(await dropStagedBlobs(content.db, 24)).toBe(0);
    expect((await environments.versions("production")).map(({ version }) => version)).toEqual([1]);
  });

  it.each([
    ["bytes that are not stored", "production", tree("other"), "conflict"],
    ["a name that no agent has", "Production!", tree("one"), "name-invalid"],
    ["a link that leads out", "production", [link("out", "../x")], "request-malformed"],
    ["another size", "production", [{ ...fileOf("a", "one"), size: 4 }], "request-malformed"],
  ])("is refused for %s", async (_, name, entries, code) => {
    await stage("one");
    await expect(environments.propose(name, entries as never)).rejects.toMatchObject({ code });
  });
});
