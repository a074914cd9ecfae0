import { writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { ClientConfig } from "pg";
import { type ServerChild, startServer } from "../process/child.js";
import type { Recorded } from "./requests.js";
import type { YardstickPlan } from "./yardstick-server.js";

const SERVER = fileURLToPath(new URL("./yardstick-server.js", import.meta.url));

/** Starts a yardstick that gives the recorded answer; with a database it is B, without one A. */
export function startYardstick(
  dir: string,
  name: string,
  answer: Recorded,
  database: ClientConfig | null,
): Promise<ServerChild<{ readonly port: number }>> {
  const plan: YardstickPlan = {
    database: database as YardstickPlan["database"],
    answer: { headers: answer.headers, body: answer.body.toString("base64") },
  };
  const file = path.join(dir, `${name}.json`);
  writeFileSync(file, JSON.stringify(plan), { mode: 0o600 });
  return startServer([SERVER, file], path.join(dir, `${name}.log`), process.env);
}
