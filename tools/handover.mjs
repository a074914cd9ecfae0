// `npm start`, `npm test` and `npm run bench` on a machine that has only Node.js and git: the pinned pnpm installs what
// is missing and builds, then the program itself runs as our direct child, so that a signal to us reaches it.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";

const PNPM = "pnpm@10.34.9";
// What is built first, and what is run then: serving waits for nothing that it does not need.
const PROGRAMS = {
  serve: { build: "build:gatehouse", run: ["apps/gatehouse/bin/gatehouse.mjs", "serve"] },
  test: { build: "build", run: ["node_modules/vitest/vitest.mjs", "run"] },
  conformance: {
    build: "build",
    run: ["node_modules/vitest/vitest.mjs", "run", "--config", "conformance/vitest.config.ts"],
  },
  bench: { build: "build", run: ["bench/dist/main.js"] },
};

const [name, ...rest] = process.argv.slice(2);
const program = PROGRAMS[name];
if (program === undefined) throw new Error(`handover takes one of ${Object.keys(PROGRAMS).join(", ")}`);

/** Runs a child to its end, passing signals on. */
function run(command, args, options) {
  return new Promise((resolve) => {
    const child = spawn(command, args, options);
    let asked = false;
    const forward = (signal) => {
      asked = true;
      child.kill(signal);
    };
    // A killed npm takes its shell along and tells us nothing: that we have another parent now is the only sign. Who ends
    // already is not told again: a second signal would end it in the middle of that.
    const parent = process.ppid;
    const watch = setInterval(() => !asked && process.ppid !== parent && forward("SIGTERM"), 250);
    for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, forward);
    child.on("error", (error) => {
      process.stderr.write(`gatehouse: ${command} could not be started: ${error.message}\n`);
      resolve(1);
    });
    child.on("exit", (code, signal) => {
      clearInterval(watch);
      for (const one of ["SIGINT", "SIGTERM"]) process.removeListener(one, forward);
      resolve(code ?? 128 + (constants.signals[signal] ?? 0));
    });
  });
}

const first = !existsSync("node_modules/.modules.yaml");
process.stderr.write(
  `gatehouse: ${first ? "first run: installing (about 10 s), then building" : "building what has changed"}\n`,
);
// Its output goes to standard error: standard output belongs to the program (serve --ready-json).
const built = await run("npx", ["-y", PNPM, "run", "--silent", program.build], {
  stdio: ["ignore", process.stderr, process.stderr],
  shell: process.platform === "win32",
});
process.exit(built === 0 ? await run(process.execPath, [...program.run, ...rest], { stdio: "inherit" }) : built);
