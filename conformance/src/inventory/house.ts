import { spawnSync } from "node:child_process";
import { type GatewayProcess, newSite, type Site } from "../gateway.js";
import { missingOf } from "../puppet/programs.js";

/** An inventory as `gatehouse inventory show --json` has it. */
export interface Shown {
  readonly deviceId: string;
  readonly itemType: string;
  readonly tag: string | null;
  readonly versionClient: string;
  readonly isComplete: boolean;
  readonly isCollected: boolean;
  readonly repairs: readonly { readonly path: string; readonly why: string }[];
  readonly sections: readonly { readonly name: string; readonly content: unknown }[];
}

/** A gateway with what a suite asks of it. */
export interface InventoryHouse {
  readonly site: Site;
  readonly gateway: GatewayProcess;
  /** By a name of its certificate. */
  readonly https: string;
  /** What nodes there are. */
  nodes(): Promise<readonly { readonly id: string; readonly name: string }[]>;
  /** Of a node, once all that was handed in is processed. */
  inventories(node: string): Promise<readonly Shown[]>;
  /** What changed in it, as paths. */
  changes(node: string): Promise<readonly string[]>;
  /** Runs a command and reads what it prints. @throws when it fails */
  json<T>(...words: string[]): Promise<T>;
  close(): Promise<void>;
}

/** For the title of a suite: what would have to be there for it to run. */
export function needsAgents(...programs: string[]): { readonly skip: boolean; readonly note: string } {
  const missing = missingOf(...programs);
  if (missing.length > 0)
    process.stderr.write(
      `Inventory agents of Debian against the gateway: not run, for want of ${missing.join(", ")}\n`,
    );
  return { skip: missing.length > 0, note: missing.length > 0 ? ` (needs ${missing.join(", ")})` : "" };
}

/** @param env settings of the gateway, such as `{GATEHOUSE_INVENTORY_UNPROVEN: "refuse"}` */
export async function startHouse(env: Readonly<Record<string, string>> = {}): Promise<InventoryHouse> {
  const site = await newSite();
  const gateway = await site.start({ env });
  const json = async <T>(...words: string[]): Promise<T> => {
    const { code, out, err } = await site.command(...words, "--json");
    if (code !== 0) throw new Error(`gatehouse ${words.join(" ")} ended with ${code}: ${err}`);
    return JSON.parse(out) as T;
  };
  return {
    site,
    gateway,
    https: gateway.https.replace("127.0.0.1", "localhost"),
    nodes: async () => (await json<{ nodes: { id: string; name: string }[] }>("node", "list")).nodes,
    inventories: async (node) => (await json<{ inventories: readonly Shown[] }>("inventory", "show", node)).inventories,
    changes: async (node) =>
      (await json<{ changes: { path: string }[] }>("inventory", "diff", node)).changes.map(({ path }) => path),
    json,
    close: async () => {
      await gateway.stop();
      await site.remove();
    },
  };
}

export const sectionOf = (shown: Shown | undefined, name: string): unknown =>
  shown?.sections.find((section) => section.name === name)?.content;

/** Entries of a section that is a list. */
export const entriesOf = (shown: Shown | undefined, name: string): readonly Record<string, unknown>[] =>
  (sectionOf(shown, name) ?? []) as Record<string, unknown>[];

/** Packages that this machine has, and an inventory does not tell: none of a good one. */
export function missingPackages(shown: Shown | undefined): readonly (readonly [name: string, version: string])[] {
  const found = new Map(entriesOf(shown, "softwares").map(({ name, version }) => [name, version]));
  return [...installedPackages()].filter(([name, version]) => found.get(name) !== version);
}

/** How the agents of a node got in. */
export async function trustOf(house: InventoryHouse, node: string): Promise<readonly string[]> {
  const { agents } = await house.json<{ agents: { trust: string }[] }>("node", "show", node);
  return agents.map(({ trust }) => trust);
}

/** Statuses of the answers that inventory agents got, in order. @param after a length of the log: only what came later */
export function statusesIn(house: InventoryHouse, after = 0): readonly number[] {
  const lines = house.gateway.log().slice(after).split("\n");
  return lines.flatMap((line) => {
    const [, status] = /"route":"inventory\.message".*?"status":(\d+)/.exec(line) ?? [];
    return status === undefined ? [] : Number(status);
  });
}

/** What this machine's own package manager says is installed: name and version. */
export function installedPackages(): ReadonlyMap<string, string> {
  const { stdout } = spawnSync(
    "dpkg-query",
    [
      "--show",
      "--showformat",
      ["db:Status-Abbrev", "Package", "Version"]
        .map((field) => `$\{${field}}`)
        .join("\\t")
        .concat("\\n"),
    ],
    {
      encoding: "utf8",
      maxBuffer: 1 << 26,
    },
  );
  return new Map(
    stdout.split("\n").flatMap((line) => {
      const [status = "", name = "", version = ""] = line.split("\t");
      return status.startsWith("ii") ? [[name, version] as const] : [];
    }),
  );
}
