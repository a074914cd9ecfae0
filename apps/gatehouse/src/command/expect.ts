import { writeFileSync } from "node:fs";
import { type Command, Option } from "commander";
import { DocumentsError } from "../apply/faults.js";
import { type CommandContext, type GlobalFlags, sessionOf } from "./context.js";
import { CommandError, EXIT } from "./errors.js";
import { machineJson } from "./output.js";

/** Loaded when it is wanted: all other commands would start more slowly. */
const expecting = async () => ({
  ...(await import("../expect/file.js")),
  ...(await import("../expect/junit.js")),
  ...(await import("../expect/run.js")),
  ...(await import("../expect/schema.js")),
  ...(await import("../expect/tap.js")),
  ...(await import("../expect/text.js")),
});

interface Flags extends GlobalFlags {
  readonly file?: string;
  readonly tap?: string;
  readonly junit?: string;
  readonly schema?: boolean;
}

/** `gatehouse expect` */
export function expectCommands(program: Command, context: CommandContext): void {
  program
    .command("expect")
    .description("watch until what files say has happened, or its time is over: for CI")
    .option("-f, --file <path>", "a file of expectations (YAML or JSON), a folder of such files, or -")
    .addOption(new Option("--tap <file>", "write the results in TAP; - prints them in place of the text"))
    .option("--junit <file>", "write the results as JUnit's XML")
    .option("--schema", "print the JSON Schema of expectations, for editors")
    .action(async (_, command: Command) => {
      const { file, tap, junit, schema, json } = command.optsWithGlobals<Flags>();
      const { clear, exitCodeOf, fileSchema, junitOf, resultsJson, resultText, runExpectations, summaryText, tapOf } =
        await expecting();
      if (schema === true) return context.out(`${machineJson(fileSchema())}\n`);
      if (file === undefined) throw new CommandError("-f FILE or -f DIR is needed.", EXIT.usage);
      if (tap === "-" && json === true)
        throw new CommandError("--json and --tap - are both for standard output.", EXIT.usage);
      const expected = await read(file);
      const session = sessionOf(command, context);
      // A gateway that nobody has told of is found before files are touched.
      void session.target;
      for (const one of [tap, junit]) if (one !== undefined && one !== "-") clear(one);

      const isText = json !== true && tap !== "-";
      const results = await interruptible((signal) =>
        runExpectations(session, expected, {
          signal,
          warn: (text) => context.warn(`warning: ${text}\n`),
          ...(isText ? { settled: (result) => context.out(resultText(result)) } : {}),
        }),
      );
      if (tap === "-") context.out(tapOf(results));
      else if (tap !== undefined) writeFileSync(tap, tapOf(results));
      if (junit !== undefined) writeFileSync(junit, junitOf(results));
      if (json === true) context.out(`${machineJson(resultsJson(results))}\n`);
      if (isText) context.out(summaryText(results));
      const code = exitCodeOf(results);
      const unmet = results.results.filter(({ met }) => !met).length;
      if (unmet > 0) throw new CommandError(`${unmet} of ${results.results.length} expectations not met.`, code);
    });
}

/** Work that the first SIGINT or SIGTERM brings to an orderly end; a second one does not wait for it. */
async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const names = ["SIGTERM", "SIGINT"] as const;
  const asked = new AbortController();
  const stop = () => (asked.signal.aborted ? process.exit(EXIT.failed) : asked.abort());
  for (const name of names) process.on(name, stop);
  try {
    return await work(asked.signal);
  } finally {
    for (const name of names) process.off(name, stop);
  }
}

async function read(file: string) {
  const { readExpectations } = await expecting();
  try {
    return readExpectations(file);
  } catch (thrown) {
    if (!(thrown instanceof DocumentsError)) throw thrown;
    throw new CommandError(`nothing was looked at:\n${thrown.message}`, EXIT.usage);
  }
}
