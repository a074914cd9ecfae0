import { stringify } from "csv-stringify/sync";

/** A node's section, on its way into a table. */
export interface CsvSource {
  readonly nodeName: string;
  readonly nodeId: string;
  readonly content: unknown;
}

/**
 * Lines of CSV (RFC 4180: CRLF, quotes where they are needed), an entry to a line: the node's name and id, then the
 * columns. A cell that a spreadsheet would take for a formula (= + - @) gets an apostrophe before it. What is no plain
 * value is there as JSON; control characters that could steer a terminal are U+FFFD.
 *
 * @param columns fields of an entry
 * @param header whether the line with the names comes first
 */
export function csvOf(sources: readonly CsvSource[], columns: readonly string[], header: boolean): string {
  const rows = sources.flatMap(({ nodeName, nodeId, content }) =>
    (Array.isArray(content) ? content : [content]).map((entry: unknown) => [
      harmless(nodeName),
      nodeId,
      ...columns.map((column) => cell(fieldOf(entry, column))),
    ]),
  );
  const head = header ? [["node", "node_id", ...columns]] : [];
  // The library quotes what holds its own line ends only: one of the other kind would break a line too.
  const quoted = { record_delimiter: "windows", quoted_match: /[\r\n]/ } as const;
  return stringify([...head, ...rows], { escape_formulas: true, ...quoted });
}

const fieldOf = (entry: unknown, name: string): unknown =>
  typeof entry === "object" && entry !== null && Object.hasOwn(entry, name)
    ? (entry as Readonly<Record<string, unknown>>)[name]
    : undefined;

function cell(value: unknown): string {
  if (value === undefined || value === null) return "";
  return harmless(typeof value === "object" ? JSON.stringify(value) : String(value));
}

/** Ends of lines and tabs are data. */
const harmless = (text: string): string => text.replace(/(?![\t\r\n])\p{Cc}/gu, "\ufffd");
