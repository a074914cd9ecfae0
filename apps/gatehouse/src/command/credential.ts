import type { CredentialKind } from "@gatehouse/client";
import { credentialKinds } from "@gatehouse/core/credentials";
import { type Command, Option } from "commander";
import { type CommandContext, sessionOf } from "./context.js";
import { CommandError, EXIT } from "./errors.js";
import { printable, table } from "./output.js";
import { readSecret } from "./secret-file.js";
import { when } from "./when.js";

interface AddFlags {
  readonly kind: CredentialKind;
  readonly username?: string;
  readonly secretFile?: string;
  readonly secretEnv?: string;
}

/** `gatehouse credential …` */
export function credentialCommands(program: Command, context: CommandContext): void {
  const credential = program.command("credential").description("what jobs get in with: passwords and communities");
  credential
    .command("list")
    .description("names and kinds, never the secrets")
    .action(async (_, command: Command) => {
      const session = sessionOf(command, context);
      const found = await session.ask((api) => api.GET("/credentials"));
      session.show(found, () =>
        table(
          ["NAME", "KIND", "USERNAME", "PUT", "BY"],
          found.credentials.map((item) => [item.name, item.kind, item.username, when(item.createdAt), item.createdBy]),
          "There are no credentials yet: gatehouse credential add NAME --kind KIND --secret-file FILE",
        ),
      );
    });
  credential
    .command("add")
    .description("add a credential, or put it in the place of the one of its name")
    .argument("<name>", "what jobs call it")
    .addOption(new Option("--kind <kind>", "what it is").choices(credentialKinds).makeOptionMandatory())
    .option("--username <name>", "of kind password: whose it is")
    .option("--secret-file <file>", "read the secret from a file, or from standard input: -")
    .addOption(
      new Option("--secret-env <variable>", "read the secret from a variable of the environment").conflicts(
        "secretFile",
      ),
    )
    .action(async (name: string, flags: AddFlags, command: Command) => {
      const session = sessionOf(command, context);
      const { kind, username } = flags;
      const body = { kind, secret: secretOf(flags, context.env), ...(username === undefined ? {} : { username }) };
      const params = { path: { name } };
      const put = await session.ask((api) => api.PUT("/credentials/{name}", { params, body }));
      session.show(put, () => `${printable(put.name)} is kept, encrypted; nothing shows its secret again.\n`);
    });
  credential
    .command("remove")
    .description("take a credential away; jobs that need it fail from now on")
    .argument("<name>")
    .action(async (name: string, _, command: Command) => {
      const session = sessionOf(command, context);
      await session.ask((api) => api.DELETE("/credentials/{name}", { params: { path: { name } } }));
      session.show(undefined, () => `${printable(name)} is gone.\n`);
    });
}

/** Never from the command line, which others on the machine can see. */
function secretOf({ secretFile, secretEnv }: Pick<AddFlags, "secretFile" | "secretEnv">, env: NodeJS.ProcessEnv) {
  if (secretEnv !== undefined) {
    const secret = env[secretEnv];
    if (secret) return secret;
    // Whoever takes the option for the secret itself is not to find it in a log.
    throw new CommandError("The environment has no variable of the name that --secret-env says.", EXIT.usage);
  }
  if (secretFile === undefined)
    throw new CommandError(
      "Where is the secret? --secret-file FILE, --secret-file - or --secret-env NAME.",
      EXIT.usage,
    );
  return readSecret(secretFile);
}
