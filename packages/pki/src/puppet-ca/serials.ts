import type { ImportedCertificate } from "@gatehouse/core/certificates";
import { serialOf, serialText } from "../serial.js";
import { type CaFolder, readFile } from "./files.js";
import type { Findings } from "./findings.js";
import type { InventoryLine } from "./inventory.js";

/**
 * The certificates of which only the inventory tells: they stand for no name, and can be revoked by their serial.
 * @param known serials whose certificates are there, or that are no leaf's
 */
export function inventoried(
  inventory: readonly InventoryLine[],
  known: ReadonlySet<string>,
  revoked: ReadonlyMap<string, Date>,
  now: Date,
  findings: Findings,
): ImportedCertificate[] {
  const found = new Map<string, ImportedCertificate>();
  for (const { serial: number, name, notBefore, notAfter } of inventory) {
    const serial = serialText(number);
    if (known.has(serial) || found.has(serial)) continue;
    found.set(serial, { serial, name, notBefore, notAfter, revokedAt: revoked.get(serial) ?? null, signed: null });
  }
  const gone = [...found.values()].filter(({ notAfter, revokedAt }) => notAfter > now && revokedAt === null);
  if (gone.length > 0) {
    const some = gone.slice(0, 5).map(({ serial, name }) => `${serial} ${name}`);
    findings.add(
      "warning",
      "inventory.txt",
      `${gone.length} certificate(s) are valid and not revoked, and their files are gone: ${some.join(", ")}${gone.length > 5 ? ", …" : ""}. ` +
        "They can be revoked by serial only.",
    );
  }
  return [...found.values()];
}

/** The stores count with a sequence of the database, which has 63 bits. */
const MOST_SERIAL = 2n ** 63n - 1n;
const TOO_HIGH = `Serials above ${serialText(MOST_SERIAL)} cannot be continued.`;

/**
 * The next serial: above every one that was given out, whatever the file says. Those that no counter of Puppet's reaches
 * are of other tools, or a line that somebody wrote: what counts on from below them never meets them.
 */
export async function nextSerialOf(folder: CaFolder, used: readonly string[], findings: Findings): Promise<bigint> {
  const numbers = used.map((text) => serialOf(text) ?? 0n);
  const highest = numbers.reduce((most, serial) => (serial > most && serial <= MOST_SERIAL ? serial : most), 0n);
  const beyond = numbers.filter((serial) => serial > MOST_SERIAL);
  if (beyond[0] !== undefined) {
    const text = `${TOO_HIGH} ${beyond.length} that were given out are passed over, the first is ${serialText(beyond[0])}.`;
    findings.add("warning", "serial", text);
  }
  const next = await countedOn(folder, highest, findings);
  if (next > MOST_SERIAL) findings.add("error", "serial", TOO_HIGH);
  return next;
}

async function countedOn(folder: CaFolder, highest: bigint, findings: Findings): Promise<bigint> {
  if (!folder.files.includes("serial")) {
    findings.add("warning", "serial", "It is missing; the next serial is one above the highest that is known.");
    return highest + 1n;
  }
  const text = (await readFile(folder, "serial", findings, (content) => content.trim())) ?? "";
  const said = serialOf(text);
  if (said === undefined)
    findings.add("warning", "serial", "It holds no serial; the next one is one above the highest that is known.");
  else if (said <= highest)
    findings.add(
      "warning",
      "serial",
      `It says ${serialText(said)}, which was given out; the next is above ${serialText(highest)}.`,
    );
  return said !== undefined && said > highest ? said : highest + 1n;
}
