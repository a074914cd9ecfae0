import type { PackageContent as Content, PackageSummary, PackageVersion, PublishedPackage } from "@gatehouse/client";
import type { Command } from "commander";
import { bytes, counted } from "../server/doctor/words.js";
import { type CommandContext, sessionOf } from "./context.js";
import { count } from "./options.js";
import { inline, pairs, printable, section, table } from "./output.js";
import { when } from "./when.js";

/** Loaded when it is wanted: all other commands would start more slowly. */
const sending = async () => ({
  ...(await import("../environment/send-tree.js")),
  ...(await import("../package/read-package.js")),
});

/** `gatehouse package …` */
export function packageCommands(program: Command, context: CommandContext): void {
  const pack = program.command("package").description("what jobs have agents deploy: files, checks, commands");
  addCommand(pack, context);
  pack
    .command("list")
    .description("the packages, with the version that new jobs get")
    .action(async (_, command: Command) => {
      const session = sessionOf(command, context);
      const found = await session.ask((api) => api.GET("/packages"));
      session.show(found, () => packagesText(found.packages));
    });
  showCommand(pack, context);
  pack
    .command("withdraw")
    .description("have no new jobs get a package; those that name a version keep it")
    .argument("<name>")
    .action(async (name: string, _, command: Command) => {
      const session = sessionOf(command, context);
      await session.ask((api) => api.DELETE("/packages/{name}", { params: { path: { name } } }));
      session.show(undefined, () => `${printable(name)} is withdrawn.\n`);
    });
}

function addCommand(pack: Command, context: CommandContext): void {
  pack
    .command("add")
    .description("make a folder the newest version of a package: only what is not here is sent")
    .argument("<name>", "what jobs call it")
    .argument("<dir>", "its files, with a package.yaml that says what is done with them")
    .option("--description <file>", "another file than the folder's package.yaml")
    .action(async (name: string, dir: string, { description }: { description?: string }, command: Command) => {
      const session = sessionOf(command, context);
      const { readPackage, withFiles } = await sending();
      const { content, files, warnings } = await readPackage(dir, description === undefined ? {} : { description });
      session.warn(warnings);
      const params = { path: { name } };
      // The same words, of which the client's types may be written to.
      const body = structuredClone(content) as Content;
      const publish = () => session.ask((api) => api.PUT("/packages/{name}", { params, body }));
      const { answer, sent } = await withFiles(session, { files }, publish, name);
      session.show({ ...answer, sent }, () => publishedText(answer, sent));
    });
}

function showCommand(pack: Command, context: CommandContext): void {
  pack
    .command("show")
    .description("what an agent does with a package, and its versions")
    .argument("<name>")
    .option("--version <n>", "another version than the newest", count)
    .action(async (name: string, { version }: { version?: number }, command: Command) => {
      const session = sessionOf(command, context);
      const { versions } = await session.ask((api) =>
        api.GET("/packages/{name}/versions", { params: { path: { name } } }),
      );
      const wanted = version ?? versions[0]?.version ?? 0;
      const params = { path: { name, version: String(wanted) } };
      const found = await session.ask((api) => api.GET("/packages/{name}/versions/{version}", { params }));
      session.show({ ...found, versions }, () => packageText(found, versions));
    });
}

const publishedText = (
  { published: { name, version }, changed }: PublishedPackage,
  sent: { readonly files: number; readonly bytes: number },
): string =>
  changed
    ? `${printable(name)} is at version ${version}: ${counted(sent.files, "file")} sent (${bytes(sent.bytes)}). Deploy it: gatehouse job create --package ${printable(name)} --node NODE\n`
    : `${printable(name)} is unchanged at version ${version}.\n`;

const packagesText = (packages: readonly PackageSummary[]): string =>
  table(
    ["PACKAGE", "VERSION", "PUBLISHED", "BY", "FILES", "SIZE", "DESCRIPTION"],
    packages.map((one) => [one.name, ...versionCells(one), one.description]),
    "There is no package yet: gatehouse package add NAME DIR",
  );

const versionCells = ({ version, publishedAt, publishedBy, files, bytes: size }: PackageSummary) => [
  ...[version, when(publishedAt), publishedBy, files, bytes(size)],
];

function packageText(found: PackageVersion, versions: readonly PackageSummary[]): string {
  const facts = pairs([
    ["package", `${found.name} ${found.version}`],
    ["description", found.description],
    ["published", `${when(found.publishedAt)} by ${found.publishedBy}`],
    ["software", found.wantsSoftware ? "the agent sends its list when it is done" : null],
  ]);
  const steps = [...found.actions.entries()].map(([i, action]) => {
    const [[what, how] = ["", {}]] = Object.entries(action);
    return [i + 1, what, inline(how)];
  });
  const parts = [
    section(
      "Checks",
      table(
        ["TYPE", "PATH", "VALUE", "ELSE"],
        found.checks.map((one) => [one.type, one.path, one.value, one.return]),
        "None.",
      ),
    ),
    section("Actions", table(["", "WHAT", "HOW"], steps, "None.")),
    section(
      "Files",
      table(
        ["NAME", "SIZE", "PARTS", "SHA512"],
        found.files.map((one) => [one.name, bytes(one.size), one.parts, one.sha512]),
        "None.",
      ),
    ),
    section("Versions", table(["VERSION", "PUBLISHED", "BY", "FILES", "SIZE"], versions.map(versionCells), "None.")),
  ];
  return facts + parts.join("");
}
