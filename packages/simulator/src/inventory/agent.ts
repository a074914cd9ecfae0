import { promisify } from "node:util";
import { deflate, unzipSync } from "node:zlib";
import type { InventoryAnswer, InventoryLogin, InventoryTls } from "./connection.js";
import { InventoryAgentError } from "./errors.js";

/** Which program an agent is. */
export type InventoryProgram = "glpi" | "fusioninventory" | "ocs";

/** How an agent is configured. */
export interface InventoryAgentOptions {
  /** The configured `server=`, used as it is; without a scheme it is http. */
  readonly serverUrl: string;
  /** What the machine is called. */
  readonly name: string;
  /** What the machine is made from; its name unless told. */
  readonly seed?: string;
  readonly tag?: string;
  /** For one answer; 180 s by default, as the agents have it. */
  readonly timeoutMs?: number;
  readonly tls?: InventoryTls;
  /** What a 401 that asks for Basic is answered with. */
  readonly login?: InventoryLogin;
  readonly clock?: () => Date;
  /** Called with every answer, for measuring. */
  readonly onAnswer?: (answer: InventoryAnswer) => void;
}

/** What one run did. */
export interface InventoryRun {
  readonly deviceId: string;
  /** Whether it registered in this run, or renewed that. */
  readonly registered: boolean;
  /** Whether the server's first answer let the agent go on. */
  readonly contacted: boolean;
  /** What of an inventory was sent and taken. */
  readonly inventory: "full" | "partial" | "none";
  /** In which the inventory went out. */
  readonly dialect: "json" | "xml" | "none";
  /** Bytes of the inventory, plain and as sent. */
  readonly bytes: { readonly plain: number; readonly sent: number };
  /** Looks for an answer that was pending. */
  readonly polls: number;
  /** Configurations of tasks that were read. */
  readonly configs: number;
  /** Seconds until the server wants to see the agent again, where it said so. */
  readonly expiration: number | undefined;
  readonly errors: readonly InventoryAgentError[];
}

/** A simulated inventory agent: speaks to a server as the recorded ones do. */
export interface InventoryAgent {
  readonly program: InventoryProgram;
  readonly deviceId: string;
  /** One whole run. What goes wrong is in the run's errors, as a real agent has it in its log. */
  run(): Promise<InventoryRun>;
}

/** A run while it is under way. */
export type OpenRun = { -readonly [Key in keyof Omit<InventoryRun, "errors">]: InventoryRun[Key] } & {
  errors: InventoryAgentError[];
};

export const openRun = (deviceId: string): OpenRun => ({
  deviceId,
  registered: false,
  contacted: false,
  inventory: "none",
  dialect: "none",
  bytes: { plain: 0, sent: 0 },
  polls: 0,
  configs: 0,
  expiration: undefined,
  errors: [],
});

const pack = promisify(deflate);

/** @returns a message as agents send it: zlib of its text in UTF-8 */
export const packed = (text: string): Promise<Buffer> => pack(Buffer.from(text, "utf8"));

/** `web01-2026-02-28-09-15-00`: the name that an agent gives itself at its first start. */
export const deviceIdOf = (name: string, firstStart: Date): string =>
  `${name}-${firstStart.toISOString().slice(0, 19).replace(/[T:]/g, "-")}`;

/** @throws InventoryAgentError kind "status" for any answer but a 2xx, with its beginning as agents log it */
export function requireSuccess(answer: InventoryAnswer): void {
  if (answer.status >= 200 && answer.status < 300) return;
  const text = `communication error: ${answer.status} ${wordsOf(answer.body).slice(0, 200)}`;
  throw new InventoryAgentError("status", answer.operation, text, answer);
}

/** The text of a refusal, whatever it is packed in: for a person who reads the summary. */
function wordsOf(body: Buffer): string {
  try {
    return unzipSync(body, { maxOutputLength: 65_536 }).toString("utf8");
  } catch {
    return body.toString("utf8", 0, 200);
  }
}

/** Runs a step; what it throws is in the run's errors. @returns undefined where it failed */
export async function attempt<T>(
  run: Pick<OpenRun, "errors">,
  operation: string,
  step: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await step();
  } catch (thrown) {
    if (thrown instanceof InventoryAgentError) run.errors.push(thrown);
    else {
      const text = thrown instanceof Error ? thrown.message : String(thrown);
      run.errors.push(new InventoryAgentError("protocol", operation, text, undefined, thrown));
    }
    return undefined;
  }
}
