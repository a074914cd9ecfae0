import path from "node:path";
import type { Command } from "commander";
import type { Flags } from "../config/load.js";
import type { Gateway } from "../server/gateway.js";
import type { RunningGateway } from "../server/serve.js";
import type { CommandContext } from "./context.js";

/** Loaded when it is wanted: all other commands would start three times as slowly. */
const beginning = async () => ({
  ...(await import("../config/load.js")),
  ...(await import("../server/logger.js")),
});

interface ServeFlags extends Flags {
  readonly ephemeral?: boolean;
  readonly readyJson?: boolean;
  readonly apply?: string;
}

/** `gatehouse serve` */
export function serveCommand(program: Command, context: CommandContext): void {
  program
    .command("serve")
    .description("run the gateway")
    .option("--config <file>", "gatehouse.yaml")
    .option("--http <address>", "HOST:PORT of the plain HTTP listener, or off")
    .option("--https <address>", "HOST:PORT of the HTTPS listener, or off")
    .option("--ephemeral", "keep everything in a temporary folder that goes when the process ends")
    .option("--apply <path>", "apply a file or folder of documents before it serves; see gatehouse apply")
    .option("--ready-json", "print one line of JSON when it serves")
    .action(async (_: ServeFlags, command: Command) => {
      const { createLog, loadConfig } = await beginning();
      const flags = command.optsWithGlobals<ServeFlags>();
      const config = loadConfig(flags, context.env);
      const log = createLog(config.log);
      // Both take a second to load: Ruby with its library, and the rest of the gateway.
      const { startCompilerRuby } = await import("../server/compiler/start-ruby.js");
      const ruby = startCompilerRuby(config.puppet.compiler, config.serverNames, log);
      // It is on its way then: while modules are loaded, nothing else of this process gets a turn.
      await Promise.allSettled([ruby]);
      const { startGateway } = await import("../server/serve.js");
      const adminToken = context.env["GATEHOUSE_ADMIN_TOKEN"];
      // Before anybody is told that it serves: whoever reads the ready line may stop it at once.
      const stopped = stopSignal();
      const running = await startGateway({
        config,
        ephemeral: flags.ephemeral ?? false,
        log,
        ruby,
        say: (line) => context.warn(`gatehouse: ${line}\n`),
        ...(adminToken ? { adminToken } : {}),
        ...(flags.apply === undefined ? {} : { prepare: seeding(flags.apply, context) }),
      });
      if (flags.readyJson) context.out(`${readyLine(running)}\n`);
      else context.out(welcome(running));
      log.info("serving", { listeners: running.listeners.map(({ url }) => url) });
      log.info("stopping", { signal: await stopped });
      await running.stop();
      log.info("stopped");
    });
}

/** `gatehouse migrate` */
export function migrateCommand(program: Command, context: CommandContext): void {
  program
    .command("migrate")
    .description("bring the database's schema up to date, and stop")
    .option("--config <file>")
    .action(async (_: Flags, command: Command) => {
      const { createLog, loadConfig } = await beginning();
      const { openStorage } = await import("../server/storage.js");
      const config = loadConfig(command.optsWithGlobals<Flags>(), context.env);
      const storage = await openStorage({
        config,
        dataDir: config.dataDir,
        durable: true,
        log: createLog(config.log),
        say: (line) => context.warn(`gatehouse: ${line}\n`),
      });
      await storage.close();
      context.out("The schema is up to date.\n");
    });
}

/** Applies documents before the gateway serves. */
const seeding =
  (target: string, { env, warn }: CommandContext) =>
  async (gateway: Gateway): Promise<void> => {
    const { appliedText, seed } = { ...(await import("../apply/seed.js")), ...(await import("../apply/text.js")) };
    const applied = await seed(gateway, target, env);
    for (const { kind, name, message } of applied.warnings) warn(`warning: ${kind} ${name}: ${message}\n`);
    warn(appliedText(applied));
  };

/** The line that programs wait for (design, section 7). */
function readyLine({ http, https, ca, token }: RunningGateway): string {
  return JSON.stringify({ ready: true, http, https, ca, token, pid: process.pid });
}

function welcome({ http, https, dataDir, listeners }: RunningGateway): string {
  const data = dataDir === path.resolve("./data") ? "" : ` --data ${dataDir}`;
  const run = `  npm run -s gatehouse --${data}`;
  const here = (https ?? http ?? "").replace("127.0.0.1", "THIS-HOST");
  const lines = [
    "",
    `Gatehouse serves. Data: ${dataDir}`,
    ...listeners.map(({ url, mounts }) => `  ${url}   ${mounts.join(", ")}`),
    "",
    "Point a DSC node here:",
    `${run} dsc key add --name first             prints the RegistrationKey`,
    `${run} dsc publish examples/dsc/Web.mof     the configuration named Web`,
    `  in the node's meta-configuration: ServerURL = '${here}/PSDSCPullServer.svc'`,
    "  (the node must trust the certificate; plain HTTP needs AllowUnsecureConnection: docs/protocols/dsc.md)",
    "Point a Puppet or OpenVox agent here:",
    `${run} ca bootstrap                         prints the lines for the host`,
    `${run} ca list`,
    "Point a GLPI, FusionInventory or OCS agent here (docs/protocols/glpi.md):",
    `  glpi-agent --server=${here}/ --ca-cert-file=ca.crt     fusioninventory-agent takes the same; ca.crt is data/tls/ca.crt`,
    `  ocsinventory-agent --server=${here}/ocsinventory --ca=ca.crt`,
    "See it work without a node:",
    `${run} simulate --dsc 5 --puppet 5 --glpi 5 --fusion 5`,
    `${run} node list`,
    `${run} report list`,
    `${run} status`,
    "",
  ];
  return `${lines.join("\n")}\n`;
}

/** Milliseconds in which signals are one and the same: Ctrl-C under `npm start` comes from the terminal, and from who runs us. */
const SAME_SIGNAL_MS = 1000;

/** The first SIGTERM or SIGINT; another one later does not wait for an orderly end. */
function stopSignal(): Promise<string> {
  const names = ["SIGTERM", "SIGINT"] as const;
  return new Promise((resolve) => {
    let askedAt: number | undefined;
    for (const name of names) {
      process.on(name, () => {
        if (askedAt !== undefined && performance.now() - askedAt > SAME_SIGNAL_MS) process.exit(1);
        askedAt ??= performance.now();
        resolve(name);
      });
    }
  });
}
