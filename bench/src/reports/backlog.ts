import path from "node:path";
import { deflateRawSync } from "node:zlib";
import { createSubmissions, Database, startEmbedded } from "@gatehouse/store";
import { requestOf } from "../load/requests.js";
import type { RequestShape } from "../load/types.js";
import type { Probe } from "./probe.js";

/** An agent as the store and as its reports name it. */
interface Reporter {
  readonly id: string;
  readonly alias: string;
}

const REPORTERS = `select a.id, l.value as alias from agents a
  join agent_aliases l on l.agent_id = a.id and l.kind = 'agentid' order by l.value_key`;

const PUT = `with stored as (
    insert into submissions (agent_id, kind, coding, size, body) values ($1, $2, 'deflate', $3, $4)
    returning id, accepted_at, agent_id, kind, size
  ) insert into inbox (id, accepted_at, agent_id, kind, size) select * from stored`;

const KIND = "dsc.report";
/** Reports at once: some commits' worth. */
const AT_ONCE = 500;

interface Made {
  readonly agentId: string;
  readonly body: Buffer;
}

/** Makes reports: the agents take turns, each report is of a run of its own. */
function make(reporters: readonly Reporter[], shape: RequestShape, from: number, to: number): Made[] {
  return Array.from({ length: to - from }, (_, i) => {
    const { id, alias } = reporters[(from + i) % reporters.length] ?? { id: "", alias: "" };
    return { agentId: id, body: Buffer.from(requestOf(shape, alias).body) };
  });
}

/** Puts reports into the inbox of a gateway that does not run, as the gateway itself would. */
export async function fillBacklog(dataDir: string, shape: RequestShape, reports: number): Promise<void> {
  const embedded = await startEmbedded({ dataDir: path.join(dataDir, "postgres"), within: dataDir });
  try {
    const db = await Database.open({ url: embedded.url });
    try {
      const submissions = createSubmissions(db);
      const reporters = await db.run<Reporter>(REPORTERS);
      for (let done = 0; done < reports; done += AT_ONCE) {
        const some = make(reporters, shape, done, Math.min(done + AT_ONCE, reports));
        await Promise.all(some.map((one) => submissions.accept({ ...one, kind: KIND })));
      }
      await db.run("checkpoint");
    } finally {
      await db.close();
    }
  } finally {
    await embedded.stop();
  }
}

/** Puts reports into the inbox of a gateway that runs, all of them with one commit: it sees none or all. */
export async function addBacklog(probe: Probe, shape: RequestShape, reports: number): Promise<void> {
  const reporters = await probe.query<Reporter>(REPORTERS);
  await probe.query("begin");
  for (const { agentId, body } of make(reporters, shape, 0, reports))
    await probe.query(PUT, [agentId, KIND, body.length, deflateRawSync(body, { level: 1 })]);
  await probe.query("commit");
}
