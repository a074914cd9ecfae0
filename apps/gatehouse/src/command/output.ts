import Table from "cli-table3";

const NO_BORDERS = Object.fromEntries(
  [
    "top",
    "top-mid",
    "top-left",
    "top-right",
    "bottom",
    "bottom-mid",
    "bottom-left",
    "bottom-right",
    "left",
    "left-mid",
    "mid",
    "mid-mid",
    "right",
    "right-mid",
  ].map((place) => [place, ""]),
);

/** Rows under headings, in columns; a line that says so when there are none. */
export function table(headings: readonly string[], rows: readonly (readonly unknown[])[], none: string): string {
  if (rows.length === 0) return `${none}\n`;
  const drawn = new Table({
    head: [...headings],
    chars: { ...NO_BORDERS, middle: "  " },
    style: { "padding-left": 0, "padding-right": 0, head: [], border: [] },
  });
  for (const row of rows) drawn.push(row.map((cell) => printable(cell)));
  return `${drawn
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n")}\n`;
}

/** A value in a table: a dash for nothing, and no control character that an agent's name could bring to a terminal. */
function printable(value: unknown): string {
  if (value === null || value === undefined || value === "") return "-";
  return String(value).replace(/\p{C}/gu, "\ufffd");
}

/** A time as people compare it: UTC, to the second. */
export const when = (iso: string | null | undefined): string | null =>
  iso ? iso.replace("T", " ").replace(/\.\d+Z$/, "Z") : null;

/** Bytes in the unit that fits. */
export function bytes(count: number): string {
  if (count < 1024) return `${count} B`;
  const unit = Math.min(Math.floor(Math.log2(count) / 10), 4);
  return `${(count / 1024 ** unit).toFixed(1)} ${["B", "KiB", "MiB", "GiB", "TiB"][unit]}`;
}
