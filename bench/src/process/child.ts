import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";

/** A server process of ours that has said that it is ready. */
export interface ServerChild<Ready> {
  readonly pid: number;
  readonly ready: Ready;
  /** Milliseconds from the spawn to the line that says ready. */
  readonly readyMs: number;
  /** SIGTERM, and SIGKILL when that does not help. */
  stop(): Promise<void>;
}

const running = new Set<ChildProcess>();

let closed = false;

/** Lets {@link killAll} end this program too. @throws when everything was ended already */
export function whileRunning(child: ChildProcess): void {
  if (closed) {
    child.kill("SIGTERM");
    throw new Error("stopped");
  }
  running.add(child);
  child.once("exit", () => running.delete(child));
}

/** Ends what runs and starts nothing more: whoever measures then fails, and cleans up. */
export function killAll(): void {
  closed = true;
  for (const child of running) child.kill("SIGTERM");
}

/**
 * Starts a Node program and waits for the first line of its output, a JSON document.
 * @param logFile takes its standard error
 * @param onSpawn told its pid before it is ready
 * @throws when it ends before it is ready
 */
export async function startServer<Ready>(
  args: readonly string[],
  logFile: string,
  env: NodeJS.ProcessEnv,
  onSpawn: (pid: number) => void = () => undefined,
): Promise<ServerChild<Ready>> {
  if (closed) throw new Error("stopped");
  const begun = performance.now();
  const log = openSync(logFile, "a");
  const child = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", log] });
  closeSync(log);
  running.add(child);
  if (child.pid !== undefined) onSpawn(child.pid);
  const line = await new Promise<string>((resolve, reject) => {
    let out = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      out += chunk.toString("utf8");
      if (out.includes("\n")) resolve(out.split("\n")[0] ?? "");
    });
    child.once("error", reject);
    child.once("exit", (code) => {
      running.delete(child);
      const tail = readFileSync(logFile, "utf8").trimEnd().split("\n").slice(-20).join("\n");
      reject(new Error(`a server under test ended with ${code}; the end of its log:\n${tail}`));
    });
  });
  const readyMs = performance.now() - begun;
  return { pid: child.pid ?? 0, ready: JSON.parse(line) as Ready, readyMs, stop: () => stop(child) };
}

/** SIGTERM, and SIGKILL when that does not help. */
export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const hard = setTimeout(() => child.kill("SIGKILL"), 30_000);
  child.kill("SIGTERM");
  await gone;
  clearTimeout(hard);
}
