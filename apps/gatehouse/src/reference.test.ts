import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { autosignProfiles, autosignRuleSchemas } from "@gatehouse/core/certificates";
import { errorCodes } from "@gatehouse/core/errors";
import { puppetConfigSchema } from "@gatehouse/puppet/config";
import { Ajv } from "ajv";
import { describe, expect, it, onTestFinished } from "vitest";
import { parse } from "yaml";
import { run } from "./command/program.js";
import { variables } from "./config/environment.js";
import { loadConfig } from "./config/load.js";
import { configSchema } from "./config/schema.js";
import { readExpectations } from "./expect/file.js";

const page = (name: string) => readFileSync(new URL(`../../../docs/reference/${name}`, import.meta.url), "utf8");

async function help(...args: string[]): Promise<string> {
  let printed = "";
  const out = (text: string | Uint8Array) => {
    printed += text;
  };
  expect(await run([...args, "--help"], { env: {}, out, warn: out })).toBe(0);
  return printed.trim();
}

describe("the reference", () => {
  it("has every error code with its status", () => {
    const rows = page("errors.md");
    for (const [code, { status, meaning }] of Object.entries(errorCodes)) {
      expect(rows, code).toMatch(new RegExp(`\\| \`${code}\` +\\| ${status} `));
      expect(rows, code).toContain(meaning);
    }
  });

  interface Setting {
    readonly description?: string;
    readonly default?: unknown;
    readonly properties?: Readonly<Record<string, Setting>>;
  }
  const settingAt = (place: readonly string[]) =>
    place.reduce<Setting | undefined>((schema, key) => schema?.properties?.[key], configSchema);
  const rowOf = (rows: string, setting: string) => rows.split("\n").find((row) => row.startsWith(`| \`${setting}\` `));
  const sectionOf = (heading: string) =>
    page("configuration.md")
      .split(/^## /m)
      .find((text) => text.startsWith(heading)) ?? "";

  it("has every setting with its variable, its default and what it is for", () => {
    const rows = page("configuration.md");
    for (const [variable, { path: place }] of variables(configSchema)) {
      const setting = place.join(".");
      const row = rowOf(rows, setting);
      expect(row, setting).toContain(`\`${variable}\``);
      const { description = "", default: value } = settingAt(place) ?? {};
      // The listeners' own stand below the table.
      if (setting === "listeners") continue;
      expect(row).toContain(value === undefined ? "| none " : `\`${JSON.stringify(value)}\``);
      expect(row).toContain(description);
    }
  });

  it("has every setting of a rule of ca.autosign, and of which kinds it is", () => {
    const rows = sectionOf("Rules of `ca.autosign`");
    for (const name of [...Object.keys(autosignRuleSchemas), ...autosignProfiles])
      expect(rows).toContain(`\`${name}\``);
    for (const [kind, { properties, required }] of Object.entries(autosignRuleSchemas)) {
      for (const setting of Object.keys(properties)) {
        const [, , of = "", , value] = rowOf(rows, setting)?.split("|") ?? [];
        expect(value, setting).toBeDefined();
        expect(value?.includes("required"), setting).toBe(required.includes(setting));
        if (!["name", "kind", "profile"].includes(setting))
          expect(of, `${setting} of ${kind}`).toContain(`\`${kind}\``);
      }
    }
  });

  it("has every setting of a rule of puppet.authorization.rules", () => {
    const { properties } = puppetConfigSchema.properties.authorization.properties.rules.items;
    const { "match-request": request, ...others } = properties;
    const rows = sectionOf("Rules of `puppet.authorization.rules`");
    for (const setting of Object.keys(others)) expect(rowOf(rows, setting), setting).toBeDefined();
    for (const setting of Object.keys(request.properties))
      expect(rowOf(rows, `match-request.${setting}`)).toBeDefined();
  });

  it("has the schema of documents as it is printed, and examples that name it", async () => {
    let printed = "";
    const out = (text: string | Uint8Array) => {
      printed += text;
    };
    expect(await run(["apply", "--schema"], { env: {}, out, warn: out })).toBe(0);
    // Written by: gatehouse apply --schema > docs/reference/documents.schema.json
    expect(JSON.parse(page("documents.schema.json"))).toEqual(JSON.parse(printed));
    const examples = new URL("../../../examples/mixed-fleet/", import.meta.url);
    const files = readdirSync(examples).filter((name) => name.endsWith(".yaml"));
    expect(files.length).toBeGreaterThanOrEqual(4);
    for (const file of files) {
      const [, named = ""] =
        /^# yaml-language-server: \$schema=(\S+)\n/.exec(readFileSync(new URL(file, examples), "utf8")) ?? [];
      expect(new URL(named, new URL(file, examples)).pathname, file).toMatch(
        /\/docs\/reference\/documents\.schema\.json$/,
      );
    }
  });

  it("has the schema of expectations as it is printed, and examples that name it and are read", async () => {
    let printed = "";
    const out = (text: string | Uint8Array) => {
      printed += text;
    };
    expect(await run(["expect", "--schema"], { env: {}, out, warn: out })).toBe(0);
    // Written by: gatehouse expect --schema > docs/reference/expectations.schema.json
    expect(JSON.parse(page("expectations.schema.json"))).toEqual(JSON.parse(printed));
    const example = new URL("../../../examples/ci-expectations.yaml", import.meta.url);
    const [, named = ""] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(readFileSync(example, "utf8")) ?? [];
    expect(new URL(named, example).pathname).toMatch(/\/docs\/reference\/expectations\.schema\.json$/);
    const validate = new Ajv({ strict: true, allowUnionTypes: true, strictRequired: false }).compile(
      JSON.parse(printed),
    );
    const texts = [
      ...readFileSync(new URL("../../../docs/expect.md", import.meta.url), "utf8").matchAll(/^```yaml\n(.*?)^```$/gms),
    ].map(([, yaml = ""]) => yaml);
    expect(texts.length).toBeGreaterThanOrEqual(3);
    const dir = mkdtempSync(path.join(tmpdir(), "gatehouse-reference-"));
    onTestFinished(() => rmSync(dir, { recursive: true }));
    for (const [i, text] of [readFileSync(example, "utf8"), ...texts].entries()) {
      const file = path.join(dir, `${i}.yaml`);
      writeFileSync(file, text);
      expect(readExpectations(file).expectations.length, text).toBeGreaterThan(0);
      expect(validate(parse(text)), `${text}${JSON.stringify(validate.errors)}`).toBe(true);
    }
  });

  it("has examples that a gateway starts with", () => {
    const dir = mkdtempSync(path.join(tmpdir(), "gatehouse-reference-"));
    onTestFinished(() => rmSync(dir, { recursive: true }));
    const file = path.join(dir, "gatehouse.yaml");
    const examples = [...page("configuration.md").matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, yaml = ""]) => yaml);
    expect(examples.length).toBeGreaterThanOrEqual(5);
    const loaded = examples.map((yaml) => {
      writeFileSync(file, yaml);
      return loadConfig({ config: file }, {});
    });
    expect(loaded.flatMap(({ ca }) => ca.autosign).map(({ kind }) => kind)).toEqual(["glob", "token", "executable"]);
    expect(loaded.flatMap(({ puppet }) => puppet.authorization.rules)).toHaveLength(2);
    // The list that is called the default one is it.
    expect(loaded[0]?.listeners).toEqual(loadConfig({}, {}).listeners);
  });

  it.each([
    [],
    ["serve"],
    ["migrate"],
    ["apply"],
    ["status"],
    ["doctor"],
    ["node", "list"],
    ["node", "show"],
    ["node", "explain"],
    ["node", "facts"],
    ["node", "label"],
    ["node", "deactivate"],
    ["node", "activate"],
    ["node", "merge"],
    ["node", "split"],
    ["node", "changes"],
    ["node", "undo"],
    ["node", "purge"],
    ["pending", "list"],
    ["pending", "dismiss"],
    ["report", "list"],
    ["report", "show"],
    ["report", "events"],
    ["history"],
    ["inventory", "show"],
    ["inventory", "diff"],
    ["inventory", "search"],
    ["inventory", "export"],
    ["dead-letter", "list"],
    ["dead-letter", "show"],
    ["dead-letter", "redrive"],
    ["dead-letter", "discard"],
    ["dsc", "publish"],
    ["dsc", "list"],
    ["dsc", "versions"],
    ["dsc", "rollback"],
    ["dsc", "assign"],
    ["dsc", "unassign"],
    ["dsc", "key", "add"],
    ["node", "wake"],
    ["job", "create"],
    ["job", "orders"],
    ["job", "list"],
    ["job", "show"],
    ["job", "cancel"],
    ["package", "add"],
    ["package", "list"],
    ["package", "show"],
    ["package", "withdraw"],
    ["dsc", "key", "list"],
    ["dsc", "key", "revoke"],
    ["puppet", "deploy"],
    ["puppet", "environments"],
    ["puppet", "versions"],
    ["puppet", "rollback"],
    ["puppet", "withdraw"],
    ["puppet", "catalog"],
    ["puppet", "catalogs"],
    ["puppet", "rules", "list"],
    ["puppet", "rules", "explain"],
    ["puppet", "rules", "remove"],
    ["ca", "list"],
    ["ca", "show"],
    ["ca", "sign"],
    ["ca", "revoke"],
    ["ca", "clean"],
    ["ca", "generate"],
    ["ca", "bootstrap"],
    ["ca", "crl"],
    ["ca", "policy", "list"],
    ["ca", "policy", "add"],
    ["ca", "policy", "remove"],
    ["ca", "policy", "test"],
    ["ca", "import"],
    ["ca", "export"],
    ["enrolment", "token", "create"],
    ["enrolment", "token", "list"],
    ["enrolment", "token", "revoke"],
    ["enrolment", "login", "add"],
    ["enrolment", "login", "list"],
    ["enrolment", "login", "revoke"],
    ["enrolment", "key", "list"],
    ["enrolment", "key", "revoke"],
    ["enrolment", "key", "renew"],
    ["credential", "list"],
    ["credential", "add"],
    ["credential", "remove"],
    ["token", "create"],
    ["token", "list"],
    ["token", "revoke"],
    ["audit", "list"],
    ["exchange", "list"],
    ["exchange", "show"],
    ["exchange", "tail"],
    ["exchange", "record"],
    ["exchange", "recordings"],
    ["exchange", "stop"],
    ["expect"],
    ["backup", "create"],
    ["backup", "check"],
    ["backup", "restore"],
    ["simulate"],
    ["config", "check"],
    ["config", "show"],
  ])("has the help of %s %s %s as it is printed", async (...words) => {
    expect(page("command.md")).toContain(await help(...words.filter((word) => word !== undefined)));
  });
});
