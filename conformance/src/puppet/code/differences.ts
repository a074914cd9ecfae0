/** A catalog with where its environment lies. */
export interface Placed {
  readonly catalog: string;
  readonly folder: string;
}

type Value = string | boolean | null | readonly Value[] | { readonly [key: string]: Value };
type Fields = { readonly [key: string]: Value };

// Another one in each compile; and the version of the code, which puppetserver knows only where it is told how to find it.
const OF_THE_RUN = ["catalog_uuid", "code_id"];
const LIST_LIMIT = 200;
const NUMBER = "number=";

/**
 * In what two catalogs differ, one line for each difference; none where they are equal byte by byte, but for the
 * environment's folder, the ids of the catalog and of the code, and a version that is a time.
 * The order of resources, edges, classes, tags and keys counts; so does whether a number is 1 or 1.0.
 */
export function differencesOf(theirs: Placed, ours: Placed): string[] {
  const [a, b] = [read(theirs), read(ours)];
  const found: string[] = [];
  for (const key of keysOf(a, b)) {
    if (OF_THE_RUN.includes(key)) continue;
    if (key === "version" && [a, b].every(({ version }) => isTime(version))) continue;
    if (key === "resources") resources(list(a[key]), list(b[key]), found);
    else if (key === "edges") members("edges", list(a[key]).map(edge), list(b[key]).map(edge), found);
    else if (key === "classes" || key === "tags") members(key, list(a[key]).map(show), list(b[key]).map(show), found);
    else value(key, a[key], b[key], found);
  }
  keyOrder("the catalog", a, b, found);
  return found.length > LIST_LIMIT ? [...found.slice(0, LIST_LIMIT), `… ${found.length - LIST_LIMIT} more`] : found;
}

/** Numbers become texts of their digits, for JavaScript would take 1.0 for 1. */
function read({ catalog, folder }: Placed): Fields {
  const kept = catalog.replace(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g, (token) =>
    token.startsWith('"') ? token.replaceAll(folder, "ENVIRONMENT") : JSON.stringify(`${NUMBER}${token}`),
  );
  return JSON.parse(kept) as Fields;
}

const isTime = (version: Value | undefined): boolean => typeof version === "string" && /^number=\d+$/.test(version);
const list = (found: Value | undefined): readonly Value[] => (Array.isArray(found) ? found : []);
const isFields = (found: Value | undefined): found is Fields =>
  typeof found === "object" && found !== null && !Array.isArray(found);
const edge = (found: Value): string => (isFields(found) ? `${found["source"]} -> ${found["target"]}` : show(found));
const nameOf = (found: Value): string => (isFields(found) ? `${found["type"]}[${found["title"]}]` : show(found));
const keysOf = (a: Fields, b: Fields): string[] => [...new Set([...Object.keys(a), ...Object.keys(b)])];

/** A value as a line has it. */
function show(found: Value | undefined): string {
  if (found === undefined) return "nothing";
  const text = JSON.stringify(found).replace(/"number=([^"]*)"/g, "$1");
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}

function resources(a: readonly Value[], b: readonly Value[], found: string[]): void {
  const [named, others] = [a, b].map((all) => new Map(all.map((one) => [nameOf(one), one])));
  if (named === undefined || others === undefined) return;
  members("resources", a.map(nameOf), b.map(nameOf), found);
  for (const [name, one] of named) {
    const other = others.get(name);
    if (other === undefined) continue;
    value(name, one, other, found);
  }
}

/** What is in one list only, and else where their orders part. */
function members(what: string, a: readonly string[], b: readonly string[], found: string[]): void {
  const before = found.length;
  const [left, right] = [counted(a), counted(b)];
  for (const name of new Set([...a, ...b])) {
    const [one, other] = [left.get(name) ?? 0, right.get(name) ?? 0];
    if (one !== other) found.push(`${what}: ${name} is there ${one} times, and here ${other} times`);
  }
  const place = a.findIndex((name, i) => name !== b[i]);
  if (found.length === before && place >= 0)
    found.push(`${what}: another order from place ${place} on: ${a[place]} there, ${b[place]} here`);
}

function counted(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

function value(at: string, a: Value | undefined, b: Value | undefined, found: string[]): void {
  if (JSON.stringify(a) === JSON.stringify(b)) return;
  if (!isFields(a) || !isFields(b)) {
    found.push(`${at}: ${show(a)} there, ${show(b)} here`);
    return;
  }
  for (const key of keysOf(a, b)) value(`${at} ${key}`, a[key], b[key], found);
  keyOrder(at, a, b, found);
}

function keyOrder(at: string, a: Fields, b: Fields, found: string[]): void {
  const [one, other] = [Object.keys(a), Object.keys(b)];
  if ([...one].sort().join() === [...other].sort().join() && one.join() !== other.join())
    found.push(`${at}: keys in another order: ${one.join(" ")} there, ${other.join(" ")} here`);
}
