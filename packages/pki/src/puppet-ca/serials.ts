import { serialOf, serialText } from "../serial.js";
import { type CaFolder, readFile } from "./files.js";
import type { Findings } from "./findings.js";
import type { InventoryLine } from "./inventory.js";

/** Says which certificates the authority will not know although they are valid: they can be revoked by serial only. */
export function checkInventory(
  inventory: readonly InventoryLine[],
  known: ReadonlySet<string>,
  revoked: ReadonlyMap<string, Date>,
  now: Date,
  findings: Findings,
): void {
  const gone = inventory.filter(({ serial, notAfter }) => {
    const text = serialText(serial);
    return notAfter > now && !known.has(text) && !revoked.has(text);
  });
  if (gone.length === 0) return;
  const some = gone.slice(0, 5).map(({ serial, name }) => `${serialText(serial)} ${name}`);
  findings.add(
    "warning",
    "inventory.txt",
    `${gone.length} certificate(s) are valid and not revoked, and their files are gone: ${some.join(", ")}${gone.length > 5 ? ", …" : ""}.`,
  );
}

/** The next serial: above every one that was given out, whatever the file says. */
export async function nextSerialOf(folder: CaFolder, used: readonly string[], findings: Findings): Promise<bigint> {
  const highest = used.reduce((most, text) => {
    const serial = serialOf(text) ?? 0n;
    return serial > most ? serial : most;
  }, 0n);
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
