import { readFileSync } from "node:fs";
import { errorCodes } from "@gatehouse/core/errors";
import { describe, expect, it } from "vitest";
import { run } from "./command/program.js";
import { variables } from "./config/environment.js";
import { configSchema } from "./config/schema.js";

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

  it("has every setting with its variable", () => {
    const rows = page("configuration.md");
    for (const [variable, { path }] of variables(configSchema)) {
      expect(rows).toContain(`\`${path.join(".")}\``);
      expect(rows).toContain(`\`${variable}\``);
    }
  });

  it.each([
    [],
    ["serve"],
    ["migrate"],
    ["status"],
    ["doctor"],
    ["node", "list"],
    ["node", "show"],
    ["node", "explain"],
    ["node", "label"],
    ["node", "deactivate"],
    ["node", "activate"],
    ["node", "purge"],
    ["report", "list"],
    ["report", "show"],
    ["report", "events"],
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
    ["dsc", "key", "list"],
    ["dsc", "key", "revoke"],
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
    ["token", "create"],
    ["token", "list"],
    ["token", "revoke"],
    ["audit", "list"],
    ["simulate"],
    ["config", "check"],
    ["config", "show"],
  ])("has the help of %s %s %s as it is printed", async (...words) => {
    expect(page("command.md")).toContain(await help(...words.filter((word) => word !== undefined)));
  });
});
