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
  return rows.length === 0 ? `${none}\n` : drawn(headings, rows);
}

/** What is said of one thing: a name and a value to a line. Values that are nothing are left out. */
export function pairs(rows: readonly (readonly [string, unknown])[]): string {
  const said = rows.filter(([, value]) => value !== null && value !== undefined && value !== "");
  return said.length === 0 ? "" : drawn([], said);
}

/** Lines below a heading of their own. */
export const section = (heading: string, text: string): string => `\n${heading}\n${text.replace(/^(?=.)/gm, "  ")}`;

function drawn(headings: readonly string[], rows: readonly (readonly unknown[])[]): string {
  const grid = new Table({
    head: [...headings],
    chars: { ...NO_BORDERS, middle: "  " },
    style: { "padding-left": 0, "padding-right": 0, head: [], border: [] },
  });
  for (const row of rows) grid.push(row.map((cell) => printable(cell)));
  return `${grid
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n")}\n`;
}

/** A value in a table: a dash for nothing, and no control character that an agent's name could bring to a terminal. */
export function printable(value: unknown): string {
  if (value === null || value === undefined || value === "") return "-";
  return String(value)
    .replace(/[\t\r\n]+/g, " ")
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "\ufffd");
}

/** A value of any kind in one line: texts as they are, the rest as JSON. */
export const inline = (value: unknown): string => (typeof value === "string" ? value : (JSON.stringify(value) ?? "-"));

/** `12 ok, 1 failed`, in the order of `order`; what is not there is not said. */
export function tally<K extends string>(counts: Readonly<Partial<Record<K, number>>>, order: readonly K[]): string {
  return order.flatMap((name) => (counts[name] ? [`${counts[name]} ${name}`] : [])).join(", ");
}

/** The same in one line, for programs that read line by line. */
export const machineLine = (value: unknown): string => harmless(JSON.stringify(value));

/** JSON for programs, and harmless on a terminal: what steers one or turns the reading direction is escaped. */
export const machineJson = (value: unknown): string => harmless(JSON.stringify(value, null, 2));

const harmless = (json: string): string =>
  json.replace(
    /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
