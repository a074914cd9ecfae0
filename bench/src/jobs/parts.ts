import { randomBytes } from "node:crypto";
import path from "node:path";
import { BlobCache, createContentStore, createPackages, Database, startEmbedded } from "@gatehouse/store";
import { agentId } from "../load/agent-id.js";
import type { Load } from "../load/load.js";
import { record } from "../load/record.js";
import type { RequestShape } from "../load/types.js";
import { startGateway } from "../process/gateway.js";
import type { Findings } from "../report.js";
import { ratio, rowOf, takeTurns } from "../rounds.js";
import { startYardstick } from "../yardstick.js";
import type { JobsSettings } from "./settings.js";

const YARDSTICK = new URL("./part-yardstick-server.js", import.meta.url);
/** Random bytes do not pack: the part is as large as it is before. */
const CONTENT = randomBytes(1 << 20);

/** Parts of a package's file, beside Express that streams the same bytes from a file. */
export async function parts(dir: string, load: Load, settings: JobsSettings): Promise<Findings> {
  const dataDir = path.join(dir, "parts");
  await (await startGateway(dataDir)).stop();
  const sha512 = await publish(dataDir);
  const gateway = await startGateway(dataDir);
  try {
    const request: RequestShape = {
      method: "GET",
      path: `/plugins/fusioninventory/b/deploy/parts/${sha512.slice(0, 1)}/${sha512.slice(0, 2)}/${sha512}`,
      headers: { TE: "deflate,gzip;q=0.3", "User-Agent": "FusionInventory-Agent_v2.6-3" },
      body: "",
    };
    const answer = await record(gateway.port, request, agentId(0));
    if (answer.body.length < CONTENT.length) throw new Error("the part is smaller than it should be");
    const yardstick = await startYardstick(YARDSTICK, dir, "stream", answer, null);
    try {
      const common = { postmaster: gateway.postmaster, agents: 1 };
      const measured = await takeTurns(
        load,
        [
          { name: "Bare Express, from a file", port: yardstick.ready.port, pid: yardstick.pid, ...common },
          { name: "Gatehouse", port: gateway.port, pid: gateway.pid, ...common },
        ],
        request,
        answer.body,
        { ...settings, connections: settings.partConnections },
      );
      const [bare, ours] = measured;
      if (!bare || !ours) throw new Error("a subject is missing");
      return {
        goals: [
          {
            id: "part",
            what: "A part of 1 MiB",
            judgedBy: "parts/s over those of bare Express that streams the same bytes from a file",
            unit: "",
            atLeast: 0.8,
            measured: ratio(ours, bare, ({ perSecond }) => perSecond) ?? null,
            beside: { "by the server's CPU": ratio(bare, ours, ({ serverCpu }) => serverCpu) ?? null },
          },
        ],
        cases: [{ id: "part", title: "A part of 1 MiB", rows: measured.map(rowOf) }],
      };
    } finally {
      await yardstick.stop();
    }
  } finally {
    await gateway.stop();
  }
}

/** Publishes a package of one part with a gateway's data folder that nobody uses now. @returns the part's name */
async function publish(dataDir: string): Promise<string> {
  const embedded = await startEmbedded({ dataDir: path.join(dataDir, "postgres"), within: dataDir });
  try {
    const db = await Database.open({ url: embedded.url });
    try {
      const content = createContentStore(db, new BlobCache(db, path.join(dataDir, "blobs")));
      const { sha256, size } = await content.stage(CONTENT);
      const { published } = await createPackages(db).publish({
        ...{ name: "bench", by: "bench", files: [{ name: "setup.bin", sha256, size }] },
        ...{ checks: [], actions: [], userInteractions: [], wantsSoftware: false },
      });
      const [part, more] = published.files.flatMap((file) => file.parts);
      if (part === undefined || more !== undefined) throw new Error("the file is not of one part");
      return part.sha512;
    } finally {
      await db.close();
    }
  } finally {
    await embedded.stop();
  }
}
