import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Database, openSecretBox } from "@gatehouse/store";
import { createTestDatabase, type TestDatabase } from "@gatehouse/store/testing";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { run } from "./program.js";

const PASSPHRASE = "correct horse battery staple";
let dir: string;
let database: TestDatabase;
let key: Buffer;
const inDir = (name: string) => path.join(dir, name);

/** The command, with what it printed. */
async function gatehouse(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  let out = "";
  let err = "";
  const code = await run(["--data", inDir("data"), ...args], {
    env: { DATABASE_URL: database.url, GATEHOUSE_INSTANCE_KEY_FILE: inDir("instance.key"), ...env },
    out: (text) => {
      out += text;
    },
    warn: (text) => {
      err += text;
    },
  });
  expect(out + err).not.toContain(PASSPHRASE);
  expect(out + err).not.toContain(key.toString("hex"));
  return { code, out, err };
}
const withPassphrase = ["--passphrase-file", "passphrase"].map((word) => word);

beforeAll(async () => {
  dir = mkdtempSync(path.join(tmpdir(), "gatehouse-backup-command-"));
  withPassphrase[1] = inDir("passphrase");
  writeFileSync(inDir("passphrase"), `${PASSPHRASE}\r\n`);
  key = randomBytes(32);
  writeFileSync(inDir("instance.key"), key.toString("hex"));
  database = await createTestDatabase(inject("databaseUrl"));
  const db = await Database.open({ url: database.url });
  await openSecretBox(db, key);
  await db.run("insert into nodes (name) values ('web01')");
  await db.close();
});
afterAll(async () => {
  await database.drop();
  rmSync(dir, { recursive: true });
});

describe("gatehouse backup", () => {
  it("creates and checks, for people and for programs", async () => {
    const created = await gatehouse(["backup", "create", inDir("a"), ...withPassphrase]);
    expect(created).toMatchObject({ code: 0, err: "" });
    expect(created.out).toMatch(/^instance key +under its passphrase$/m);
    expect(created.out).toMatch(/^nodes +1 +0\.0$/m);
    const checked = await gatehouse(["--json", "backup", "check", inDir("a"), ...withPassphrase]);
    const told = JSON.parse(checked.out);
    expect(told).toMatchObject({ file: inDir("a"), size: statSync(inDir("a")).size, hasKey: true, opened: true });
    expect(told.tables).toContainEqual(expect.objectContaining({ name: "nodes", rows: 1 }));
    expect((await gatehouse(["backup", "check", inDir("a")])).out).not.toContain("which opens it");
  });

  it("takes the passphrase's file from its variable, and the option before that", async () => {
    const env = { GATEHOUSE_BACKUP_PASSPHRASE_FILE: inDir("passphrase") };
    expect((await gatehouse(["backup", "create", inDir("b")], env)).code).toBe(0);
    expect((await gatehouse(["backup", "check", inDir("b")], env)).out).toContain("which opens it");
    writeFileSync(inDir("other"), "another passphrase");
    const other = await gatehouse(["backup", "check", inDir("b"), "--passphrase-file", inDir("other")], env);
    expect(other).toMatchObject({ code: 1, err: expect.stringContaining("not the one") });
  });

  it("says what it lacks without a passphrase", async () => {
    const { code, err } = await gatehouse(["backup", "create", inDir("keyless")]);
    expect([code, err]).toEqual([0, expect.stringContaining("the instance key is not in the backup")]);
  });

  it.each<[string, () => string[], number, string]>([
    ["a passphrase in the arguments", () => ["create", inDir("x"), "--passphrase", "secret"], 2, "unknown option"],
    ["an empty passphrase", () => ["create", inDir("x"), "--passphrase-file", "/dev/null"], 2, "empty"],
    ["no file of one", () => ["create", inDir("x"), "--passphrase-file", inDir("none")], 2, "ENOENT"],
    ["a rate that is none", () => ["create", inDir("x"), "--rate", "0"], 2, "whole number"],
    ["a file that is there", () => ["create", inDir("instance.key")], 1, "replaces nothing"],
    ["no backup", () => ["check", inDir("instance.key")], 1, "no backup"],
    ["a database that is not empty", () => ["restore", inDir("a")], 1, "not empty"],
  ])("refuses %s", async (_, words, code, text) => {
    expect(await gatehouse(["backup", ...words()])).toMatchObject({ code, err: expect.stringContaining(text) });
    expect(existsSync(inDir("x"))).toBe(false);
  });

  it("restores into an empty database, with the key in a file that is named, and over no other key", async () => {
    const empty = await createTestDatabase(inject("databaseUrl"), { empty: true });
    try {
      const to = (file: string) => ({ DATABASE_URL: empty.url, GATEHOUSE_INSTANCE_KEY_FILE: inDir(file) });
      writeFileSync(inDir("foreign.key"), randomBytes(32).toString("hex"));
      const foreign = readFileSync(inDir("foreign.key"), "utf8");
      const refused = await gatehouse(["backup", "restore", inDir("a"), ...withPassphrase], to("foreign.key"));
      expect(refused).toMatchObject({ code: 1, err: expect.stringContaining("the key of another instance") });
      expect(readFileSync(inDir("foreign.key"), "utf8")).toBe(foreign);
      const unnamed = { ...to(""), GATEHOUSE_INSTANCE_KEY_FILE: "" };
      expect(await gatehouse(["backup", "restore", inDir("a"), ...withPassphrase], unnamed)).toMatchObject({
        code: 1,
        err: expect.stringContaining("GATEHOUSE_INSTANCE_KEY_FILE"),
      });
      expect((await gatehouse(["backup", "restore", inDir("keyless")], to("new.key"))).code).toBe(2);
      expect(existsSync(inDir("new.key"))).toBe(false);
      // The disk refuses the key's file: nothing is kept of the database either.
      const nowhere = await gatehouse(["backup", "restore", inDir("a"), ...withPassphrase], to("no/folder/new.key"));
      expect(nowhere).toMatchObject({ code: 1, err: expect.stringContaining("ENOENT") });
      expect(await gatehouse(["backup", "restore", inDir("a"), ...withPassphrase], to("new.key"))).toMatchObject({
        code: 0,
        out: expect.stringContaining(inDir("new.key")),
      });
      expect(readFileSync(inDir("new.key"), "utf8").trim()).toBe(key.toString("hex"));
      if (process.platform !== "win32") expect(statSync(inDir("new.key")).mode & 0o777).toBe(0o600);
      const again = await gatehouse(["backup", "restore", inDir("a"), ...withPassphrase], to("new.key"));
      expect(again).toMatchObject({ code: 1, err: expect.stringContaining("not empty") });
      expect(existsSync(inDir("new.key"))).toBe(true);
    } finally {
      await empty.drop();
    }
  });
});
