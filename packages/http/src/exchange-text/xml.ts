import { SaxesParser } from "saxes";
import { maskedText } from "./mask-text.js";
import { isKey, isLicences, isNameName, isSecret, isValueName, MASK } from "./secret-names.js";

const INDENT = "  ";
/** Elements deeper than this are not indented further. */
const MOST_LEVELS = 64;
/** Characters that are written: what is beyond is cut off anyway. */
const MOST_WRITTEN = 2 << 20;
/** Characters that are read at once, between looks at how much was written. */
const AT_ONCE = 64 << 10;
const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (text: string) => text.replaceAll(/[&<>"]/g, (sign) => ESCAPES[sign] ?? sign);

interface Open {
  readonly name: string;
  readonly isSecret: boolean;
  text: string;
  hasChildren: boolean;
  /** A `<NAME>` or `<KEY>` in it was a secret's: what `<VALUE>` or `<VAL>` beside it says is one. */
  isNamed: boolean;
  /** Lines of `<VALUE>`s that came before. */
  values: number[];
}

/**
 * XML with one element to a line, and without what its names say is secret. Of what is not well formed, or was cut, as much as
 * could be read; nothing is expanded: a DOCTYPE's entities are no names here.
 * @param most characters that are wanted; somewhat more may be written
 * @returns undefined where nothing could be read
 */
export function prettyXml(text: string, most = MOST_WRITTEN): string | undefined {
  const wanted = Math.min(most, MOST_WRITTEN);
  const writer = new Writer();
  const parser = new SaxesParser();
  let isOver = false;
  parser.on("error", () => {
    isOver = true;
  });
  parser.on("opentag", ({ name, attributes }) => {
    if (!isOver) writer.open(name, attributes as Readonly<Record<string, string>>);
  });
  const add = (part: string) => {
    if (!isOver) writer.add(part);
  };
  parser.on("text", add);
  parser.on("cdata", add);
  parser.on("closetag", () => {
    if (!isOver) writer.close();
  });
  try {
    for (let at = 0; at < text.length && !isOver && writer.written < wanted; at += AT_ONCE)
      parser.write(text.slice(at, at + AT_ONCE));
    if (!isOver && writer.written < wanted) parser.close();
  } catch {
    // As much as could be read is shown.
    isOver = true;
  }
  writer.end();
  return writer.lines.length === 0 ? undefined : writer.lines.join("\n");
}

const indent = (level: number) => INDENT.repeat(Math.min(level, MOST_LEVELS));

class Writer {
  readonly lines: string[] = [];
  written = 0;
  readonly #open: Open[] = [];

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    const parent = this.#open.at(-1);
    if (parent !== undefined && !parent.hasChildren) {
      parent.hasChildren = true;
      const own = said(parent);
      if (own !== "") this.#line(`${indent(this.#open.length)}${own}`);
      parent.text = "";
    }
    const isHidden =
      (parent?.isSecret ?? false) ||
      isSecret(name) ||
      (parent?.isNamed === true && isValueName(name)) ||
      (parent !== undefined && isLicences(parent.name) && isKey(name));
    this.#line(`${indent(this.#open.length)}<${name}${attributesText(attributes, isHidden)}>`);
    this.#open.push({
      name,
      isSecret: isHidden || saysSecret(attributes),
      text: "",
      hasChildren: false,
      isNamed: false,
      values: [],
    });
  }

  add(part: string): void {
    const current = this.#open.at(-1);
    if (current !== undefined) current.text += part;
  }

  close(): void {
    const closed = this.#open.pop();
    if (closed === undefined) return;
    const own = said(closed);
    if (closed.hasChildren) {
      if (own !== "") this.#line(`${indent(this.#open.length + 1)}${own}`);
      this.#line(`${indent(this.#open.length)}</${closed.name}>`);
      return;
    }
    const at = this.lines.length - 1;
    this.lines[at] = `${this.lines[at] ?? ""}${own}</${closed.name}>`;
    this.written += own.length + closed.name.length;
    const parent = this.#open.at(-1);
    if (parent === undefined) return;
    if (isValueName(closed.name)) parent.values.push(at);
    if (isNameName(closed.name) && isSecret(closed.text)) this.#hideValues(parent);
  }

  /** Whose names were cut off may have been secrets. */
  end(): void {
    for (const one of this.#open) this.#hideValues(one);
  }

  /** Also of those that came before the name. */
  #hideValues(parent: Open): void {
    parent.isNamed = true;
    for (const at of parent.values) {
      const line = this.lines[at] ?? "";
      this.lines[at] = line.replace(/>[^<]*</, `>${MASK}<`);
    }
    parent.values = [];
  }

  #line(line: string): void {
    this.lines.push(line);
    this.written += line.length + 1;
  }
}

/** `<Parameter name="password" …>` */
const saysSecret = (attributes: Readonly<Record<string, string>>): boolean =>
  Object.entries(attributes).some(([key, value]) => isNameName(key) && isSecret(value));

function attributesText(attributes: Readonly<Record<string, string>>, isHidden: boolean): string {
  const isNamed = saysSecret(attributes);
  return Object.entries(attributes)
    .map(([key, value]) => {
      const isOne = isHidden || isSecret(key) || (isNamed && isValueName(key));
      return ` ${key}="${isOne ? MASK : escaped(maskedText(value))}"`;
    })
    .join("");
}

function said({ text, isSecret: isHidden }: Open): string {
  const own = text.trim();
  if (own === "") return "";
  return isHidden ? MASK : escaped(maskedText(own));
}
