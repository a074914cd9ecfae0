import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import type { FileBucket } from "@gatehouse/core/bucket";
import { cleanText } from "../clean.js";
import { storeBlob } from "../content/blob-rows.js";
import type { Database } from "../database.js";

const PUT = `
  insert into bucket_files (blob_id, agent_id, md5, path) values ($1, $2, $3, $4)
  on conflict (blob_id, coalesce(agent_id, '00000000-0000-0000-0000-000000000000'), (md5(path)))
  do update set last_at = now()`;

const FIND_BY_SHA256 = {
  name: "bucket.find-by-sha256",
  text: `select encode(b.sha256, 'hex') as sha256, b.size::float8 as size from blobs b
         where b.sha256 = $1 and exists (select from bucket_files f where f.blob_id = b.id and ($2::text is null or f.path = $2))`,
};
const FIND_BY_MD5 = {
  name: "bucket.find-by-md5",
  text: `select encode(b.sha256, 'hex') as sha256, b.size::float8 as size
         from bucket_files f join blobs b on b.id = f.blob_id
         where f.md5 = $1 and ($2::text is null or f.path = $2) order by b.id limit 1`,
};

/** Files that one statement drops. */
const SOME = 1_000;

/** {@link FileBucket} on PostgreSQL. Equal bytes are stored once, whoever backs them up or publishes them. */
export function createFileBucket(db: Pick<Database, "run" | "transaction">): FileBucket {
  return {
    async put(agentId, file, path) {
      const { sha256, md5, size } = await digests(file);
      await db.transaction(async (run) => {
        const blob = await storeBlob(run, file, sha256, size);
        await run(PUT, [blob.id, agentId, md5, cleanText(path)]);
      });
      return { sha256: sha256.toString("hex"), size };
    },

    async find(algorithm, digest, path) {
      const statement = algorithm === "sha256" ? FIND_BY_SHA256 : FIND_BY_MD5;
      const asked = path === undefined ? null : cleanText(path);
      const [found] = await db.run<{ sha256: string; size: number }>(statement, [Buffer.from(digest, "hex"), asked]);
      return found;
    },

    async drop(before) {
      for (let dropped = 0; ; ) {
        const rows = await db.run(
          `delete from bucket_files where id in (
             select id from bucket_files where last_at < $1 limit ${SOME} for update skip locked) returning 1`,
          [before],
        );
        dropped += rows.length;
        if (rows.length < SOME) return dropped;
      }
    },
  };
}

/** Both digests, read once. */
async function digests(file: string): Promise<{ sha256: Buffer; md5: Buffer; size: number }> {
  const [sha256, md5] = [createHash("sha256"), createHash("md5")];
  let size = 0;
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    sha256.update(chunk);
    md5.update(chunk);
    size += chunk.length;
  }
  return { sha256: sha256.digest(), md5: md5.digest(), size };
}
