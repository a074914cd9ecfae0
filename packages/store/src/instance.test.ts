import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { createInstanceKey, readInstanceKey } from "./instance-key.js";
import { hasInstance, openSecretBox } from "./secret-box.js";
import { count, useDatabase } from "./store.test.helper.js";

const dir = mkdtempSync(path.join(tmpdir(), "gatehouse-key-"));
afterAll(() => rmSync(dir, { recursive: true }));
const key = Buffer.from("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", "hex");

describe("readInstanceKey", () => {
  it.each([
    ["hexadecimal digits", key.toString("hex")],
    ["capital ones, as a Windows editor saves them", `${key.toString("hex").toUpperCase()}\r\n`],
    ["base64, as openssl rand -base64 32 prints it", `${key.toString("base64")}\n`],
    ["base64 without padding", ` ${key.toString("base64").replace("=", "")} `],
  ])("reads %s", (_, text) => {
    const file = path.join(dir, "good");
    writeFileSync(file, text);
    expect(readInstanceKey(file)).toEqual(key);
  });

  it.each([
    ["nothing", ""],
    ["too few digits", key.toString("hex").slice(2)],
    ["too many", `${key.toString("hex")}00`],
    ["a passphrase", "correct horse battery staple"],
    ["noise that decodes to 32 bytes", `${"!".repeat(20)}${key.toString("base64")}`],
    ["two keys", `${key.toString("base64")}\n${key.toString("base64")}`],
  ])("refuses %s", (_, text) => {
    const file = path.join(dir, "bad");
    writeFileSync(file, text);
    expect(() => readInstanceKey(file)).toThrow(expect.objectContaining({ code: "start-refused" }));
  });

  it("names the file that is not there, and does not quote one that holds something else", () => {
    const missing = path.join(dir, "missing");
    expect(() => readInstanceKey(missing)).toThrow(missing);
    const file = path.join(dir, "other");
    writeFileSync(file, "almost a secret");
    expect(() => readInstanceKey(file)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining("almost") }),
    );
  });
});

describe("createInstanceKey", () => {
  it("makes a key of 32 bytes that only its owner reads", () => {
    const file = path.join(dir, "new.key");
    const made = createInstanceKey(file);
    expect(made).toHaveLength(32);
    expect(readInstanceKey(file)).toEqual(made);
    if (process.platform !== "win32") expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it("never overwrites one", () => {
    const file = path.join(dir, "kept.key");
    createInstanceKey(file);
    const before = readFileSync(file);
    expect(() => createInstanceKey(file)).toThrow(/EEXIST/);
    expect(readFileSync(file)).toEqual(before);
  });
});

describe("openSecretBox", () => {
  const house = useDatabase();
  beforeEach(() => house.db.run("delete from instance"));

  it("takes the first key for good", async () => {
    expect(await hasInstance(house.db)).toBe(false);
    const sealed = (await openSecretBox(house.db, key)).seal("text", "here");
    expect(await hasInstance(house.db)).toBe(true);
    expect((await openSecretBox(house.db, key)).open(sealed, "here")).toBe("text");
    expect(await count(house.db, "instance")).toBe(1);
  });

  it("refuses to start with another key, and leaves the canary", async () => {
    await openSecretBox(house.db, key);
    const before = await house.db.run("select * from instance");
    await expect(openSecretBox(house.db, randomBytes(32))).rejects.toMatchObject({ code: "start-refused" });
    expect(await house.db.run("select * from instance")).toEqual(before);
  });

  it("refuses to start on a canary that was changed", async () => {
    await openSecretBox(house.db, key);
    await house.db.run("update instance set canary = set_byte(canary, 20, get_byte(canary, 20) # 1)");
    await expect(openSecretBox(house.db, key)).rejects.toMatchObject({ code: "start-refused" });
  });

  it("lets one of two keys win that come at once", async () => {
    const results = await Promise.allSettled([openSecretBox(house.db, key), openSecretBox(house.db, randomBytes(32))]);
    expect(results.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  });
});
