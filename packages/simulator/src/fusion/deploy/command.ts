import { spawn } from "node:child_process";
import { isObject } from "../../inventory/reply.js";
import type { Acted } from "./place.js";

/** What a command said and ended with. */
export interface CommandResult {
  readonly code: number;
  readonly output: string;
}

/** Runs `exec` of an action. @param dir the folder with the package's files */
export type CommandRunner = (settings: Readonly<Record<string, unknown>>, dir: string) => Promise<CommandResult>;

/** Runs nothing: every command ends well. */
export const pretendCommand: CommandRunner = async ({ exec }) => ({ code: 0, output: `pretended: ${exec}` });

/** Runs a command in a shell of this machine, with this program's rights: for packages that the caller wrote. */
export const runCommand: CommandRunner = ({ exec, envs = {} }, dir) => {
  const variables = isObject(envs) ? Object.entries(envs).map(([name, value]) => [name, String(value)]) : [];
  const env = { PATH: process.env["PATH"] ?? "", ...Object.fromEntries(variables) };
  return new Promise((resolve, reject) => {
    const child = spawn("/bin/sh", ["-c", `${exec}`], { cwd: dir, env, stdio: ["ignore", "pipe", "pipe"] });
    const chunks: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? -1, output: Buffer.concat(chunks).toString("utf8") }));
  });
};

const RULE = "=".repeat(32);
const END = "-".repeat(32);

/** What agents say of a command, and whether it went well (recording fi-deploy-ok). */
export function judged(settings: Readonly<Record<string, unknown>>, { code, output }: CommandResult): Acted {
  const { exec, logLineLimit = 10, retChecks = [] } = settings;
  const verdict = verdictOf(Array.isArray(retChecks) ? retChecks : [], code, output);
  const limit = Number(logLineLimit);
  const said = output.split("\n").filter((line) => line !== "");
  // The agents' word: none where it went well.
  if (limit === 0 && verdict.ok) return { ok: true, lines: [] };
  const kept = limit < 0 || limit === 0 ? said : said.slice(-limit);
  const lines = [RULE, `Started cmd: ${exec}`, RULE, ...kept, END, `exit status: \`${code}'`, verdict.words];
  return { ok: verdict.ok, lines: lines.filter((line) => line !== "") };
}

function verdictOf(checks: readonly unknown[], code: number, output: string): { ok: boolean; words: string } {
  for (const check of checks) {
    if (!isObject(check) || !Array.isArray(check.values)) continue;
    const values = check.values.map(String);
    const byCode = values.includes(String(code));
    const byPattern = values.some((pattern) => new RegExp(pattern).test(output));
    if (check.type === "okCode" && byCode) return { ok: true, words: `exit status is ok: ${code}` };
    if (check.type === "okPattern" && byPattern) return { ok: true, words: "ok pattern found in log" };
    if (check.type === "errorCode" && byCode) return { ok: false, words: `exit status is not ok: ${code}` };
    if (check.type === "errorPattern" && byPattern) return { ok: false, words: "error pattern found in log" };
  }
  // Where something was said to be good, anything else is not.
  const wanted = checks.some((check) => isObject(check) && String(check.type).startsWith("ok"));
  return wanted ? { ok: false, words: `exit status is not ok: ${code}` } : { ok: true, words: "" };
}
