import type {
  FleetSummary,
  FusionFleetSummary,
  InventoryFleetSummary,
  InventoryProgram,
  PuppetFleetSummary,
} from "@gatehouse/simulator";
import type { Command } from "commander";
import { type CommandContext, type Session, sessionOf } from "./context.js";
import { CommandError, EXIT } from "./errors.js";
import { count as above0, login, uuid } from "./options.js";
import { pairs } from "./output.js";
import { simulateDsc } from "./simulate-dsc.js";
import { type InventoryProofs, simulateFusion, simulateInventory } from "./simulate-inventory.js";
import { simulatePuppet } from "./simulate-puppet.js";

/** What is asked of a fleet of whatever protocol. */
export interface FleetFlags {
  readonly runs: number;
  readonly rate: number;
}

interface Flags extends FleetFlags, InventoryProofs {
  readonly dsc?: number;
  readonly puppet?: number;
  readonly glpi?: number;
  readonly fusion?: number;
  readonly ocs?: number;
  readonly serverUrl?: string;
  readonly puppetServer?: string;
  readonly inventoryServer?: string;
  readonly fleet?: string;
}

/** What each fleet did, by its protocol. */
interface Simulated {
  dsc?: FleetSummary;
  puppet?: PuppetFleetSummary;
  glpi?: InventoryFleetSummary;
  fusion?: FusionFleetSummary;
  ocs?: InventoryFleetSummary;
}

/** The inventory programs that have no jobs, by the flag that asks for them. */
const INVENTORY = ["glpi", "ocs"] as const satisfies readonly (keyof Simulated & InventoryProgram)[];
/** What inventory agents are called in a summary. */
const TITLES = { glpi: "GLPI agents", fusion: "FusionInventory agents", ocs: "OCS agents" } as const;

/** `gatehouse simulate` */
export function simulateCommands(program: Command, context: CommandContext): void {
  program
    .command("simulate")
    .description("let simulated agents use this gateway, for a first look and for load")
    .option("--dsc <n>", "number of DSC nodes", above0)
    .option("--puppet <n>", "number of Puppet agents", above0)
    .option("--glpi <n>", "number of GLPI agents", above0)
    .option("--fusion <n>", "number of FusionInventory agents", above0)
    .option("--ocs <n>", "number of OCS agents", above0)
    .option("--runs <n>", "check-ins or runs of each", above0, 2)
    .option("--rate <n>", "agents started per second", above0, 50)
    .option("--server-url <url>", "the ServerURL of the DSC nodes; this gateway's when left out")
    .option("--puppet-server <url>", "https://HOST:PORT for the Puppet agents; this gateway's when left out")
    .option("--inventory-server <url>", "http(s)://HOST:PORT for the inventory agents; this gateway's when left out")
    .option("--register-token <uuid>", "what the GLPI agents register with, to encrypt what they say", uuid)
    .option("--fleet <name>", "the same FusionInventory agents each time, so that they can be given jobs meanwhile")
    .option("--login <name:secret>", "what the inventory agents answer with where Basic is asked for", login)
    .action(async (flags: Flags, command: Command) => {
      if ([flags.dsc, flags.puppet, flags.glpi, flags.fusion, flags.ocs].every((count) => count === undefined))
        throw new CommandError(
          "Say how many agents: --dsc N, --puppet N, --glpi N, --fusion N, --ocs N, or several of these.",
          EXIT.usage,
        );
      // Before the first agent of another protocol is let loose.
      if (flags.inventoryServer !== undefined && !/^https?:\/\/[^/]/.test(flags.inventoryServer))
        throw new CommandError("--inventory-server is no http(s) URL.", EXIT.usage);
      if (flags.fleet !== undefined && !/^[A-Za-z0-9-]{1,50}$/.test(flags.fleet))
        throw new CommandError("--fleet is letters, digits and -, at most 50.", EXIT.usage);
      const session = sessionOf(command, context);
      const summary = await simulate(session, flags);
      session.show(summary, () => describe(summary));
      const failures = Object.values(summary).reduce((sum, fleet) => sum + fleet.failures, 0);
      if (failures > 0) throw new CommandError(`${failures} of the simulated agents' steps failed.`);
    });
}

/** The fleets of all protocols at once; each has taken away what it needed before a failure of another is told. */
async function simulate(session: Session, flags: Flags): Promise<Simulated> {
  const { dsc, puppet, fusion, serverUrl, puppetServer, inventoryServer, fleet } = flags;
  const summary: Simulated = {};
  const dscNodes = async (count: number) => {
    summary.dsc = await simulateDsc(session, count, flags, serverUrl);
  };
  const puppetAgents = async (count: number) => {
    summary.puppet = await simulatePuppet(session, count, flags, puppetServer);
  };
  const fusionAgents = async (count: number) => {
    summary.fusion = await simulateFusion(session, count, flags, inventoryServer, fleet);
  };
  const inventoryAgents = async (program: (typeof INVENTORY)[number]) => {
    const { [program]: count } = flags;
    if (count === undefined) return;
    summary[program] = await simulateInventory(session, program, count, flags, inventoryServer);
  };
  const ended = await Promise.allSettled([
    dsc && dscNodes(dsc),
    puppet && puppetAgents(puppet),
    fusion && fusionAgents(fusion),
    ...INVENTORY.map(inventoryAgents),
  ]);
  for (const one of ended) if (one.status === "rejected") throw one.reason;
  return summary;
}

/** `checksumMismatches` as people write it. */
const inWords = (name: string) => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

function describe(summary: Simulated): string {
  const { dsc, puppet } = summary;
  const parts = [];
  if (dsc !== undefined) {
    const { byAction, ...fleet } = dsc;
    parts.push(fleetText("DSC nodes", fleet, "answered", byAction));
  }
  if (puppet !== undefined) {
    const { byStatus, ...fleet } = puppet;
    parts.push(fleetText("Puppet agents", fleet, "runs", byStatus));
  }
  for (const flag of ["glpi", "fusion", "ocs"] as const) {
    const { [flag]: fleet } = summary;
    const title = TITLES[flag];
    if (fleet !== undefined) parts.push(fleetText(title, fleet, "", {}));
  }
  return parts.join("\n");
}

type Counts =
  | Omit<FleetSummary, "byAction">
  | Omit<PuppetFleetSummary, "byStatus">
  | InventoryFleetSummary
  | FusionFleetSummary;

function fleetText(title: string, fleet: Counts, word: string, by: Readonly<Record<string, number>>): string {
  const { firstFailures, ...counts } = fleet;
  const rows = Object.entries(counts).map(
    ([name, value]) => [inWords(name), typeof value === "number" ? Math.round(value) : value] as const,
  );
  const more = Object.entries(by).map(([name, value]) => [`${word} ${name}`, value] as const);
  const failures = firstFailures.map((failure) => `  ${JSON.stringify(failure)}\n`).join("");
  return `${title}\n${pairs([...rows, ...more])}${failures}`;
}
