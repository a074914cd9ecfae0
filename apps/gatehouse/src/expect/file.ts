import { readFileSync } from "node:fs";
import { nearest } from "@gatehouse/api/nearest";
import { Ajv, type ErrorObject } from "ajv";
import { DocumentsError, type FileFault, partsOf, pathText } from "../apply/faults.js";
import { readSources, type SourceFile, textOf } from "../apply/files.js";
import { newBudget } from "../apply/value.js";
import { locate, type Pointed, type RawDocument, readDocuments } from "../apply/yaml.js";
import { delay, moment } from "../command/when.js";
import { countText, type Expectation, type Expectations } from "./expectation.js";
import { kinds } from "./kinds/index.js";
import { isMapping } from "./like.js";
import { expectationSchema, listSchema, MOST_DAYS, MOST_EXPECTATIONS } from "./schema.js";

const WITHIN_MS = 300_000;
const MOST_FAULTS = 100;

type Mapping = Readonly<Record<string, unknown>>;

/** Something in a document that does not fit. */
interface Fault extends Pointed {
  readonly message: string;
}

/** An expectation that is to be looked at, with what its document says for all. */
interface Raw extends Pointed {
  readonly value: unknown;
  readonly within: number;
}

const ajv = new Ajv({ strict: true, allowUnionTypes: true, allErrors: true, verbose: true, strictRequired: false });
const checkOne = ajv.compile(expectationSchema);
/** Its expectations are looked at one by one. */
const checkList = ajv.compile(listSchema({}));

/**
 * Reads what is expected: a document is one expectation, or has several under `expect`; a list has one in each item.
 * @param target a file, a folder of files, or `-` for standard input
 * @throws DocumentsError with every fault and its place
 */
export function readExpectations(target: string, now = new Date()): Expectations {
  const files: readonly SourceFile[] =
    target === "-" ? [{ shown: "standard input", folder: ".", text: standardInput() }] : readSources(target).files;
  const budget = newBudget();
  const documents = files.flatMap((file) => readDocuments(file, budget));
  const faults: Fault[] = [];
  const recordings: Pointed[] = [];
  const specs: Mapping[] = [];
  const raws = documents.flatMap((document): Raw[] => {
    const { origin, value } = document;
    if (!isMapping(value) || !["expect", "record"].some((key) => Object.hasOwn(value, key)))
      return [{ origin, pointer: "", value, within: WITHIN_MS }];
    faults.push(...listFaults(document, value));
    if (isMapping(value["record"])) {
      recordings.push({ origin, pointer: "/record" });
      specs.push(value["record"]);
    }
    const within = durationOf(value["within"]) ?? WITHIN_MS;
    const all = Array.isArray(value["expect"]) ? (value["expect"] as unknown[]) : [];
    return all.map((one, i) => ({ origin, pointer: `/expect/${i}`, value: one, within }));
  });
  const refuse = (message: string) => new DocumentsError([{ place: { file: target }, path: "", message }]);
  if (documents.length === 0) throw refuse("Nothing is expected in it.");
  if (raws.length > MOST_EXPECTATIONS) throw refuse(`There are more than ${MOST_EXPECTATIONS} expectations.`);

  const places = locate([...raws, ...recordings]).map(({ file, line }) => ({ file, line }));
  const expectations = raws.flatMap((raw, i): Expectation[] => {
    const wrong = faultsOf(raw);
    faults.push(...wrong);
    return wrong.length > 0
      ? []
      : [{ ...expectationOf(raw, now), place: places[i] ?? { file: target, line: undefined } }];
  });
  if (faults.length > 0) throw new DocumentsError(fileFaults(faults.slice(0, MOST_FAULTS)));
  return {
    expectations,
    recordings: specs.map((spec, i) => ({ spec, place: places[raws.length + i] ?? { file: target, line: undefined } })),
  };
}

function standardInput(): string {
  const text = textOf(readFileSync(0));
  if (text !== undefined) return text;
  throw new DocumentsError([{ place: { file: "standard input" }, path: "", message: "It is no text in UTF-8." }]);
}

