// Run as a process of its own, from dist: starts on argv[2] and tells of it; with argv[3] "write" it goes on to commit
// rows and tell of each.
import pg from "pg";
import { startEmbedded } from "./index.js";

const [dataDir = "", task] = process.argv.slice(2);
const tell = (value: object) => process.stdout.write(`${JSON.stringify(value)}\n`);
try {
  const db = await startEmbedded({ dataDir });
  tell({ url: db.url, fresh: db.fresh, adopted: db.adopted, uid: process.getuid?.() });
  process.stdin.once("data", () => void db.stop().then(() => process.exit(0)));
  if (task === "write") {
    const client = new pg.Client({ connectionString: db.url });
    await client.connect();
    await client.query("CREATE TABLE IF NOT EXISTS acknowledged (n int PRIMARY KEY)");
    for (let n = 1; ; n += 1) {
      await client.query("INSERT INTO acknowledged VALUES ($1)", [n]);
      tell({ n });
    }
  }
} catch (thrown) {
  const { code, message, detail } = thrown as Error & { readonly code?: string; readonly detail?: string };
  tell({ code, message, detail });
  process.exit(1);
}
