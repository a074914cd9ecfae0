import { mkdirSync, writeFileSync } from "node:fs";
import { benchCa } from "./ca/bench.js";
import { benchCompile } from "./compile/bench.js";
import { benchDsc } from "./dsc/bench.js";
import { benchFleet } from "./fleet/bench.js";
import { benchInventory } from "./inventory/bench.js";
import { benchJobs } from "./jobs/bench.js";
import { killAll } from "./process/child.js";
import { benchPuppet } from "./puppet/bench.js";
import { benchRegister } from "./register/bench.js";
import { type Report, render } from "./report.js";
import { benchReports } from "./reports/bench.js";
import { benchWaits } from "./waits/bench.js";
import { benchListeners, benchRecording, benchWatch } from "./watch/bench.js";

const BENCHES: Readonly<Record<string, (quick: boolean, say: (line: string) => void) => Promise<Report>>> = {
  ca: benchCa,
  compile: benchCompile,
  dsc: benchDsc,
  fleet: benchFleet,
  inventory: benchInventory,
  jobs: benchJobs,
  listeners: benchListeners,
  puppet: benchPuppet,
  recording: benchRecording,
  register: benchRegister,
  reports: benchReports,
  waits: benchWaits,
  watch: benchWatch,
};

const USAGE = `Usage: npm run bench -- NAME [--quick]
  NAME     ${Object.keys(BENCHES).join(", ")}
  --quick  run through everything in a short time; the numbers mean nothing
`;

/** @returns the exit code: 0 measured, whatever came out; 1 an answer was wrong or a server failed; 2 wrong use */
async function main(args: readonly string[]): Promise<number> {
  const flags = args.filter((arg) => arg.startsWith("--"));
  const [name = "", ...more] = args.filter((arg) => !arg.startsWith("--"));
  const bench = Object.hasOwn(BENCHES, name) ? BENCHES[name] : undefined;
  if (bench === undefined || more.length > 0 || flags.some((flag) => flag !== "--quick")) {
    process.stderr.write(USAGE);
    return 2;
  }
  const report = await bench(flags.length > 0, (line) => process.stderr.write(`bench: ${line}\n`));
  const results = new URL("../results/", import.meta.url);
  mkdirSync(results, { recursive: true });
  writeFileSync(new URL(`${name}.json`, results), `${JSON.stringify(report, undefined, 2)}\n`);
  process.stdout.write(`${render(report)}\nAlso in bench/results/${name}.json.\n`);
  return 0;
}

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, killAll);
main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (thrown: unknown) => {
    process.stderr.write(`bench: FAILED: ${thrown instanceof Error ? thrown.message : String(thrown)}\n`);
    process.exit(1);
  },
);