function listFaults({ origin }: RawDocument, value: Mapping): Fault[] {
  const faults = checkList(value) ? [] : wordsOf(checkList.errors ?? []);
  return [...faults, ...timeFaults(value)].map((fault) => ({ origin, ...fault }));
}

function faultsOf({ origin, pointer, value }: Raw): Fault[] {
  const at = (found: readonly Omit<Fault, "origin">[]) =>
    found.map((fault) => ({ origin, pointer: `${pointer}${fault.pointer}`, message: fault.message }));
  if (!isMapping(value))
    return at([{ pointer: "", message: "An expectation is a mapping, such as `node: {name: web-1}`." }]);
  if (!checkOne(value)) return at(wordsOf(checkOne.errors ?? []));
  const words = [...kinds.keys(), "never"];
  const said = words.filter((word) => Object.hasOwn(value, word));
  if (said.length === 0)
    return at([{ pointer: "", message: `It does not say what must happen: one of ${words.join(", ")}.` }]);
  if (said.length > 1)
    return at([
      { pointer: `/${said[1]}`, message: `It says ${said.join(" and ")}: each is an expectation of its own.` },
    ]);
  return at([...timeFaults(value), ...countFaults(value), ...statusFaults(value)]);
}

/** `within` and `since`, as far as a schema cannot tell. */
function timeFaults({ within, since }: Mapping): Omit<Fault, "origin">[] {
  const faults = [];
  if ((durationOf(within) ?? 0) > MOST_DAYS * 86_400_000)
    faults.push({ pointer: "/within", message: `An expectation waits ${MOST_DAYS} days at the most.` });
  if (typeof since === "string" && since !== "ever" && since !== "start") {
    try {
      moment(since);
    } catch {
      faults.push({ pointer: "/since", message: SINCE });
    }
  }
  return faults;
}

function countFaults(value: Mapping): Omit<Fault, "origin">[] {
  const { atLeast, atMost, exactly, never } = value;
  const counts = ["atLeast", "atMost", "exactly"].filter((key) => Object.hasOwn(value, key));
  if (never !== undefined && counts.length > 0)
    return [{ pointer: `/${counts[0]}`, message: "What must never be has no count." }];
  if (exactly !== undefined && counts.length > 1)
    return [{ pointer: "/exactly", message: `It contradicts ${counts[0]}: \`exactly\` stands alone.` }];
  if (typeof atLeast === "number" && typeof atMost === "number" && atLeast > atMost)
    return [{ pointer: "/atMost", message: `It contradicts atLeast: ${atLeast} are more than ${atMost}.` }];
  return [];
}

/** Of an exchange: bounds that nothing can be between. */
function statusFaults(value: Mapping): Omit<Fault, "origin">[] {
  const isNever = isMapping(value["never"]);
  const { exchange } = (isNever ? value["never"] : value) as { exchange?: Mapping };
  const {
    status,
    leastStatus = 100,
    mostStatus = 599,
  } = (exchange ?? {}) as Readonly<Record<string, number | undefined>>;
  const pointer = `${isNever ? "/never" : ""}/exchange`;
  if (leastStatus > mostStatus)
    return [{ pointer: `${pointer}/mostStatus`, message: `It contradicts leastStatus: ${leastStatus} is more.` }];
  if (status !== undefined && (status < leastStatus || status > mostStatus))
    return [{ pointer: `${pointer}/status`, message: "It contradicts leastStatus or mostStatus." }];
  return [];
}

