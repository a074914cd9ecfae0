import { InventoryAgentError } from "../inventory/errors.js";
import { isObject } from "../inventory/reply.js";
import { lost, type RestClient } from "./client.js";

/** How a wait ended. */
export interface Waited {
  /** What the agent is to run, in this order; undefined where the connection was closed without a word. */
  readonly tasks: readonly string[] | undefined;
  /** Signs of life that came before. */
  readonly beats: number;
}

/** Characters that an answer may have beside its signs of life. */
const MOST = 65_536;

/**
 * Waits for the server's word on one connection (the document, /wait): `@` is ignored.
 * @param onBeat called for each `@`
 * @throws InventoryAgentError of kind status for any but a 200, protocol for what is neither `@` nor an `awake`, transport
 *   for a connection that broke
 */
export async function waitOnce(
  client: RestClient,
  url: string,
  { signal, onBeat }: { signal?: AbortSignal; onBeat?: () => void } = {},
): Promise<Waited> {
  const request = { operation: "wait", url };
  const started = performance.now();
  const response = await client.open(request, signal);
  client.told("wait", response, started);
  if (response.statusCode !== 200) {
    response.resume();
    throw new InventoryAgentError("status", "wait", `communication error: ${response.statusCode}`);
  }
  let beats = 0;
  let text = "";
  try {
    for await (const chunk of response.setEncoding("utf8")) {
      for (const character of chunk as string) {
        if (text === "" && character === "@") {
          beats += 1;
          onBeat?.();
        } else if (text !== "" || character.trim() !== "") text += character;
      }
      if (text.length > MOST) throw protocol("The answer is too long");
      if (text !== "" && !text.startsWith("{"))
        throw protocol(`unexpected content, starting with ${text.slice(0, 120)}`);
    }
  } catch (cause) {
    if (cause instanceof InventoryAgentError) throw cause;
    throw lost(request, cause);
  }
  return { tasks: text === "" ? undefined : tasksIn(text), beats };
}

const protocol = (words: string, cause?: unknown) =>
  new InventoryAgentError("protocol", "wait", words, undefined, cause);

function tasksIn(text: string): readonly string[] {
  let said: unknown;
  try {
    said = JSON.parse(text);
  } catch (cause) {
    throw protocol(`Can't decode JSON content, starting with ${text.slice(0, 120)}`, cause);
  }
  const awake = isObject(said) ? said.awake : undefined;
  const tasks = isObject(awake) ? awake.tasks : undefined;
  if (!Array.isArray(tasks) || !tasks.every((task) => typeof task === "string"))
    throw protocol("It does not say which tasks are awakened");
  return tasks;
}
