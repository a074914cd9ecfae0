import { afterEach, beforeEach, expect, it } from "vitest";
import type { Queryable, Run } from "../database.js";
import { count } from "../store.test.helper.js";
import { createEnvironmentRecords } from "./environment-records.js";
import { fileOf, useEnvironments } from "./environments.test.helper.js";

const { content, open, stage } = useEnvironments();
const TABLES = ["artifacts", "artifact_versions", "channels", "environment_versions", "blobs", "blob_chunks"];
const rows = () => Promise.all(TABLES.map((name) => count(content.db, name)));

const deployment = (text: string) => ({ name: "production", entries: [fileOf("a", text)], by: "ada" });

/** The database; its connection breaks just before a statement that begins so. */
function breaking(before: string): Pick<Queryable, "run" | "transaction"> {
  const cut = async (run: Run) => {
    const [own] = await run<{ pid: number }>("select pg_backend_pid() as pid");
    await content.db.run("select pg_terminate_backend($1)", [own?.pid]);
  };
  return {
    run: content.db.run.bind(content.db),
    transaction: (work) =>
      content.db.transaction((run, copy) =>
        work(async (statement, values) => {
          const text = typeof statement === "string" ? statement : statement.text;
          if (text.trimStart().startsWith(before)) await cut(run);
          return run(statement, values);
        }, copy),
      ),
  };
}

beforeEach(async () => {
  await stage("one", "two");
});
afterEach(() =>
  content.db.run("truncate environment_versions, artifacts, artifact_versions, channels, blobs, blob_chunks cascade"),
);

it.each([
  "update blobs set staged_at = null",
  "insert into blobs",
  "insert into artifact_versions",
  "insert into channels",
  "insert into environment_versions",
  "select pg_notify",
])("a deployment that is cut off before %s leaves agents what they had", async (statement) => {
  const { environments } = open();
  await environments.deploy(deployment("one"));
  const had = await rows();
  const cut = createEnvironmentRecords(breaking(statement)).deploy(deployment("two"));
  await expect(cut).rejects.toMatchObject({ code: "database-unavailable" });
  expect(await rows()).toEqual(had);
  expect(await count(content.db, "blobs where in_environment")).toBe(1);
  expect((await open().environments.current("production"))?.entries.get("a")).toMatchObject(fileOf("a", "one"));
  expect(await environments.deploy(deployment("two"))).toMatchObject({ version: 2, changed: true });
});
