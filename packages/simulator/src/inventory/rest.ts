import { attempt, type OpenRun, requireSuccess } from "./agent.js";
import type { InventoryConnection } from "./connection.js";
import { startOf } from "./decode.js";
import { InventoryAgentError } from "./errors.js";
import { isObject } from "./reply.js";

/** Of one program: its task names with their versions, and the headers of its REST client. */
export interface RestManners {
  readonly tasks: Readonly<Record<string, string>>;
  readonly headers: readonly (readonly [string, string])[];
}

/**
 * Asks what a task is to do, as the FusionInventory REST client does (wire/fusioninventory.md); what it is told is read,
 * and nothing is done. Counted in the run, its failures among the run's errors.
 */
export async function askConfig(
  connection: InventoryConnection,
  run: OpenRun,
  task: string,
  manners: RestManners,
): Promise<void> {
  await attempt(run, "getConfig", async () => {
    const device = encodeURIComponent(run.deviceId);
    const key = `task%5B${encodeURIComponent(task)}%5D=${manners.tasks[task] ?? ""}`;
    const answer = await connection.send({
      operation: "getConfig",
      method: "GET",
      query: `?action=getConfig&machineid=${device}&${key}`,
      headers: manners.headers,
    });
    requireSuccess(answer);
    const text = answer.body.toString("utf8");
    const fail = (words: string) => new InventoryAgentError("protocol", "getConfig", words, answer);
    let config: unknown;
    try {
      config = JSON.parse(text);
    } catch {
      throw fail(`Can't decode JSON content, starting with ${startOf(text)}`);
    }
    // `{}` is what a server says that has nothing for this task.
    if (!isObject(config)) throw fail("The configuration is no object");
    const { schedule = [] } = config;
    if (!Array.isArray(schedule)) throw fail("The schedule is no list");
    run.configs += 1;
  });
}
