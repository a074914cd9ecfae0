import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { whileRunning } from "../process/child.js";
import type { CrowdPlan, CrowdSaid } from "./types.js";

/** Agents that wait, in a process of their own. */
export interface Crowd {
  /** Resolves when every one of them waits. @throws when one gets another answer */
  readonly waiting: Promise<void>;
  /** Resolves with the time (`Date.now`) at which the last one was woken. @throws when one is told something else */
  readonly woken: Promise<number>;
  close(): void;
}

export function startCrowd(plan: CrowdPlan): Crowd {
  const child = fork(fileURLToPath(new URL("./crowd-process.js", import.meta.url)));
  whileRunning(child);
  const until = <T>(found: (said: CrowdSaid) => T | undefined) =>
    new Promise<T>((resolve, reject) => {
      child.on("message", (said: CrowdSaid) => {
        if ("error" in said) reject(new Error(said.error));
        const value = found(said);
        if (value !== undefined) resolve(value);
      });
      child.once("exit", () => reject(new Error("the agents' process ended")));
    });
  const waiting = until((said) => ("waiting" in said ? said.waiting : undefined)).then(() => undefined);
  const woken = until((said) => ("lastWoken" in said ? said.lastWoken : undefined));
  // Whoever asks for them hears of a failure then.
  for (const promise of [waiting, woken]) promise.catch(() => undefined);
  child.send(plan);
  return {
    waiting,
    woken,
    close: () => {
      if (child.connected) child.disconnect();
    },
  };
}
