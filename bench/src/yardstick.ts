import { writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { ClientConfig } from "pg";
import type { Recorded } from "./load/record.js";
import { type ServerChild, startServer } from "./process/child.js";

/** What a yardstick is told, in a file. */
export interface YardstickPlan {
  /** Null for one without a database. */
  readonly database: ClientConfig | null;
  /** Its own certificate and whose clients' it asks for, in PEM; plain HTTP without. */
  readonly tls?: { readonly cert: string; readonly key: string; readonly ca: string };
  readonly answer: { readonly headers: Readonly<Record<string, string>>; readonly body: string };
}

/** Starts a yardstick, a program of its own that gives the recorded answer; it prints its port when it listens. */
export function startYardstick(
  program: URL,
  dir: string,
  name: string,
  answer: Recorded,
  database: ClientConfig | null,
  tls?: YardstickPlan["tls"],
): Promise<ServerChild<{ readonly port: number }>> {
  const plan: YardstickPlan = {
    database,
    ...(tls === undefined ? {} : { tls }),
    answer: { headers: answer.headers, body: answer.body.toString("base64") },
  };
  const file = path.join(dir, `${name}.json`);
  writeFileSync(file, JSON.stringify(plan), { mode: 0o600 });
  return startServer([fileURLToPath(program), file], path.join(dir, `${name}.log`), process.env);
}
