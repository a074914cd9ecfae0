/** A line of Puppet's inventory: every certificate that was ever issued. */
export interface InventoryLine {
  readonly serial: bigint;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly name: string;
}

// A name is anything but blanks: a line that is passed over gives its serial away once more.
const LINE = /^(?:0x)?([0-9a-fA-F]{1,40}) (\S{20,30}) (\S{20,30}) (?:\/CN=|CN=)([^\t\n\v\f\r ]{1,300})$/;

/** Such as `0x0002 2026-11-19T19:38:35UTC 2031-11-19T19:38:35UTC /CN=web01.example.org` (wire/puppet.md section 4). */
export function readInventory(text: string): { lines: InventoryLine[]; unread: number[] } {
  const lines: InventoryLine[] = [];
  const unread: number[] = [];
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    // The Ruby CA began the file with comments.
    if (raw.trim() === "" || raw.startsWith("#")) continue;
    const [, serial, from, until, name] = LINE.exec(raw) ?? [];
    const notBefore = dateOf(from);
    const notAfter = dateOf(until);
    if (serial === undefined || name === undefined || notBefore === undefined || notAfter === undefined) {
      unread.push(index + 1);
      continue;
    }
    lines.push({ serial: BigInt(`0x${serial}`), notBefore, notAfter, name });
  }
  return { lines, unread };
}

export const writeInventory = (lines: readonly InventoryLine[]): string =>
  lines
    .map(({ serial, notBefore, notAfter, name }) => {
      const hex = serial.toString(16).toUpperCase().padStart(4, "0");
      return `0x${hex} ${puppetDate(notBefore)} ${puppetDate(notAfter)} /CN=${name}\n`;
    })
    .join("");

/** `2026-11-19T19:38:35UTC`, as Puppet writes dates in answers and in the inventory. */
export const puppetDate = (at: Date): string => at.toISOString().replace(/\.\d+Z$/, "UTC");

function dateOf(text: string | undefined): Date | undefined {
  const at = new Date((text ?? "").replace(/UTC$/, "Z"));
  return Number.isNaN(at.getTime()) ? undefined : at;
}
