import { spawn, spawnSync } from "node:child_process";
import { configSchema } from "@gatehouse/gatehouse";

export interface Ran {
  readonly code: number | null;
  /** What it printed, on both. */
  readonly out: string;
}

/** Those of the programs that are not on this machine. */
export const missingOf = (...programs: string[]): string[] =>
  programs.filter((program) => spawnSync("which", [program]).status !== 0);

/** Whether the gateway has settings for Puppet at all: the adapter and the authority are there, and not yet mounted. */
const mountsPuppet = "puppet" in configSchema.properties;

/** For the title of a suite: what would have to be there for it to run. */
export function needs(...programs: string[]): { readonly skip: boolean; readonly note: string } {
  const missing = missingOf(...programs);
  if (!mountsPuppet) missing.push("a gateway that mounts Puppet");
  if (missing.length > 0)
    process.stderr.write(`Puppet's own programs against the gateway: not run, for want of ${missing.join(", ")}\n`);
  return { skip: missing.length > 0, note: missing.length > 0 ? ` (needs ${missing.join(", ")})` : "" };
}

/** Lines in which an agent complains, but of what its facts may not read of this machine. */
export const faultsOf = (out: string): string[] =>
  out.split("\n").filter((line) => /^(?:Error|Warning): (?!Facter: )/.test(line));

/** Runs a program to its end with an environment in which nothing of the caller's speaks to it. */
export function run(program: string, args: readonly string[], home: string, input = ""): Promise<Ran> {
  const env = { PATH: process.env["PATH"] ?? "", HOME: home, LANG: "C.UTF-8" };
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env, cwd: home });
    let out = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        out += text;
      });
    }
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, out }));
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
  });
}
