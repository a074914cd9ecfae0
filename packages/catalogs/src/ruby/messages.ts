import type { CompileLog, ExportedResource, ManifestClasses } from "@gatehouse/core/catalogs";

/** What a worker is asked to do. */
export type WorkerRequest = { readonly op: "compile" | "load" | "classes" } & Readonly<Record<string, unknown>>;

/** A worker's answer: the line that says how it went, and a catalog's text. */
export interface WorkerAnswer {
  readonly said: WorkerSaid;
  readonly text: Buffer | undefined;
}

export interface WorkerSaid {
  /** Of the request. */
  readonly id: number;
  readonly ok: boolean;
  readonly message?: string;
  readonly logs?: readonly CompileLog[];
  readonly exported?: readonly ExportedResource[];
  readonly files?: readonly ManifestClasses[];
  readonly milliseconds?: number;
  /** A line with the catalog follows. */
  readonly catalog?: boolean;
  /** It ends after this answer. */
  readonly last?: boolean;
  /** Bytes that it holds. */
  readonly rss?: number;
}

/** What a worker asks while it compiles. */
export type Question = { readonly id: number } & (
  | { readonly ask: "exported"; readonly type: string; readonly filter: unknown }
  | { readonly ask: "puppetdb"; readonly query: unknown }
);

/**
 * A line of a worker. Modules' code runs in the same process, and may write to the same connection.
 * @returns undefined for what no worker says
 */
export function messageOf(bytes: Buffer): WorkerSaid | Question | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString());
    return isQuestion(value) || isSaid(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value: unknown) => typeof value === "string";
const isMissingOr = (is: (value: unknown) => boolean) => (value: unknown) => value === undefined || is(value);
const isListOf = (is: (value: unknown) => boolean) =>
  isMissingOr((value) => Array.isArray(value) && value.every((one) => is(one)));

const isQuestion = (value: unknown): value is Question =>
  isObject(value) &&
  Number.isInteger(value["id"]) &&
  (value["ask"] === "puppetdb" || (value["ask"] === "exported" && isText(value["type"])));

const isLog = (value: unknown) => isObject(value) && isText(value["level"]) && isText(value["message"]);
const isFile = (value: unknown) => isObject(value) && isText(value["path"]);
const isExport = (value: unknown) =>
  isObject(value) &&
  isText(value["type"]) &&
  isText(value["title"]) &&
  Array.isArray(value["tags"]) &&
  value["tags"].every(isText) &&
  isObject(value["parameters"]);

const isSaid = (value: unknown): value is WorkerSaid =>
  isObject(value) &&
  Number.isInteger(value["id"]) &&
  typeof value["ok"] === "boolean" &&
  isMissingOr(isText)(value["message"]) &&
  isMissingOr(Number.isFinite)(value["milliseconds"]) &&
  isMissingOr(Number.isFinite)(value["rss"]) &&
  isListOf(isLog)(value["logs"]) &&
  isListOf(isFile)(value["files"]) &&
  isListOf(isExport)(value["exported"]);
