// Runs on a thread, started by loop-delay.ts.
import { monitorEventLoopDelay } from "node:perf_hooks";
import { parentPort } from "node:worker_threads";

const delay = monitorEventLoopDelay({ resolution: 10 });
delay.enable();
parentPort?.on("message", () => {
  parentPort?.postMessage(delay.max / 1e6);
  delay.reset();
});
