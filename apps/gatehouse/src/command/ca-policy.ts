import { readFileSync } from "node:fs";
import type { AutosignProfile, NewAutosignRule } from "@gatehouse/client";
import { autosignProfiles } from "@gatehouse/core/certificates";
import { type Command, Option } from "commander";
import { comingMoment, extension } from "./ca-options.js";
import { findingsText, importedText, madeText, policyText } from "./ca-policy-text.js";
import { type CommandContext, sessionOf } from "./context.js";
import { CommandError, EXIT } from "./errors.js";
import { count } from "./options.js";

/** Those that run nothing on the gateway. */
const KINDS = ["all", "name", "glob", "token", "extension"] as const;

interface AddFlags {
  readonly kind: (typeof KINDS)[number];
  readonly certname?: string;
  readonly pattern?: string;
  readonly extension?: readonly [string, string];
  readonly uses?: number;
  readonly unlimited?: boolean;
  readonly expires?: string;
  readonly readmit?: boolean;
  readonly names?: string[];
  readonly profile?: AutosignProfile;
}

/** `gatehouse ca policy …` */
export function policyCommands(ca: Command, context: CommandContext): void {
  const policy = ca.command("policy").description("which requests are signed without a person");
  for (const add of [listCommand, addCommand, importCommand, removeCommand, testCommand]) add(policy, context);
}

const profileOption = () =>
  new Option("--profile <profile>", "whose requests; puppet when left out").choices(autosignProfiles);

function listCommand(policy: Command, context: CommandContext): void {
  policy
    .command("list")
    .description("the rules in the order in which they are asked: the first that matches signs")
    .action(async (_, command: Command) => {
      const session = sessionOf(command, context);
      const found = await session.ask((api) => api.GET("/autosign-rules"));
      session.show(found, () => policyText(found.rules));
    });
}

function addCommand(policy: Command, context: CommandContext): void {
  policy
    .command("add")
    .description("add a rule, or put it in the place of the one of its name; a token is shown this once")
    .argument("<name>", "what the rule is called here")
    .addOption(new Option("--kind <kind>", "what it goes by").choices(KINDS).makeOptionMandatory())
    .option("--certname <name>", "of kind name: this one host")
    .option("--pattern <glob>", "of kind glob: hosts such as *.example.org")
    .option("--extension <k=v>", "of kind extension: asked for, such as pp_role=web-*", extension)
    .option("--uses <n>", "of kind token: for so many hosts (1)", count)
    .addOption(new Option("--unlimited", "of kind token: for any number of hosts").conflicts("uses"))
    .option("--expires <time>", "of kind token: after 12h, 30d, or on 2026-03-01", (text) => comingMoment(text))
    .option("--readmit", "of kind token: a host that was made anew may have its name again")
    .option("--names <list>", "of kinds token and extension: only for these, such as *.example.org,db1", (text) =>
      text.split(",").map((name) => name.trim()),
    )
    .addOption(profileOption())
    .action(async (name: string, flags: AddFlags, command: Command) => {
      const session = sessionOf(command, context);
      const params = { path: { name } };
      const made = await session.ask((api) => api.PUT("/autosign-rules/{name}", { params, body: ruleOf(flags) }));
      session.show(made, () => madeText(made));
    });
}

/** Whether what is said goes together, and is all that is needed, is for the gateway to tell. */
export function ruleOf({ extension: asked, unlimited = false, expires, ...same }: AddFlags): NewAutosignRule {
  return {
    ...same,
    ...(asked === undefined ? {} : { extension: asked[0], value: asked[1] }),
    ...(unlimited ? { uses: null } : {}),
    ...(expires === undefined ? {} : { expiresAt: expires }),
  };
}

function importCommand(policy: Command, context: CommandContext): void {
  policy
    .command("import")
    .description("add a rule for each line of a Puppet autosign.conf: they are called after their lines")
    .argument("<file>", "an autosign.conf, or - for standard input")
    .action(async (file: string, _, command: Command) => {
      const session = sessionOf(command, context);
      // Loaded only here: it brings along all that handles certificates.
      const { importAutosignConf } = await import("@gatehouse/pki");
      const { rules, passedOver } = importAutosignConf(readGiven(file));
      const added: string[] = [];
      for (const { name, ...body } of rules) {
        await session.ask((api) => api.PUT("/autosign-rules/{name}", { params: { path: { name } }, body }));
        added.push(name);
      }
      session.show({ added, passedOver }, () => importedText(added, passedOver));
    });
}

function removeCommand(policy: Command, context: CommandContext): void {
  policy
    .command("remove")
    .description("take a rule away; what it signed stays signed")
    .argument("<name>", "the rule's name")
    .action(async (name: string, _, command: Command) => {
      const session = sessionOf(command, context);
      await session.ask((api) => api.DELETE("/autosign-rules/{name}", { params: { path: { name } } }));
      session.show(undefined, () => `${name} is gone.\n`);
    });
}

function testCommand(policy: Command, context: CommandContext): void {
  policy
    .command("test")
    .description("say what would become of a request, and why; nothing is stored")
    .argument("<file>", "the request (PEM), or - for standard input")
    .addOption(profileOption())
    .action(async (file: string, profile: { profile?: AutosignProfile }, command: Command) => {
      const session = sessionOf(command, context);
      const body = { csr: readGiven(file), ...profile };
      const found = await session.ask((api) => api.POST("/autosign-rules/test", { body }));
      session.show(found, () => findingsText(found));
    });
}

function readGiven(file: string): string {
  try {
    return readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (thrown) {
    throw new CommandError(`The file cannot be read: ${(thrown as Error).message}.`, EXIT.usage);
  }
}
