import type { Environments, NewTreeEntry } from "@gatehouse/core/environments";
import { beforeEach, describe, expect, it } from "vitest";
import { createFileBucket } from "../bucket/file-bucket.js";
import { dropStagedBlobs } from "../content/blob-rows.js";
import { count, until } from "../store.test.helper.js";
import { createEnvironmentRecords } from "./environment-records.js";
import { fileOf, folder, useEnvironments } from "./environments.test.helper.js";

const { content, open, stage } = useEnvironments();
let environments: Environments;

beforeEach(async () => {
  await content.db.run(
    "truncate environment_versions, artifacts, artifact_versions, channels, blobs, blob_chunks cascade",
  );
  ({ environments } = open());
});

const deployment = (entries: readonly NewTreeEntry[], name = "production") => ({ name, entries, by: "ada" });
const deploy = async (...texts: string[]) => {
  await stage(...texts);
  return environments.deploy(deployment(texts.map((text, i) => fileOf(`f${i}`, text))));
};
const currentText = async () => (await environments.current("production"))?.entries.get("f0");
const nothingWasMade = async () => {
  for (const table of ["artifacts", "artifact_versions", "channels", "environment_versions"])
    expect([table, await count(content.db, table)]).toEqual([table, 0]);
  expect(await count(content.db, "blobs where in_environment")).toBe(0);
};

describe("versions of an environment", () => {
  it("are listed newest first, with what they hold", async () => {
    await deploy("one");
    await deploy("one", "three");
    expect(await environments.versions("production")).toEqual([
      { ...summary(2, 2, 8), current: true },
      { ...summary(1, 1, 3), current: false },
    ]);
    expect(await environments.list()).toEqual([summary(2, 2, 8)]);
    for (const none of ["nobody", "PRODUCTION", "", "a\0b", "__proto__"])
      expect(await environments.versions(none)).toEqual([]);
  });

  it("are moved between: to the one before, and to a named one", async () => {
    for (const text of ["one", "two", "three"]) await deploy(text);
    const to = (version?: number) => environments.rollback("production", version);
    expect(await to()).toEqual({ name: "production", version: 2, changed: true });
    expect(await currentText()).toMatchObject(fileOf("f0", "two"));
    expect(await to()).toMatchObject({ version: 1 });
    await expect(to()).rejects.toMatchObject({ code: "not-found", message: expect.stringContaining("before 1") });
    expect(await to(3)).toMatchObject({ version: 3, changed: true });
    expect(await to(3)).toMatchObject({ version: 3, changed: false });
    for (const wrong of [0, 4, -1, 2 ** 40]) await expect(to(wrong)).rejects.toMatchObject({ code: "not-found" });
    await expect(environments.rollback("nobody", 1)).rejects.toMatchObject({ code: "not-found" });
    expect(await count(content.db, "artifacts")).toBe(1);
  });

  it("are made anew of what an earlier one held", async () => {
    for (const text of ["one", "two"]) await deploy(text);
    expect(await deploy("one")).toMatchObject({ version: 3, changed: true });
    expect(await environments.versions("production")).toHaveLength(3);
  });
});

describe("an environment of 100,000 files", () => {
  it("is deployed, read and changed", async () => {
    await content.db.run(
      `insert into blobs (sha256, md5, size, staged_at)
       select sha256(text::bytea), decode(md5(text), 'hex'), length(text), now() from generate_series(1, 100000) i, text(i)`,
    );
    const entries = Array.from({ length: 100_000 }, (_, i) => fileOf(`f${i + 1}`, `${i + 1}`));
    expect(await environments.deploy(deployment(entries))).toMatchObject({ version: 1, changed: true });
    expect((await environments.current("production"))?.entries.size).toBe(100_000);
    expect(await environments.deploy(deployment(entries.slice(1)))).toMatchObject({ version: 2 });
    await expect(environments.deploy(deployment([...entries, folder("more")]))).rejects.toMatchObject({
      code: "request-malformed",
    });
    expect(await environments.list()).toMatchObject([{ version: 2, files: 99_999 }]);
  });
});

describe("an environment that is withdrawn", () => {
  it("is nobody's any more, and comes back by a deployment or a rollback", async () => {
    await deploy("one");
    await deploy("two");
    expect(await environments.withdraw("production")).toBe(true);
    expect([await environments.current("production"), await environments.names()]).toEqual([undefined, []]);
    expect(await environments.list()).toEqual([]);
    expect(await environments.versions("production")).toMatchObject([{ current: false }, { current: false }]);
    for (const none of ["production", "nobody", "PRODUCTION"]) expect(await environments.withdraw(none)).toBe(false);
    expect(await environments.rollback("production", undefined)).toMatchObject({ version: 2, changed: true });
    await environments.withdraw("production");
    expect(await deploy("two")).toMatchObject({ version: 3, changed: true });
  });
});

