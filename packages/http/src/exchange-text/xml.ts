import { isSecretName } from "@gatehouse/core/redaction";
import { SaxesParser } from "saxes";
import { MASK, maskedText } from "./mask.js";

const INDENT = "  ";
/** Elements deeper than this are not indented further. */
const MOST_LEVELS = 64;
const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (text: string) => text.replaceAll(/[&<>"]/g, (sign) => ESCAPES[sign] ?? sign);

interface Open {
  readonly name: string;
  readonly isSecret: boolean;
  text: string;
  hasChildren: boolean;
}

/**
 * XML with one element to a line, and without what its names say is secret. Of what is not well formed, or was cut, as much as
 * could be read; nothing is expanded: a DOCTYPE's entities are no names here.
 * @returns undefined where nothing could be read
 */
export function prettyXml(text: string): string | undefined {
  const lines: string[] = [];
  const open: Open[] = [];
  const parser = new SaxesParser();
  const indent = (level: number) => INDENT.repeat(Math.min(level, MOST_LEVELS));
  let failed = false;
  parser.on("error", () => {
    failed = true;
  });
  parser.on("opentag", ({ name, attributes }) => {
    if (failed) return;
    const parent = open.at(-1);
    if (parent !== undefined && !parent.hasChildren) {
      parent.hasChildren = true;
      const own = said(parent);
      if (own !== "") lines.push(`${indent(open.length)}${own}`);
      parent.text = "";
    }
    const written = Object.entries(attributes).map(
      ([key, value]) => ` ${key}="${isSecretName(key) ? MASK : escaped(maskedText(String(value)))}"`,
    );
    lines.push(`${indent(open.length)}<${name}${written.join("")}>`);
    const isSecret = (parent?.isSecret ?? false) || isSecretName(name);
    open.push({ name, isSecret, text: "", hasChildren: false });
  });
  const add = (part: string) => {
    const current = open.at(-1);
    if (!failed && current !== undefined) current.text += part;
  };
  parser.on("text", add);
  parser.on("cdata", add);
  parser.on("closetag", () => {
    if (failed) return;
    const closed = open.pop();
    if (closed === undefined) return;
    const own = said(closed);
    if (closed.hasChildren) {
      if (own !== "") lines.push(`${indent(open.length + 1)}${own}`);
      lines.push(`${indent(open.length)}</${closed.name}>`);
    } else lines.push(`${lines.pop() ?? ""}${own}</${closed.name}>`);
  });
  try {
    parser.write(text);
    parser.close();
  } catch {
    failed = true;
  }
  return lines.length === 0 ? undefined : lines.join("\n");
}

function said({ text, isSecret }: Open): string {
  const own = text.trim();
  if (own === "") return "";
  return isSecret ? MASK : escaped(maskedText(own));
}
