import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterEach, expect, it } from "vitest";
import { Database } from "../database.js";
import { Cleanup } from "../embedded/fixture.test.helper.js";
import { startEmbedded } from "../embedded/index.js";
import { readPostmaster } from "../embedded/postmaster.js";
import { makePartitions } from "../partitions.js";
import { count } from "../store.test.helper.js";
import { createSubmissions } from "./accept.js";
import { createInbox } from "./inbox.js";
import { drain, finish, LIMITS, newAgent, say } from "./reporting.test.helper.js";

const cleanup = new Cleanup();
afterEach(() => cleanup.run());
const RUNS = 60;

/** A durable server in the folder, and all that it consists of. */
async function start(dataDir: string) {
  const server = await startEmbedded({ dataDir });
  cleanup.add(server, (one) => one.stop());
  const db = await Database.open({ url: server.url });
  cleanup.add(db, (one) => one.close());
  const inbox = createInbox(db);
  cleanup.add(inbox, (one) => one.close());
  return { db, inbox };
}

/** The server and its processes, at once: what they had in memory for the disk is gone. */
function killAll(postmaster: number): void {
  const isIts = (pid: string) => {
    try {
      return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ")[1] === String(postmaster);
    } catch {
      return false;
    }
  };
  const children = readdirSync("/proc").filter((name) => /^\d+$/.test(name) && isIts(name));
  for (const pid of [postmaster, ...children.map(Number)]) process.kill(pid, "SIGKILL");
}

it.runIf(process.platform === "linux")(
  "a database that is killed right after a batch has each report once, in the inbox or processed",
  { timeout: 120_000 },
  async () => {
    const dataDir = path.join(cleanup.folder(), "data");
    const { db, inbox } = await start(dataDir);
    await makePartitions(db);
    const { agentId } = await newAgent(db);
    const { accept } = createSubmissions(db);
    for (let run = 0; run < RUNS; run++) await accept({ agentId, kind: "test", body: say({ run: `run ${run}` }) });
    await finish(await inbox.claim({ ...LIMITS, most: RUNS / 2 }));
    const { pid = 0 } = readPostmaster(path.join(dataDir, "pg")) ?? {};
    killAll(pid);

    const again = await start(dataDir);
    const [waiting, done] = [await count(again.db, "inbox"), await count(again.db, "reports")];
    expect(waiting + done).toBe(RUNS);
    expect([0, RUNS / 2]).toContain(done);
    await drain(again.inbox);
    expect(await count(again.db, "inbox")).toBe(0);
    expect(await again.db.run("select run from reports order by id")).toEqual(
      Array.from({ length: RUNS }, (_, run) => ({ run: `run ${run}` })),
    );
  },
);
