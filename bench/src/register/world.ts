import { randomUUID } from "node:crypto";
import path from "node:path";
import { bytesOfUuid } from "@gatehouse/simulator";
import {
  createAgentKeys,
  createRegistrationTokens,
  Database,
  openSecretBox,
  readInstanceKey,
  startEmbedded,
} from "@gatehouse/store";
import { type Gateway, startGateway } from "../process/gateway.js";
import { idOf } from "./requests.js";

/** Agents whose keys are only there: nobody else has their ids. */
const OTHERS = 10_000_000;
/** Keys that are asked for at once. */
const AT_ONCE = 2_000;
const DAYS_30 = 30 * 86_400;

/** Both subjects speak plain HTTP, and all agents come from one address. */
const SETTINGS = { GATEHOUSE_GLPI_REGISTER_OVER_HTTP: "true", GATEHOUSE_GLPI_REGISTER_PER_MINUTE: "1000000" };

/** A gateway with a token that any agent may register with. */
export interface RegisterWorld {
  readonly gateway: Gateway;
  /** A UUID. */
  readonly token: string;
}

/** Starts a gateway in whose database there are this many live keys already. */
export async function startWorld(dataDir: string, liveKeys: number): Promise<RegisterWorld> {
  await (await startGateway(dataDir)).stop();
  const token = randomUUID();
  await fill(dataDir, token, liveKeys);
  return { gateway: await startGateway(dataDir, undefined, SETTINGS), token };
}

/** Puts a token and keys into the database of a gateway that does not run, as the gateway itself would. */
async function fill(dataDir: string, token: string, liveKeys: number): Promise<void> {
  const embedded = await startEmbedded({ dataDir: path.join(dataDir, "postgres"), within: dataDir });
  try {
    const db = await Database.open({ url: embedded.url });
    try {
      const box = await openSecretBox(db, readInstanceKey(path.join(dataDir, "instance.key")));
      const about = { name: "bench", tag: null, agent: null, mostUses: null, expiresAt: null };
      const tokens = createRegistrationTokens(db, box);
      const { id: tokenId } = await tokens.add({ ...about, secret: bytesOfUuid(token) }, "bench");
      const keys = createAgentKeys(db, box);
      for (let done = 0; done < liveKeys; done += AT_ONCE) {
        const some = Array.from({ length: Math.min(AT_ONCE, liveKeys - done) }, (_, i) => idOf(OTHERS + done + i));
        const given = await Promise.all(some.map((owner) => keys.issue({ owner, tokenId, seconds: DAYS_30 })));
        if (given.includes(undefined)) throw new Error("a key was not given");
      }
      await db.run("vacuum (analyze)");
      await db.run("checkpoint");
    } finally {
      await db.close();
    }
  } finally {
    await embedded.stop();
  }
}
