import { run } from "./command/program.js";

const code = await run(process.argv.slice(2), {
  env: process.env,
  out: (text) => process.stdout.write(text),
  warn: (text) => process.stderr.write(text),
});
// What is still open (a listener that did not start, a pool) must not keep a finished command alive; what was printed
// into a pipe must be out first.
process.stderr.write("", () => process.stdout.write("", () => process.exit(code)));