describe("a deployment that cannot be", () => {
  it.each<[string, readonly NewTreeEntry[], string]>([
    ["with a path that leads out", [fileOf("../x", "one")], "request-malformed"],
    ["with bytes that are not stored", [fileOf("a", "one"), fileOf("b", "never sent")], "conflict"],
    ["with a size that is not its bytes'", [{ ...fileOf("a", "one"), size: 4 } as NewTreeEntry], "request-malformed"],
  ])("%s changes nothing", async (_, entries, code) => {
    await stage("one");
    await expect(environments.deploy(deployment(entries))).rejects.toMatchObject({ code });
    await nothingWasMade();
  });

  it.each(["", "Production", "a-b", "../x", "x".repeat(65), "a\0", "ä"])("is one of the name %j", async (name) => {
    await expect(environments.deploy(deployment([], name))).rejects.toMatchObject({ code: "name-invalid" });
    await nothingWasMade();
  });

  it("is none with names that are special elsewhere, nor an empty one", async () => {
    const entries = [folder("__proto__"), folder("__proto__/constructor")];
    expect(await environments.deploy(deployment(entries, "__proto__"))).toMatchObject({ version: 1 });
    expect((await environments.current("__proto__"))?.entries.size).toBe(2);
    expect(await environments.deploy(deployment([], "__proto__"))).toMatchObject({ version: 2, changed: true });
    expect((await environments.current("__proto__"))?.entries.size).toBe(0);
  });
});

describe("deployments at once", () => {
  const texts = Array.from({ length: 40 }, (_, i) => `text ${i}`);

  it("of one environment take turns: every version is whole, and the last one is current", async () => {
    await stage(...texts);
    const made = await Promise.all(
      texts.map((text) => environments.deploy(deployment([fileOf("a", text), fileOf("b", "text 0")]))),
    );
    expect(made.map(({ version }) => version).toSorted((a, b) => a - b)).toEqual(texts.map((_, i) => i + 1));
    expect((await environments.current("production"))?.version).toBe(40);
  });

  it("of the same tree make one version", async () => {
    await stage("one");
    const made = await Promise.all(
      [1, 2, 3, 4, 5, 6].map((mtime) => environments.deploy(deployment([fileOf("a", "one", mtime)]))),
    );
    expect(made.filter(({ changed }) => changed)).toHaveLength(1);
    expect(await environments.versions("production")).toHaveLength(1);
  });

  it("of the same new files, in any order, do not wait for each other forever", async () => {
    await stage(...texts);
    const entries = texts.map((text, i) => fileOf(`f${i}`, text));
    const names = Array.from({ length: 8 }, (_, i) => `e${i}`);
    await Promise.all(
      names.map((name, i) =>
        environments.deploy(deployment([...entries.slice(i * 5), ...entries.slice(0, i * 5)], name)),
      ),
    );
    expect(await environments.names()).toEqual(names);
  });
});

describe("collection beside a deployment", () => {
  const old = () =>
    content.db.run("update blobs set staged_at = now() - interval '9 days' where staged_at is not null");

  it("does not take what a transaction has taken into an environment", async () => {
    await stage("one");
    await old();
    await content.db.atomically(async (bound) => {
      await createEnvironmentRecords(bound).deploy(deployment([fileOf("a", "one")]));
      expect(await dropStagedBlobs(content.db, 24)).toBe(0);
    });
    expect(await dropStagedBlobs(content.db, 24)).toBe(0);
    expect((await environments.current("production"))?.entries.size).toBe(1);
  });

  it("that is ahead has the deployment refused, whole", async () => {
    await stage("one", "two");
    const one = fileOf("a", "one");
    let deploying: Promise<unknown> = Promise.resolve();
    await content.db.transaction(async (run) => {
      await run("delete from blobs where sha256 = sha256('one')");
      deploying = environments.deploy(deployment([one, fileOf("b", "two")])).catch((thrown: unknown) => thrown);
      // It waits for the row that is going.
      await until("the deployment waits", async () => {
        const waiting = "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
        return (await content.db.run(waiting)).length > 0;
      });
    });
    expect(await deploying).toMatchObject({ code: "conflict", message: expect.stringContaining("again") });
    await nothingWasMade();
  });
});

describe("bytes that agents back up as well", () => {
  it.each(["before", "after"])("stay when the backup that came %s the deployment is dropped", async (when) => {
    const bucket = createFileBucket(content.db);
    const backUp = async () => bucket.put(null, await content.file("backup", "one"), "/etc/motd");
    if (when === "before") await backUp();
    await deploy("one");
    if (when === "after") await backUp();
    expect(await bucket.drop(new Date(Date.now() + 86_400_000))).toBe(1);
    await content.db.run("update blobs set staged_at = now() - interval '9 days' where staged_at is not null");
    expect(await dropStagedBlobs(content.db, 24)).toBe(0);
    expect(await environments.fileBy("sha256", (fileOf("a", "one") as { sha256: string }).sha256)).toBeDefined();
  });

  it("stay also where something had them wait for collection", async () => {
    await deploy("one");
    await content.db.run("update blobs set staged_at = now() - interval '9 days'");
    expect(await dropStagedBlobs(content.db, 24)).toBe(0);
  });
});

describe("a deployment that is broken off", () => {
  it("leaves nothing, and nothing of its files is kept", async () => {
    await stage("one");
    const undone = content.db.atomically(async (bound) => {
      await createEnvironmentRecords(bound).deploy(deployment([fileOf("a", "one")]));
      throw new Error("killed");
    });
    await expect(undone).rejects.toThrow("killed");
    await nothingWasMade();
    expect(await environments.current("production")).toBeUndefined();
  });
});

const summary = (version: number, files: number, bytes: number) => ({
  name: "production",
  version,
  deployedAt: expect.any(Date),
  deployedBy: "ada",
  files,
  bytes,
});
