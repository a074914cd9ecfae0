import { readFileSync } from "node:fs";
import type { Server } from "node:http";
import type { YardstickPlan } from "./yardstick.js";

/** What this yardstick was told to do. */
export const readPlan = (): YardstickPlan => JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as YardstickPlan;

/** Prints the port, for whoever started the yardstick. */
export function sayReady(server: Server): void {
  const address = server.address();
  process.stdout.write(`${JSON.stringify({ port: typeof address === "object" ? address?.port : 0 })}\n`);
}
