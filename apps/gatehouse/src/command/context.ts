import type { Command } from "commander";
import { call, findTarget } from "./client.js";

/** What every command gets: where to write, and the gateway to call. */
export interface CommandContext {
  readonly env: NodeJS.ProcessEnv;
  readonly out: (text: string) => void;
  readonly warn: (text: string) => void;
}

/** Flags that every command has. */
export interface GlobalFlags {
  readonly json?: boolean;
  readonly data?: string;
}

/** A command's way to the gateway and to its user. */
export class Session {
  readonly #context: CommandContext;
  readonly #flags: GlobalFlags;

  constructor(context: CommandContext, flags: GlobalFlags) {
    this.#context = context;
    this.#flags = flags;
  }

  get target() {
    return findTarget(this.#context.env, this.#flags.data ?? this.#context.env["GATEHOUSE_DATA_DIR"] ?? "./data");
  }

  api<T>(method: string, path: string, body?: Parameters<typeof call>[3]): Promise<T> {
    return call<T>(this.target, method, path, body);
  }

  /** JSON with --json, else the text for people. */
  show(value: unknown, text: () => string): void {
    this.#context.out(this.#flags.json ? `${JSON.stringify(value ?? { ok: true }, null, 2)}\n` : text());
  }

  warn(lines: readonly string[]): void {
    if (!this.#flags.json) for (const line of lines) this.#context.warn(`warning: ${line}\n`);
  }
}

/** The session of a command that runs: its flags and those of all commands above it. */
export const sessionOf = (command: Command, context: CommandContext): Session =>
  new Session(context, command.optsWithGlobals<GlobalFlags>());
