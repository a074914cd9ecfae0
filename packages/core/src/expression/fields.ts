import { foldText } from "./text.js";
import type { Nearest, Subject } from "./types.js";

/** Fields that stand for themselves. */
const PLAIN = [
  "name",
  "state",
  "tag",
  "protocol",
  "agent.version",
  "task.installed",
  "task.enabled",
  "reference",
] as const;
/** Fields that go on after a dot. */
const KEYED = ["labels", "alias", "evidence", "facts", "extension"] as const;
const EVIDENCE = ["name", "address", "mac", "serial", "uuid"];
const DEEPEST_PATH = 20;

/** A field of a rule, taken apart. */
export type Field =
  | { readonly of: (typeof PLAIN)[number] }
  | { readonly of: "labels" | "alias" | "evidence" | "extension"; readonly key: string }
  | { readonly of: "facts"; readonly path: readonly string[] };

/** Every field, those that go on with what follows: for help and for schemas. */
export const fieldForms: readonly string[] = [
  ...PLAIN,
  "labels.KEY",
  "alias.KIND",
  "evidence.KIND",
  "facts.PATH",
  "extension.NAME",
];

/** @returns the field, or what is wrong with it: the end of a sentence that begins with its name */
export function parseField(
  text: string,
  nearest: Nearest = (_, known) => `; known: ${known.join(", ")}.`,
): Field | string {
  const plain = PLAIN.find((name) => name === text);
  if (plain !== undefined) return { of: plain };
  const dot = text.indexOf(".");
  const head = KEYED.find((name) => name === (dot < 0 ? text : text.slice(0, dot)));
  const key = dot < 0 ? "" : text.slice(dot + 1);
  if (head === undefined) {
    const forms = [...PLAIN, ...KEYED.map((name) => (dot < 0 ? name : `${name}.${key}`))];
    return `is not a field${nearest(text, forms)}`;
  }
  if (key === "") return `needs what comes after the dot: ${fieldForms.find((form) => form.startsWith(head))}.`;
  if (head === "evidence" && !EVIDENCE.includes(key)) {
    const known = EVIDENCE.map((kind) => `evidence.${kind}`);
    return `is not a field${nearest(text, known)}`;
  }
  if (head !== "facts") return { of: head, key };
  const path = key.split(".");
  if (path.includes("")) return "has an empty part between two dots.";
  return path.length > DEEPEST_PATH ? `has more than ${DEEPEST_PATH} parts.` : { of: "facts", path };
}

/** Whether text is compared without regard to the case of ASCII letters. */
export const foldsCase = ({ of }: Field): boolean => of === "name" || of === "alias" || of === "reference";

/** The names of a subject in the form in which they are compared, made once however many rules look at them. */
interface Folded {
  readonly name: readonly string[];
  readonly references: readonly string[];
  readonly aliases: ReadonlyMap<string, readonly string[]>;
}

/** How an id looks, folded. */
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** Whether a folded name stands for its node: agents choose names, and none may pass for another node's id. */
export const isReference = (name: string): boolean => !ID.test(name);

const folded = new WeakMap<Subject, Folded>();
const NONE: readonly unknown[] = [];

function foldedOf(subject: Subject): Folded {
  const known = folded.get(subject);
  if (known !== undefined) return known;
  const aliases = new Map(Object.entries(subject.aliases).map(([kind, values]) => [kind, values.map(foldText)]));
  const name = [foldText(subject.name)];
  const ids = [subject.id, ...subject.mergedIds].map(foldText);
  const references = [...ids, ...name.filter(isReference), ...[...aliases.values()].flat()];
  const made = { name, aliases, references };
  folded.set(subject, made);
  return made;
}

/** What a subject has in a field: nothing, one value or several. Names come folded. */
export function valuesOf(field: Field): (subject: Subject) => readonly unknown[] {
  switch (field.of) {
    case "name":
      return (subject) => foldedOf(subject).name;
    case "reference":
      return (subject) => foldedOf(subject).references;
    case "alias":
      return (subject) => foldedOf(subject).aliases.get(field.key) ?? NONE;
    case "state":
      return (subject) => [subject.state];
    case "protocol":
      return (subject) => subject.protocols;
    case "agent.version":
      return (subject) => subject.versions;
    case "tag":
      return (subject) => subject.tags;
    case "task.installed":
      return (subject) => subject.installedTasks;
    case "task.enabled":
      return (subject) => subject.enabledTasks;
    case "labels":
      return ({ labels }) => (Object.hasOwn(labels, field.key) ? [labels[field.key]] : NONE);
    case "evidence":
      return ({ evidence }) => (Object.hasOwn(evidence, field.key) ? (evidence[field.key] ?? NONE) : NONE);
    case "extension":
      return atPath((subject) => subject.extensions, [field.key]);
    case "facts":
      return atPath((subject) => subject.facts, field.path);
  }
}

function atPath(treesOf: (subject: Subject) => readonly object[], path: readonly string[]) {
  return (subject: Subject): readonly unknown[] => {
    let values = NONE;
    for (const tree of treesOf(subject)) {
      const found = scalarsAt(tree, path);
      if (found.length > 0) values = values.length === 0 ? found : [...values, ...found];
    }
    return values;
  };
}

/** A list counts by its items, null not at all; lists are not walked through. */
function scalarsAt(tree: unknown, path: readonly string[]): readonly unknown[] {
  let value = tree;
  for (const part of path) {
    if (typeof value !== "object" || value === null || Array.isArray(value) || !Object.hasOwn(value, part)) return NONE;
    value = (value as Record<string, unknown>)[part];
  }
  if (Array.isArray(value)) return value.filter((item) => item !== null);
  return value === null || value === undefined ? NONE : [value];
}
