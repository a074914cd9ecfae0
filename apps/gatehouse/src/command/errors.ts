/** Exit codes of the command, also in docs/reference. */
export const EXIT = { ok: 0, failed: 1, usage: 2, unreachable: 3 } as const;

/** What ends the command with a line on standard error and an exit code. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly exitCode: number;

  constructor(message: string, exitCode: number = EXIT.failed) {
    super(message);
    this.exitCode = exitCode;
  }
}
