import { GatehouseError } from "../errors/index.js";
import {
  type NewPackage,
  type NewPackageFile,
  PART_BYTES,
  type PackageAction,
  type PackageCheck,
  type PackageCheckType,
} from "./types.js";

/** What a package may be called, as a regular expression: 1 to 100 characters. */
export const PACKAGE_NAME = "^[A-Za-z0-9](?:[A-Za-z0-9._+ -]{0,98}[A-Za-z0-9_+])?$";
const NAME = new RegExp(PACKAGE_NAME);
/** Files of one package. */
export const MOST_PACKAGE_FILES = 1_000;
/** Of all files of a version: 64 GiB. */
const MOST_PARTS = 65_536;
/** Minutes for which agents keep a file for others: a year. */
export const MOST_P2P_MINUTES = 525_600;

const digits = /^\d{1,18}$/;
const sha512 = /^[0-9a-fA-F]{128}$/;

/** What a check of a type is compared with; types that are not here look at the path alone. */
const values: Partial<Record<PackageCheckType, { readonly form?: RegExp; readonly what: string }>> = {
  fileSizeEquals: { form: digits, what: "a number of bytes" },
  fileSizeGreater: { form: digits, what: "a number of bytes" },
  fileSizeLower: { form: digits, what: "a number of bytes" },
  freespaceGreater: { form: digits, what: "a number of megabytes" },
  fileSHA512: { form: sha512, what: "a SHA-512 in hex" },
  fileSHA512mismatch: { form: sha512, what: "a SHA-512 in hex" },
  winkeyEquals: { what: "a value" },
  winkeyNotEquals: { what: "a value" },
  winvalueType: { what: "a type" },
};

/** @throws name-invalid for what no package is called */
export function checkPackageName(name: string): void {
  if (NAME.test(name)) return;
  throw new GatehouseError(
    "name-invalid",
    `${JSON.stringify(name.slice(0, 100))} is no name of a package: it has 1 to 100 of A-Z, a-z, 0-9, ".", "_", "+", "-" and spaces inside.`,
  );
}

/** What is wrong with a package whose description fits its schema, in a sentence; undefined for a good one. */
export function packageFault(said: Omit<NewPackage, "name" | "by">): string | undefined {
  return fileFault(said.files) ?? checksFault(said.checks) ?? first(said.actions, actionFault);
}

function fileFault(files: readonly NewPackageFile[]): string | undefined {
  if (files.length > MOST_PACKAGE_FILES) return `A package has at most ${MOST_PACKAGE_FILES} files.`;
  const names = new Set<string>();
  const contents = new Map<string, string>();
  let parts = 0;
  for (const { name, sha256, size, p2pRetentionMinutes: minutes } of files) {
    const shown = JSON.stringify(name.slice(0, 255));
    if (!isFileName(name)) return `${shown} is no name of a file: agents lay it under this name, without a folder.`;
    // Windows takes the two for one.
    if (names.has(name.toLowerCase())) return `Two files of the package are called ${shown}.`;
    names.add(name.toLowerCase());
    if (!/^[0-9a-f]{64}$/.test(sha256)) return `The SHA-256 of ${shown} is not one.`;
    // Agents know files by their content, and each of them by one name.
    const same = contents.get(sha256);
    if (same !== undefined) return `${shown} is just as ${same}: leave one of them out, and copy it by an action.`;
    contents.set(sha256, shown);
    if (!(Number.isSafeInteger(size) && size >= 0)) return `The size of ${shown} is no number of bytes.`;
    if (minutes !== undefined && !(Number.isInteger(minutes) && minutes >= 0 && minutes <= MOST_P2P_MINUTES))
      return `${shown} is kept for a whole number of minutes, at most ${MOST_P2P_MINUTES}.`;
    parts += Math.max(1, Math.ceil(size / PART_BYTES));
  }
  return parts > MOST_PARTS ? `The files of a package have at most ${MOST_PARTS} MiB.` : undefined;
}

/** Also on Windows, where these characters and a dot at the end mean something else. */
const isFileName = (name: string): boolean =>
  name.length > 0 &&
  name.length <= 255 &&
  name.isWellFormed() &&
  !/[\p{Cc}/\\:*?"<>|]/u.test(name) &&
  !/[. ]$/.test(name);

const checksFault = (checks: readonly PackageCheck[]): string | undefined => first(checks, checkFault);

function checkFault({ type, path, value }: PackageCheck): string | undefined {
  const wanted = values[type];
  if (wanted === undefined) return undefined;
  if (value !== undefined && (wanted.form?.test(value) ?? true)) return undefined;
  return `The check ${type} of ${JSON.stringify(path.slice(0, 200))} needs ${wanted.what}.`;
}

function actionFault(action: PackageAction): string | undefined {
  const [step] = Object.values(action) as { readonly checks?: readonly PackageCheck[]; readonly envs?: object }[];
  const variable = Object.keys(step?.envs ?? {}).find((name) => !/^[A-Za-z_][A-Za-z0-9_()]{0,254}$/.test(name));
  if (variable !== undefined) return `${JSON.stringify(variable.slice(0, 100))} is no name of a variable.`;
  return checksFault(step?.checks ?? []);
}

function first<T>(items: readonly T[], faultOf: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const fault = faultOf(item);
    if (fault !== undefined) return fault;
  }
  return undefined;
}
