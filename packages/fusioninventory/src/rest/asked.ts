import { GatehouseError } from "@gatehouse/core/errors";

/** Tasks in one request: agents have a dozen. */
const MOST_TASKS = 50;
const KEY = /^task\[([A-Za-z][A-Za-z0-9_-]{0,49})\]$/;

/**
 * The tasks that a getConfig names, `task[Deploy]=3.3&task[ESX]=2.11`, each once, as it writes them. What is no name is left out.
 * @throws request-malformed for more than an agent could have
 */
export function tasksAsked(query: URLSearchParams): readonly string[] {
  const names = new Map<string, string>();
  for (const key of query.keys()) {
    const name = KEY.exec(key)?.[1];
    if (name === undefined || names.has(name.toLowerCase())) continue;
    if (names.size === MOST_TASKS)
      throw new GatehouseError("request-malformed", `A request names at most ${MOST_TASKS} tasks.`);
    names.set(name.toLowerCase(), name);
  }
  return [...names.values()];
}
