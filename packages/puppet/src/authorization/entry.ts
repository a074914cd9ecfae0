import { extensionName } from "../extensions.js";
import { type Captures, compilePattern } from "./pattern/pattern.js";
import { many, type RuleEntry } from "./rule.js";

/** Whom the rules know: a verified peer of profile puppet. */
export interface Node {
  readonly name: string;
  readonly extensions: Readonly<Record<string, string>>;
}

export interface Entry {
  /** As the rule says it, for who asks why. */
  readonly says: string;
  matches(node: Node, captures: Captures): boolean;
}

type NameTest = (name: string, captures: Captures) => boolean;

/**
 * @param groups how many groups the rule's path captures
 * @throws Error with what is wrong
 */
export function compileEntry(entry: RuleEntry, groups: number): Entry {
  const { certname, extensions = {} } = typeof entry === "string" ? { certname: entry } : entry;
  const nameFits = certname === undefined ? () => true : nameTest(certname, groups);
  const wanted = Object.entries(extensions).map(([name, values]) => [extensionName(name), many(values)] as const);
  if (wanted.some(([name]) => name === "subject-alt-name" || name === "subject_alt_name"))
    throw new Error("subject-alt-name is not looked at: it is the name that says who a node is");
  return {
    says: typeof entry === "string" ? entry : JSON.stringify(entry),
    matches: (node, captures) =>
      nameFits(node.name, captures) &&
      wanted.every(([name, values]) => {
        const has = node.extensions[name];
        return has !== undefined && values.includes(has);
      }),
  };
}

/**
 * Names are compared as puppetserver does, without regard to case: an authority gives out lower-case ones only. What
 * the path captured is compared as it is, and is text: there, puppetserver takes a captured `*` for every node.
 * Alternative names never count, though puppetserver lets a certificate with `DNS:other` be `other`.
 */
function nameTest(certname: string, groups: number): NameTest {
  if (certname === "*") return () => true;
  if (/\$\d/.test(certname)) return backReference(certname, groups);
  if (/^\/.*\/$/s.test(certname)) {
    const pattern = compilePattern(certname.slice(1, -1));
    return (name) => pattern.exec(name) !== undefined;
  }
  const lower = certname.toLowerCase();
  if (/^\*(?:\.\w[-\w]*)+$/.test(certname)) {
    const domain = lower.slice(2);
    return (name) => name.toLowerCase() === domain || name.toLowerCase().endsWith(`.${domain}`);
  }
  if (/^\w[-.@\w]*$/.test(certname)) return (name) => name.toLowerCase() === lower;
  throw new Error(`${JSON.stringify(certname)} is no certname, glob, /regex/ or back-reference`);
}

function backReference(certname: string, groups: number): NameTest {
  const numbers = [...certname.matchAll(/\$(\d+)/g)].map(([, digits]) => Number(digits));
  const missing = numbers.find((number) => number < 1 || number > groups);
  if (missing !== undefined) throw new Error(`$${missing} stands for no group of its path`);
  return (name, captures) =>
    numbers.every((number) => captures[number - 1] !== undefined) &&
    name === certname.replaceAll(/\$(\d+)/g, (_, digits) => captures[Number(digits) - 1] ?? "");
}
