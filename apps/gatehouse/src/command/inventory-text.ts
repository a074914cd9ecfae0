import type { Inventory, InventorySection, NodeInventories } from "@gatehouse/client";
import { inline, pairs, printable, section, table } from "./output.js";
import { when, whenAndAgo } from "./when.js";

type Entry = Readonly<Record<string, unknown>>;

const isEntry = (value: unknown): value is Entry =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Each agent's inventory at a glance. */
export const inventoriesText = ({ inventories }: NodeInventories): string =>
  inventories.map((inventory) => inventoryText(inventory)).join("\n");

function inventoryText(inventory: Inventory): string {
  const { sections } = inventory;
  const entries = (name: string): readonly Entry[] => {
    const content = sections.find((one) => one.name === name)?.content;
    return (Array.isArray(content) ? content : [content]).filter(isEntry);
  };
  const [bios = {}] = entries("bios");
  const [hardware = {}] = entries("hardware");
  const [system = {}] = entries("operatingsystem");
  const drives = entries("drives").map((drive) => [
    drive["type"] ?? drive["letter"],
    drive["volumn"],
    drive["filesystem"],
    megabytes(drive["total"]),
    megabytes(drive["free"]),
  ]);
  const networks = entries("networks").map((one) => [
    one["description"],
    one["mac"],
    one["ipaddress"] ?? one["ipaddress6"],
    one["status"],
  ]);
  return [
    pairs([
      ["device", inventory.deviceId],
      ["said by", `${inventory.versionClient}${inventory.isCollected ? ", which looked at it from outside" : ""}`],
      ["tag", inventory.tag],
      ["seen", whenAndAgo(inventory.seenAt)],
      ["changed", when(inventory.changedAt)],
      ["complete", inventory.isComplete ? null : "no: some of it is missing, and all of it has been asked for"],
      ["hardware", words(bios["smanufacturer"], bios["smodel"])],
      ["serial", bios["ssn"]],
      ["uuid", hardware["uuid"]],
      ["runs on", hardware["vmsystem"] === "Physical" ? null : hardware["vmsystem"]],
      ["system", words(system["full_name"] ?? words(system["name"], system["version"]), system["arch"])],
      ["kernel", system["kernel_version"]],
      ["cpus", cpusText(entries("cpus"))],
      ["memory", megabytes(hardware["memory"])],
      ["swap", megabytes(hardware["swap"])],
      ["packages", entries("softwares").length || null],
      ["also", otherSections(sections)],
    ]),
    drives.length === 0 ? "" : section("Drives", table(["MOUNTED", "DEVICE", "SYSTEM", "SIZE", "FREE"], drives, "")),
    networks.length === 0 ? "" : section("Networks", table(["NAME", "MAC", "ADDRESS", "STATUS"], networks, "")),
    repairsText(inventory),
  ].join("");
}

/** What the summary tells of by itself. */
const TOLD = new Set(
  "bios hardware operatingsystem cpus softwares drives networks versionclient versionprovider accesslog".split(" "),
);

const otherSections = (sections: readonly InventorySection[]): string =>
  sections
    .filter(({ name }) => !TOLD.has(name))
    .map(({ name, content }) => (Array.isArray(content) ? `${content.length} ${name}` : name))
    .join(", ");

function repairsText({ repairs }: Inventory): string {
  if (repairs.length === 0) return "";
  const rows = repairs.map(({ path, did, why, was, times }) => [path, did, times, why, was]);
  return section("Repaired", table(["WHERE", "DID", "TIMES", "WHY", "WAS"], rows, ""));
}

/** `2 x Intel Xeon, 8 cores`, alike ones together. */
function cpusText(cpus: readonly Entry[]): string {
  const counts = new Map<string, number>();
  for (const cpu of cpus) {
    const cores = cpu["core"] === undefined ? "" : `, ${inline(cpu["core"])} cores`;
    const name = `${inline(cpu["name"] ?? "unknown")}${cores}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => (count === 1 ? name : `${count} x ${name}`)).join("; ");
}

/** @param value in MiB, as inventories have it */
function megabytes(value: unknown): string | null {
  const size = typeof value === "string" && value !== "" ? Number(value) : value;
  if (typeof size !== "number" || !Number.isFinite(size)) return null;
  if (size < 1024) return `${size} MiB`;
  return size < 1024 * 1024 ? `${(size / 1024).toFixed(1)} GiB` : `${(size / 1024 / 1024).toFixed(1)} TiB`;
}

const words = (...said: readonly unknown[]): string =>
  said.filter((one) => one !== undefined && one !== null && one !== "").join(" ");

/** Whole sections, of each agent. */
export function sectionsText({ inventories }: NodeInventories, names: readonly string[]): string {
  return inventories
    .map(({ deviceId, sections }) => {
      const head = inventories.length === 1 ? "" : `${printable(deviceId)}\n`;
      const parts = names.map((name) => {
        const found = sections.find((one) => one.name === name);
        const text = found === undefined ? "It says nothing of this.\n" : contentText(found.content);
        return names.length === 1 ? text : section(name, text).slice(1);
      });
      return head + parts.join("\n");
    })
    .join("\n");
}

/** Columns that come first, where an entry has them. */
const FIRST = ["name", "login", "version", "description", "type"];

function contentText(content: unknown): string {
  if (isEntry(content)) return pairs(sorted(Object.keys(content)).map((name) => [name, inline(content[name])]));
  if (!Array.isArray(content)) return `${printable(inline(content))}\n`;
  const entries = content.filter(isEntry);
  if (entries.length < content.length) return content.map((one) => `${printable(inline(one))}\n`).join("");
  const columns = sorted([...new Set(entries.flatMap((entry) => Object.keys(entry)))]);
  const rows = entries.map((entry) =>
    columns.map((column) => (Object.hasOwn(entry, column) ? inline(entry[column]) : null)),
  );
  return table(
    columns.map((column) => printable(column).toUpperCase()),
    rows,
    "There is none.",
  );
}

/** Names of fields, the telling ones first. */
export const sorted = (names: readonly string[]): string[] => {
  const rank = (name: string) => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);
  return names.toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
};
