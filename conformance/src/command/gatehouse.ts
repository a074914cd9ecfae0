import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import type { Site } from "../gateway.js";

const COMMAND = fileURLToPath(new URL("../../../apps/gatehouse/bin/gatehouse.mjs", import.meta.url));

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly bytes: Buffer;
  readonly err: string;
}

const called: string[] = [];

/** Runs the command with nothing of ours in its environment but what is given, and this on its standard input. */
export function gatehouse(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  input = "",
): Promise<Ran> {
  called.push(args.join(" "));
  const clean = Object.entries(process.env).filter(([key]) => !key.startsWith("GATEHOUSE_") && key !== "DATABASE_URL");
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [COMMAND, ...args], { env: { ...Object.fromEntries(clean), ...env } });
    // What does not read it may be gone before it is written.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
    const chunks: Buffer[] = [];
    let err = "";
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on("data", (chunk) => {
      err += chunk;
    });
    child.on("close", (code) => {
      const bytes = Buffer.concat(chunks);
      resolve({ code, out: bytes.toString(), bytes, err });
    });
  });
}

/** The command on one site, of which it is told the data folder only. */
export interface CommandOfSite {
  here(...args: string[]): Promise<Ran>;
  /** Like {@link here}, of a command that is to succeed: what it printed. */
  done(...args: string[]): Promise<string>;
  /** What it printed with `--json`. */
  // biome-ignore lint/suspicious/noExplicitAny: an answer is looked at by matchers
  json(...args: string[]): Promise<any>;
}

/** @param site asked for at each call: a suite makes it in its hook */
export function commandOf(site: () => Site): CommandOfSite {
  const here = (...args: string[]) => gatehouse(["--data", site().dataDir, ...args]);
  const done = async (...args: string[]) => {
    const ran = await here(...args);
    expect(ran, args.join(" ")).toMatchObject({ code: 0 });
    return ran.out;
  };
  return { here, done, json: async (...args) => JSON.parse(await done("--json", ...args)) };
}

/** Verbs as the help lists them, below some words or all, that this file has not called. */
export async function notCalled(...words: string[]): Promise<string[]> {
  const verbs = await leaves(...words);
  expect(verbs.length).toBeGreaterThan(words.length === 0 ? 25 : 1);
  const calls = called.filter((args) => !args.endsWith("--help")).map((args) => ` ${args} `);
  return verbs.filter((verb) => !calls.some((args) => args.includes(` ${verb} `)));
}

async function leaves(...words: string[]): Promise<string[]> {
  const [, list = ""] = (await gatehouse([...words, "--help"])).out.split(/^Commands:$/m);
  const names = [...list.matchAll(/^ {2}([a-z][a-z-]*)/gm)].map(([, name]) => name ?? "");
  const below = names.filter((name) => name !== "help").map((name) => leaves(...words, name));
  return below.length === 0 ? [words.join(" ")] : (await Promise.all(below)).flat();
}
