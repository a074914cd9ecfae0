import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { LoadPlan, LoadResult } from "./types.js";

/** Puts load on a server from a process of its own. */
export interface Load {
  /** @throws when an answer was not the expected one, or the load process ended */
  run(plan: LoadPlan): Promise<LoadResult>;
  close(): void;
}

/** Starts the load process; it ends with this one. */
export function startLoad(): Load {
  const child = fork(fileURLToPath(new URL("./load-process.js", import.meta.url)));
  return {
    run: (plan) =>
      new Promise((resolve, reject) => {
        const ended = () => reject(new Error("the load process ended"));
        child.once("exit", ended);
        child.once("message", (message: { result?: LoadResult; error?: string }) => {
          child.off("exit", ended);
          if (message.result !== undefined) resolve(message.result);
          else reject(new Error(message.error));
        });
        child.send(plan);
      }),
    close: () => {
      if (child.connected) child.disconnect();
    },
  };
}
