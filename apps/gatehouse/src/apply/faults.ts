import { printable } from "../command/output.js";

/** A place in a file, counted from 1; without a line for the file as a whole. */
export interface Place {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/** Something in the files that does not fit. */
export interface FileFault {
  readonly place: Place;
  /** Where in the document, such as `spec.settings`; empty for the document itself. */
  readonly path: string;
  readonly message: string;
}

/** Faults that a person is shown at once. */
const MOST_SHOWN = 20;

/** Files that cannot be applied: nothing was sent. */
export class DocumentsError extends Error {
  override readonly name = "DocumentsError";
  readonly faults: readonly FileFault[];

  constructor(faults: readonly FileFault[]) {
    const more = faults.length > MOST_SHOWN ? [`and ${faults.length - MOST_SHOWN} more`] : [];
    super([...faults.slice(0, MOST_SHOWN).map(faultLine), ...more].join("\n"));
    this.faults = faults;
  }
}

/** `fleet/web.yaml:12:5 spec.key: …` */
export function faultLine({ place, path, message }: FileFault): string {
  return `${placeText(place)}${path === "" ? "" : ` ${printable(path)}`}: ${printable(message)}`;
}

export const placeText = ({ file, line, column }: Place): string =>
  `${printable(file)}${line === undefined ? "" : `:${line}:${column ?? 1}`}`;

/** `/spec/a~1b/0` as people write it: `spec.a/b.0`. */
export const pathText = (pointer: string): string => partsOf(pointer).join(".");

/** The keys of a JSON pointer. */
export const partsOf = (pointer: string): string[] =>
  pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
