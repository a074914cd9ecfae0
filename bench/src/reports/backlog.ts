import path from "node:path";
import { createSubmissions, Database, startEmbedded } from "@gatehouse/store";
import { requestOf } from "../load/requests.js";
import type { RequestShape } from "../load/types.js";

/** An agent as the store and as its reports name it. */
export interface Reporter {
  readonly id: string;
  readonly alias: string;
}

const REPORTERS = `select a.id, l.value as alias from agents a
  join agent_aliases l on l.agent_id = a.id and l.kind = 'agentid' order by l.value_key`;

/** Reports at once: some commits' worth. */
const AT_ONCE = 500;

/**
 * Puts reports into the inbox of a gateway that does not run, as the gateway itself would: the agents take turns, each
 * report is of a run of its own.
 */
export async function fillBacklog(dataDir: string, shape: RequestShape, reports: number): Promise<void> {
  const embedded = await startEmbedded({ dataDir: path.join(dataDir, "postgres") });
  try {
    const db = await Database.open({ url: embedded.url });
    try {
      const reporters = await db.run<Reporter>(REPORTERS);
      const submissions = createSubmissions(db);
      for (let done = 0; done < reports; done += AT_ONCE) {
        const some = Array.from({ length: Math.min(AT_ONCE, reports - done) }, (_, i) => done + i);
        await Promise.all(
          some.map(async (i) => {
            const { id, alias } = reporters[i % reporters.length] ?? { id: "", alias: "" };
            const body = Buffer.from(requestOf(shape, alias).body);
            await submissions.accept({ agentId: id, kind: "dsc.report", body });
          }),
        );
      }
      await db.run("checkpoint");
    } finally {
      await db.close();
    }
  } finally {
    await embedded.stop();
  }
}
