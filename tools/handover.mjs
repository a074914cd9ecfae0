// `npm start` and `npm test` on a machine that has only Node.js and git: hand over to the pinned pnpm,
// which installs what is missing (verifyDepsBeforeRun) before it runs the script.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";

const PNPM = "pnpm@10.34.9";
const [script, ...rest] = process.argv.slice(2);
const say = (line) => process.stderr.write(`gatehouse: ${line}\n`);

if (!existsSync("node_modules/.modules.yaml")) say("first run: installing dependencies (about 10 s), then building");
else say("checking dependencies and building");

const child = spawn("npx", ["-y", PNPM, "run", "--silent", script, ...rest], {
  stdio: "inherit",
  shell: process.platform === "win32",
});
// The terminal sends its Ctrl-C to the whole group; a plain kill of this process must reach the server too.
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
child.on("error", (error) => {
  say(`npx could not be started (${error.message}): npm has to be on PATH`);
  process.exit(1);
});
child.on("exit", (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
