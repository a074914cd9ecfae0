import { ApiProblem } from "@gatehouse/client";
import type { Command } from "commander";
import { again, duration, type ProfileFlags, profileOption } from "./ca-options.js";
import { type CommandContext, type Session, sessionOf } from "./context.js";
import { CommandError, EXIT } from "./errors.js";
import { printable } from "./output.js";

interface SignFlags extends ProfileFlags {
  readonly all?: boolean;
  readonly ttl?: number;
  readonly gatewayName?: boolean;
}

/** `gatehouse ca sign` */
export function signCommand(ca: Command, context: CommandContext): void {
  ca.command("sign")
    .description("sign requests that wait")
    .argument("[name...]", "whose")
    .option("--all", "every one that waits")
    .option("--gateway-name", "also where a name is one that agents know a gateway by")
    .option("--ttl <duration>", "how long the certificate is valid: 90d, 5y", duration)
    .addOption(profileOption())
    .action(async (names: string[], { all = false, ttl, gatewayName, ...query }: SignFlags, command: Command) => {
      if ((names.length === 0) !== all) throw new CommandError("Say which: names, or --all.", EXIT.usage);
      const session = sessionOf(command, context);
      const body = {
        ...(ttl === undefined ? {} : { ttlSeconds: ttl }),
        ...(gatewayName === undefined ? {} : { gatewayName }),
      };
      await forEach(session, all ? await waiting(session, query) : names, "signed", (name) =>
        session.ask((api) => api.POST("/certificates/{name}/sign", { params: { path: { name }, query }, body })),
      );
    });
}

/** Those of puppet when no profile is said: `sign` means them too. */
async function waiting(session: Session, { profile = "puppet" }: ProfileFlags): Promise<string[]> {
  const params = { query: { profile } };
  const { requests } = await session.ask((api) => api.GET("/certificate-requests", { params }));
  return requests.map(({ name }) => name);
}

interface RevokeFlags extends ProfileFlags {
  readonly serial?: string[];
}

/** `gatehouse ca revoke` */
export function revokeCommand(ca: Command, context: CommandContext): void {
  ca.command("revoke")
    .description("revoke every certificate of a name; the name stays taken until it is cleaned")
    .argument("[name...]", "whose")
    .option("--serial <serial>", "one certificate by its serial (hex), in place of names; may be given again", again)
    .addOption(profileOption())
    .action(async (names: string[], { serial = [], ...query }: RevokeFlags, command: Command) => {
      if ((names.length === 0) === (serial.length === 0))
        throw new CommandError("Say which: names, or --serial.", EXIT.usage);
      const session = sessionOf(command, context);
      if (serial.length > 0) return revokeSerials(session, serial.map(asHex));
      await forEach(session, names, "revoked", (name) =>
        session.ask((api) => api.POST("/certificates/{name}/revoke", { params: { path: { name }, query } })),
      );
    });
}

/** Without what OpenSSL and people write around it. */
const asHex = (serial: string): string => serial.replace(/^0x/i, "").replaceAll(":", "");

async function revokeSerials(session: Session, serials: string[]): Promise<void> {
  const done = await session.ask((api) => api.POST("/certificates/revoke", { body: { serials } }));
  session.show(done, () =>
    done.revoked.length === 0
      ? "Revoked before; nothing has changed.\n"
      : done.revoked.map((serial) => `${printable(serial)} is revoked.\n`).join(""),
  );
}

/** `gatehouse ca clean` */
export function cleanCommand(ca: Command, context: CommandContext): void {
  ca.command("clean")
    .description("revoke what a name has and take it out of the way, requests too: the name is free again")
    .argument("<name...>", "whose")
    .addOption(profileOption())
    .action(async (names: string[], query: ProfileFlags, command: Command) => {
      const session = sessionOf(command, context);
      await forEach(session, names, "cleaned", (name) =>
        session.ask((api) => api.POST("/certificates/{name}/clean", { params: { path: { name }, query } })),
      );
    });
}

/** Who may not is refused the next one too. */
const HOPELESS = [401, 403];

/**
 * Does the same to one name after the other: what is refused of one keeps nothing from the others.
 * @throws CommandError that says all that was refused
 */
async function forEach(
  session: Session,
  names: readonly string[],
  past: string,
  act: (name: string) => Promise<unknown>,
): Promise<void> {
  const done: string[] = [];
  const refused: { name: string; code: string | null; title: string; message: string }[] = [];
  const report = () =>
    session.show({ [past]: done, refused: refused.map(({ message: _, ...said }) => said) }, () =>
      names.length === 0 ? "No request waits.\n" : done.map((name) => `${printable(name)} is ${past}.\n`).join(""),
    );
  for (const name of names) {
    try {
      await act(name);
      done.push(name);
    } catch (thrown) {
      if (!(thrown instanceof ApiProblem) || HOPELESS.includes(thrown.status)) {
        if (done.length + refused.length > 0) report();
        throw thrown;
      }
      const { code = null, title, message } = thrown;
      refused.push({ name, code, title, message });
    }
  }
  report();
  if (refused.length > 0)
    throw new CommandError(refused.map(({ name, message }) => `${printable(name)}: ${message}`).join("\n  "));
}
