import type { Authority } from "@gatehouse/client";
import type { Command } from "commander";
import { type CommandContext, sessionOf } from "./context.js";

/** challengePassword, as Puppet's documentation writes it. */
const CHALLENGE_PASSWORD = "1.2.840.113549.1.9.7";

/** `gatehouse ca bootstrap` */
export function bootstrapCommand(ca: Command, context: CommandContext): void {
  ca.command("bootstrap")
    .description("print what a new host runs to get its certificate, knowing this authority by its fingerprint")
    .option("--token <secret>", "also what tells a token of the autosign policy")
    .action(async ({ token }: { token?: string }, command: Command) => {
      const session = sessionOf(command, context);
      const authority = await session.ask((api) => api.GET("/authority"));
      const bootstrap = bootstrapOf(authority, token);
      session.warn(bootstrap.warnings);
      session.show(bootstrap, () => bootstrapText(bootstrap));
    });
}

export interface Bootstrap {
  readonly command: string;
  readonly caFingerprint: string;
  /** Content of csr_attributes.yaml; null without a token. */
  readonly csrAttributes: string | null;
  readonly warnings: readonly string[];
}

/** What a new host needs. */
export function bootstrapOf({ bootstrap: { server, port }, bundleSha256 }: Authority, token?: string): Bootstrap {
  const options = [
    `--server ${server ?? "NAME"}`,
    ...(port === null ? [] : [`--serverport ${port}`]),
    // Without colons: the agent puts them in itself.
    `--ca_fingerprint ${bundleSha256}`,
  ];
  return {
    command: `puppet ssl bootstrap ${options.join(" ")}`,
    caFingerprint: bundleSha256,
    csrAttributes:
      token === undefined ? null : `---\ncustom_attributes:\n  ${CHALLENGE_PASSWORD}: ${JSON.stringify(token)}\n`,
    warnings: [
      ...(server === null ? ["serverNames is not set: put a name of the gateway's certificate in place of NAME."] : []),
      ...(port === null ? ["No HTTPS listener of this gateway mounts puppet."] : []),
    ],
  };
}

export function bootstrapText({ command, csrAttributes }: Bootstrap): string {
  const run = `As root on the new host:\n\n  ${command}\n`;
  if (csrAttributes === null) return run;
  const file = csrAttributes.replace(/^(?=.)/gm, "  ");
  return `Into the file that \`puppet config print csr_attributes --section agent\` names, for root's eyes only:\n\n${file}\n${run}`;
}
