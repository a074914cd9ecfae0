import { createHash, randomUUID } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import { dropStagedBlobs } from "../content/blob-rows.js";
import { bytesOf, sha256, sourceOf, useContent } from "../content/content.test.helper.js";
import { createNodeIdentity } from "../nodes/identity.js";
import { createNodeRegistry } from "../nodes/registry.js";
import { count, enrolmentOf } from "../store.test.helper.js";
import { createFileBucket } from "./file-bucket.js";

const house = useContent();
const bucket = () => createFileBucket(house.db);
const md5 = (bytes: Buffer) => createHash("md5").update(bytes).digest("hex");
let agent = { nodeId: "", agentId: "" };
beforeEach(async () => {
  agent = await createNodeRegistry(house.db).enrol(enrolmentOf(randomUUID()));
});

async function keep(bytes: Buffer, path = "/etc/motd", agentId: string | null = agent.agentId) {
  return bucket().put(agentId, await house.file(randomUUID(), bytes), path);
}
const rows = (bytes: Buffer) =>
  count(house.db, "bucket_files f join blobs b on b.id = f.blob_id where b.sha256 = decode($1, 'hex')", [
    sha256(bytes),
  ]);
/** As if all that waits for collection had waited for long. */
async function collect(): Promise<number> {
  await house.db.run("update blobs set staged_at = now() - interval '2 days' where staged_at is not null");
  return dropStagedBlobs(house.db, 24);
}
const stored = (bytes: Buffer) => count(house.db, "blobs where sha256 = decode($1, 'hex')", [sha256(bytes)]);

describe("a file that was backed up", () => {
  it("is found by each digest, with its bytes", async () => {
    const bytes = bytesOf("large", (2 << 20) + 5);
    const ref = await keep(bytes);
    expect(ref).toEqual({ sha256: sha256(bytes), size: bytes.length });
    expect(await bucket().find("sha256", sha256(bytes))).toEqual(ref);
    expect(await bucket().find("md5", md5(bytes))).toEqual(ref);
    expect(await sourceOf(await house.store().open(ref))).toEqual(bytes);
    expect(await bucket().find("md5", sha256(bytes).slice(0, 32))).toBeUndefined();
  });

  it("is found by the path that it was found at, where one is asked for", async () => {
    const bytes = bytesOf("path", 100);
    const ref = await keep(bytes, "/etc/a");
    await keep(bytes, "");
    expect(await bucket().find("sha256", ref.sha256, "/etc/a")).toEqual(ref);
    expect(await bucket().find("sha256", ref.sha256, "/etc/b")).toBeUndefined();
    expect(await bucket().find("md5", md5(bytes), "/etc/b")).toBeUndefined();
    expect(await bucket().find("md5", md5(bytes), "/etc/a")).toEqual(ref);
  });

  it("that is empty, or whose path nobody could write, is one too", async () => {
    const ref = await keep(Buffer.alloc(0), `/${"x".repeat(4_000)}\0\ud800'; --`);
    expect(ref.size).toBe(0);
    expect(await bucket().find("sha256", ref.sha256, `/${"x".repeat(4_000)}\ufffd'; --`)).toEqual(ref);
  });

  it("twice changes nothing, also at the same time; another agent's is a row of its own (G2)", async () => {
    const bytes = bytesOf("twice", 5_000);
    await Promise.all(Array.from({ length: 5 }, () => keep(bytes)));
    expect([await rows(bytes), await stored(bytes)]).toEqual([1, 1]);
    await keep(bytes, "/etc/motd", null);
    await keep(bytes, "/etc/motd", null);
    await keep(bytes, "/etc/other");
    expect([await rows(bytes), await stored(bytes)]).toEqual([3, 1]);
  });

  it("is never collected, also where it was only staged before (G10)", async () => {
    const bytes = bytesOf("staged", 100);
    await house.store().stage(await house.file("staged", bytes));
    await keep(bytes);
    await collect();
    expect(await stored(bytes)).toBe(1);
  });

  it("goes when nobody put it since, and its bytes with it", async () => {
    const [old, fresh] = [bytesOf("old", 100), bytesOf("fresh", 100)];
    await keep(old);
    await keep(fresh);
    await house.db.run("update bucket_files set last_at = now() - interval '10 days' where md5 = decode($1, 'hex')", [
      md5(old),
    ]);
    expect(await bucket().drop(new Date(Date.now() - 5 * 86_400_000))).toBe(1);
    expect(await bucket().find("sha256", sha256(old))).toBeUndefined();
    expect(await stored(old)).toBe(1);
    await collect();
    expect([await stored(old), await stored(fresh)]).toEqual([0, 1]);
  });

  it("leaves its bytes to whoever else refers to them", async () => {
    const bytes = bytesOf("published", 100);
    await keep(bytes);
    await house.publish("also published", bytes);
    await keep(bytes, "/etc/b");
    await house.db.run("delete from bucket_files where md5 = decode($1, 'hex') and path = '/etc/b'", [md5(bytes)]);
    await house.db.run("delete from bucket_files where md5 = decode($1, 'hex')", [md5(bytes)]);
    await collect();
    expect(await stored(bytes)).toBe(1);
  });

  it("leaves its bytes to an environment that holds them, also where they were staged", async () => {
    const bytes = bytesOf("in an environment", 100);
    await keep(bytes);
    await house.db.run("update blobs set in_environment = true where sha256 = decode($1, 'hex')", [sha256(bytes)]);
    await house.db.run("delete from bucket_files where md5 = decode($1, 'hex')", [md5(bytes)]);
    await house.db.run("update blobs set staged_at = now() where in_environment");
    await collect();
    expect(await stored(bytes)).toBe(1);
  });

  it("follows its agent to another node, and goes with it", async () => {
    const bytes = bytesOf("moves", 100);
    await keep(bytes);
    const other = await createNodeRegistry(house.db).enrol(enrolmentOf(randomUUID()));
    await createNodeIdentity(house.db, () => undefined).merge(other.nodeId, agent.nodeId, "somebody");
    expect(await rows(bytes)).toBe(1);
    await createNodeRegistry(house.db).purge(other.nodeId);
    expect(await rows(bytes)).toBe(0);
    await collect();
    expect(await stored(bytes)).toBe(0);
  });
});

it("a backup of bytes that are collected at the same moment is kept", async () => {
  const bytes = bytesOf("collected", 1000);
  await house.store().stage(await house.file(randomUUID(), bytes));
  let collected = 0;
  const racing: Parameters<typeof createFileBucket>[0] = {
    run: house.db.run.bind(house.db),
    transaction: (work) =>
      house.db.transaction((run, copy) =>
        work(async (statement, values) => {
          const text = typeof statement === "string" ? statement : statement.text;
          if (text.startsWith("update blobs set staged_at = null")) collected += await collect();
          return run(statement, values);
        }, copy),
      ),
  };
  const ref = await createFileBucket(racing).put(null, await house.file(randomUUID(), bytes), "/etc/motd");
  expect(collected).toBe(1);
  expect(await sourceOf(await house.store().open(ref))).toEqual(bytes);
});