function expectationOf({ value, within: usual }: Raw, now: Date): Omit<Expectation, "place"> {
  const said = value as Mapping;
  const never = said["never"] as Mapping | undefined;
  const [word = "", spec] = Object.entries(never ?? said).find(([key]) => kinds.has(key)) ?? [];
  const kind = kinds.get(word);
  if (kind === undefined) throw new Error(`no kind ${word}`);
  const own = durationOf(said["within"]);
  const { name, since, atLeast, atMost, exactly } = said as {
    readonly [K in "name" | "since"]?: string;
  } & { readonly [K in "atLeast" | "atMost" | "exactly"]?: number };
  const most = never !== undefined ? 0 : (exactly ?? atMost ?? Number.POSITIVE_INFINITY);
  const least = exactly ?? atLeast ?? (Number.isFinite(most) ? 0 : 1);
  const count = countText({ least, most });
  const title = kind.title(spec as never);
  return {
    name: name ?? (never !== undefined ? `never ${title}` : `${title}${count === "" ? "" : `, ${count}`}`),
    word,
    kind,
    spec: spec as Mapping,
    within: own ?? usual,
    saysWithin: own !== undefined,
    since:
      since === "start" || since === "ever" ? since : since === undefined ? kind.since : { at: moment(since, now) },
    least,
    most,
  };
}

/** Milliseconds; undefined for what is none, which the schema has said. */
function durationOf(text: unknown): number | undefined {
  if (typeof text !== "string") return undefined;
  try {
    return delay(text) * 1000;
  } catch {
    return undefined;
  }
}

const SINCE = "It is `start`, `ever`, a time ago such as 2h, or a date such as 2026-03-01T10:00Z.";
/** Of what a pattern cannot say in words. */
const FORMS: Readonly<Record<string, string>> = {
  within: "It is a length of time such as 90s, 5m or 2h.",
  since: SINCE,
  node: "This is no name.",
  name: "This is no name.",
  path: "It is the parts of a fact's path joined by dots, such as os.family.",
  section: "It is a section's name, such as softwares.",
};

/** Every fault in words, one for each place, and never a schema's own for what a person can be told better. */
function wordsOf(errors: readonly ErrorObject[]): Omit<Fault, "origin">[] {
  const faults = new Map<string, { readonly message: string; readonly weight: number }>();
  for (const error of errors) {
    const { pointer, message, weight } = faultOf(error);
    if (weight > (faults.get(pointer)?.weight ?? -1)) faults.set(pointer, { message, weight });
  }
  // What is below a place says more than what the place says of it.
  const places = [...faults.keys()];
  return [...faults]
    .filter(([pointer, { weight }]) => weight > 0 || !places.some((other) => other.startsWith(`${pointer}/`)))
    .map(([pointer, { message }]) => ({ pointer, message }));
}

function faultOf({ instancePath, keyword, params, message, parentSchema, data }: ErrorObject) {
  const key = partsOf(instancePath).at(-1) ?? "";
  const extra: unknown = params["additionalProperty"];
  if (typeof extra === "string") {
    const fields = Object.keys((parentSchema?.["properties"] as object | undefined) ?? {});
    // A document that was to have several.
    if (fields.includes("never")) fields.push("expect", "record");
    const part = extra.replaceAll("~", "~0").replaceAll("/", "~1");
    return {
      pointer: `${instancePath}/${part}`,
      message: `There is no field ${JSON.stringify(extra.slice(0, 60))} here${nearest(extra.slice(0, 60), fields)}`,
      weight: 3,
    };
  }
  const allowed: unknown = params["allowedValues"];
  if (Array.isArray(allowed)) {
    const hint = typeof data === "string" ? nearest(data.slice(0, 60), allowed.map(String)) : ".";
    // Of a list, the item says more.
    const weight = Array.isArray(data) ? 0 : 3;
    return { pointer: instancePath, message: `It must be one of ${allowed.join(", ")}${hint}`, weight };
  }
  const form = Object.hasOwn(FORMS, key) ? FORMS[key] : undefined;
  if (keyword === "pattern" && form !== undefined) return { pointer: instancePath, message: form, weight: 2 };
  if (keyword === "anyOf")
    return { pointer: instancePath, message: "It fits none of the forms that it may have.", weight: 0 };
  return { pointer: instancePath, message: `It ${message ?? "does not fit"}.`, weight: keyword === "required" ? 2 : 1 };
}

function fileFaults(faults: readonly Fault[]): FileFault[] {
  const places = locate(faults);
  return faults.map(({ pointer, message }, i) => ({
    place: places[i] ?? { file: "" },
    path: pathText(pointer),
    message,
  }));
}
