import { Ajv, type ErrorObject } from "ajv";
import formats from "ajv-formats";
import { nearest } from "../nearest.js";
import { ofFormMeant } from "../operation/forms.js";
import type { JsonSchema } from "../operation/schema.js";
import { boundsFault } from "./bounds.js";
import { MOST_FAULTS, pointerPart } from "./faults.js";
import { type Document, type DocumentKind, type Fault, isVariants } from "./kind.js";

const FIELDS = ["kind", "name", "spec"];

/** What became of documents that were looked at: all of them, or what does not fit. */
export interface Checked {
  readonly documents: readonly Document[];
  /** At most {@link MOST_FAULTS}. */
  readonly faults: readonly Fault[];
}

/** What is wrong with a value. */
type Check = (value: unknown) => readonly ErrorObject[];

interface KnownKind {
  readonly kind: DocumentKind;
  readonly name: Check;
  /** By the variant, or the only one under "". */
  readonly specs: ReadonlyMap<string, Check>;
}

/** A check of documents against these kinds. It says every fault, and never a value: a secret may be in its place. */
export function documentCheck(kinds: readonly DocumentKind[]): (documents: readonly unknown[]) => Checked {
  const ajv = new Ajv({ strict: true, allowUnionTypes: true, allErrors: true, verbose: true, strictRequired: false });
  formats.default(ajv);
  // Compiled when a document of the kind comes: a start has no time for it.
  const checkOf =
    (schema: JsonSchema): Check =>
    (value) =>
      ajv.validate(schema, value) ? [] : (ajv.errors ?? []);
  const known = new Map(
    kinds.map((kind): [string, KnownKind] => {
      const specs = isVariants(kind.spec) ? Object.entries(kind.spec.schemas) : [["", kind.spec] as const];
      const checks = new Map(specs.map(([variant, schema]) => [variant, checkOf(schema)]));
      return [kind.kind, { kind, name: checkOf(kind.name), specs: checks }];
    }),
  );

  return (documents) => {
    const good: Document[] = [];
    const faults: Fault[] = [];
    const places = new Map<string, number>();
    for (const [index, document] of documents.entries()) {
      const found = checkOne(known, index, document);
      if (!Array.isArray(found)) {
        const { kind, document: fits } = found;
        const identity = `${fits.kind}/${kind.caseless === true ? fits.name.toLowerCase() : fits.name}`;
        const other = places.get(identity);
        places.set(identity, other ?? index);
        if (other === undefined) good.push(fits);
        else
          faults.push({
            index,
            pointer: "/name",
            message: `There are two documents of kind ${fits.kind} with the name ${fits.name}.`,
            other,
          });
      } else faults.push(...found);
      if (faults.length >= MOST_FAULTS) break;
    }
    return { documents: good, faults: faults.slice(0, MOST_FAULTS) };
  };
}

function checkOne(
  known: ReadonlyMap<string, KnownKind>,
  index: number,
  value: unknown,
): Fault[] | { readonly kind: DocumentKind; readonly document: Document } {
  const outside = boundsFault(index, value);
  if (outside !== undefined) return [outside];
  const fault = (pointer: string, message: string): Fault => ({ index, pointer, message });
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return [fault("", "A document is a mapping with kind, name and spec.")];
  const faults = Object.keys(value)
    .filter((key) => !FIELDS.includes(key))
    .map((key) => fault(`/${pointerPart(key)}`, `A document has no field ${quoted(key)}${nearest(key, FIELDS)}`));
  const { kind: word, name, spec } = value as Record<string, unknown>;
  const kind = typeof word === "string" ? known.get(word) : undefined;
  if (typeof word !== "string")
    faults.push(fault("/kind", `The kind is needed: one of ${[...known.keys()].join(", ")}.`));
  else if (kind === undefined)
    faults.push(fault("/kind", `There is no kind ${quoted(word)}${nearest(word, [...known.keys()])}`));
  if (typeof name !== "string") faults.push(fault("/name", "The name is needed: a text."));
  if (typeof spec !== "object" || spec === null || Array.isArray(spec))
    faults.push(fault("/spec", "The spec is needed: a mapping."));
  if (kind === undefined || faults.length > 0) return faults;
  const document = { index, kind: word as string, name: name as string, spec: spec as Document["spec"] };
  faults.push(...nameFaults(kind, document), ...specFaults(kind, document));
  return faults.length > 0 ? faults : { kind: kind.kind, document };
}

function nameFaults({ name, kind }: KnownKind, document: Document): Fault[] {
  const [error] = name(document.name);
  if (error === undefined) return [];
  const rule = typeof kind.name["description"] === "string" ? ` ${kind.name["description"]}` : "";
  return [{ index: document.index, pointer: "/name", message: `The name ${error.message ?? "does not fit"}.${rule}` }];
}

function specFaults({ kind, specs }: KnownKind, { index, spec }: Document): Fault[] {
  let check = specs.get("");
  if (isVariants(kind.spec)) {
    const { by } = kind.spec;
    const variant = spec[by];
    check = typeof variant === "string" ? specs.get(variant) : undefined;
    if (check === undefined) {
      const hint = typeof variant === "string" ? nearest(variant, [...specs.keys()]) : ".";
      const message = `${by} must be one of ${[...specs.keys()].join(", ")}${hint}`;
      return [{ index, pointer: Object.hasOwn(spec, by) ? `/spec/${by}` : "/spec", message }];
    }
  }
  const errors = check?.(spec) ?? [];
  const secrets = new Set((kind.secrets ?? []).map((key) => `/${pointerPart(key)}`));
  const faults = new Map<string, Fault>();
  for (const error of ofFormMeant(errors)) {
    const secret = [...secrets].find((at) => error.instancePath === at || error.instancePath.startsWith(`${at}/`));
    const found = secret === undefined ? faultOf(error) : misplaced(secret);
    // One for each place: a value that fits none of several forms fails each of them.
    if (!faults.has(found.pointer)) faults.set(found.pointer, { index, ...found, pointer: `/spec${found.pointer}` });
  }
  return [...faults.values()];
}

const misplaced = (pointer: string) => ({
  pointer,
  message: `A secret in the wrong place: ${pointer.slice(1)} is told by {file: PATH} or {env: NAME}, never by the text itself.`,
});

function faultOf({ instancePath, keyword, params, message, parentSchema, data }: ErrorObject): Omit<Fault, "index"> {
  const extra: unknown = params["additionalProperty"] ?? params["unevaluatedProperty"];
  if (typeof extra === "string") {
    const fields = Object.keys((parentSchema?.["properties"] as object | undefined) ?? {});
    return {
      pointer: `${instancePath}/${pointerPart(extra)}`,
      message: `There is no field ${quoted(extra)} here${nearest(extra, fields)}`,
    };
  }
  const place = instancePath === "" ? "The spec" : instancePath.slice(1).replaceAll("/", ".");
  const allowed: unknown = params["allowedValues"] ?? (keyword === "const" ? [params["allowedValue"]] : undefined);
  if (Array.isArray(allowed)) {
    const hint = typeof data === "string" ? nearest(data, allowed.map(String)) : ".";
    return { pointer: instancePath, message: `${place} must be one of ${allowed.join(", ")}${hint}` };
  }
  return { pointer: instancePath, message: `${place} ${message ?? "does not fit"}.` };
}

const quoted = (word: string) => JSON.stringify(word.slice(0, 60));
