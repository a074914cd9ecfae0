import type { AutosignRule } from "@gatehouse/core/certificates";
import { isNamePattern } from "./patterns.js";

type ListRule = Extract<AutosignRule, { readonly kind: "all" | "glob" | "name" }>;

export interface ImportedList {
  readonly rules: readonly ListRule[];
  /** What could not be taken over: line numbers from 1, and why. */
  readonly passedOver: readonly { readonly line: number; readonly why: string }[];
}

/**
 * The rules of a Puppet `autosign.conf`: one name or glob to a line; blank lines and comments are passed over, and
 * lines with a blank or `#` in them as puppetserver does, which logs them.
 */
export function importAutosignConf(text: string): ImportedList {
  const rules: ListRule[] = [];
  const passedOver: { line: number; why: string }[] = [];
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    if (raw.startsWith("#") || raw.trim() === "") continue;
    const name = `autosign.conf:${index + 1}`;
    if (!isNamePattern(raw))
      passedOver.push({ line: index + 1, why: "neither a name nor a glob such as *.example.org" });
    else if (raw === "*") rules.push({ kind: "all", name });
    else if (raw.startsWith("*")) rules.push({ kind: "glob", name, pattern: raw });
    else rules.push({ kind: "name", name, certname: raw });
  }
  return { rules, passedOver };
}
