import { createClient, type GatehouseClient, unwrap } from "@gatehouse/client";
import type { Command } from "commander";
import { CommandError } from "./errors.js";
import { machineJson } from "./output.js";
import { findTarget, type Target } from "./target.js";
import { transportTo } from "./transport.js";

/** What every command gets: where to write, and the gateway to call. */
export interface CommandContext {
  readonly env: NodeJS.ProcessEnv;
  readonly out: (text: string | Uint8Array) => void;
  readonly warn: (text: string) => void;
}

/** Flags that every command has. */
export interface GlobalFlags {
  readonly json?: boolean;
  readonly data?: string;
}

/** What a call of the client answers. */
type Answering<T> = (api: GatehouseClient) => Promise<{ data?: T; error?: unknown; response: Response }>;

/** A command's way to the gateway and to its user. */
export class Session {
  readonly #context: CommandContext;
  readonly #flags: GlobalFlags;
  #connected: { readonly target: Target; readonly client: GatehouseClient } | undefined;

  constructor(context: CommandContext, flags: GlobalFlags) {
    this.#context = context;
    this.#flags = flags;
  }

  get dataDir(): string {
    return this.#flags.data ?? (this.#context.env["GATEHOUSE_DATA_DIR"] || "./data");
  }

  /** The gateway to talk to. @throws CommandError when there is none */
  get target(): Target {
    return this.#connect().target;
  }

  /** What the API answers to a call. @throws ApiProblem when it refuses, CommandError when nobody answers */
  async ask<T>(call: Answering<T>): Promise<T> {
    const { client, target } = this.#connect();
    try {
      return await unwrap(call(client));
    } catch (thrown) {
      if (!(thrown instanceof SyntaxError)) throw thrown;
      throw new CommandError(`What answers at ${target.url} does not speak this API: is it a gateway?`);
    }
  }

  /** JSON with --json, else the text for people. */
  show(value: unknown, text: () => string): void {
    this.#context.out(this.#flags.json ? `${machineJson(value ?? { ok: true })}\n` : text());
  }

  /** Bytes as they are, whatever the flags. */
  raw(bytes: Uint8Array): void {
    this.#context.out(bytes);
  }

  warn(lines: readonly string[]): void {
    if (!this.#flags.json) for (const line of lines) this.#context.warn(`warning: ${line}\n`);
  }

  #connect() {
    if (this.#connected === undefined) {
      const target = findTarget(this.#context.env, this.dataDir);
      const client = createClient({ url: target.url, token: target.token, fetch: transportTo(target) });
      this.#connected = { target, client };
    }
    return this.#connected;
  }
}

/** The session of a command that runs: its flags and those of all commands above it. */
export const sessionOf = (command: Command, context: CommandContext): Session =>
  new Session(context, command.optsWithGlobals<GlobalFlags>());
