import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { expect } from "vitest";
import { run } from "../puppet/programs.js";
import { type Trust, unverified } from "./openssl.js";

/** What there is in the folder of a Puppet CA. */
export interface CaFolder {
  readonly trust: Trust;
  readonly nextSerial: bigint;
  /** Every serial that it says it gave out. */
  readonly serials: readonly bigint[];
  /** Names with a certificate that OpenSSL verifies, and with one that it does not. */
  readonly good: readonly string[];
  readonly revoked: readonly string[];
  readonly requests: readonly string[];
}

/** Every file of a folder, with its content. */
export const tree = (dir: string): readonly (readonly [file: string, content: string])[] =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .map((file) => [path.relative(dir, file), readFileSync(file, "latin1")] as const);

/** Reads an exported folder with OpenSSL, and expects what holds of each. */
export async function readCaFolder(dir: string): Promise<CaFolder> {
  const read = (file: string) => readFileSync(path.join(dir, file), "utf8");
  const names = (part: string) =>
    readdirSync(dir).includes(part) ? readdirSync(path.join(dir, part)).map((file) => file.replace(/\.pem$/, "")) : [];
  for (const file of readdirSync(dir).filter((each) => each.endsWith("_key.pem"))) {
    expect(statSync(path.join(dir, file)).mode & 0o077, file).toBe(0);
  }
  const publicKey = async (...args: string[]) => (await run("openssl", args, dir)).out;
  const certified = await publicKey("x509", "-in", "ca_crt.pem", "-noout", "-pubkey");
  expect(certified).toContain("BEGIN PUBLIC KEY");
  expect(await publicKey("pkey", "-in", "ca_key.pem", "-pubout")).toBe(certified);
  expect(read("ca_pub.pem")).toBe(certified);

  const trust = { bundle: read("ca_crt.pem"), crls: read("ca_crl.pem") };
  const good: string[] = [];
  const revoked: string[] = [];
  for (const name of names("signed").sort()) {
    const [refused] = await unverified(trust, [read(`signed/${name}.pem`)]);
    if (refused === undefined) good.push(name);
    else {
      expect(refused, name).toContain("certificate revoked");
      revoked.push(name);
    }
  }
  const lines = read("inventory.txt").trimEnd().split("\n");
  const serials = lines.map((line) => {
    const [, serial] = /^0x([0-9A-F]{4,}) \S+UTC \S+UTC \/CN=\S+$/.exec(line) ?? [];
    expect(serial, line).toBeDefined();
    return BigInt(`0x${serial}`);
  });
  const nextSerial = BigInt(`0x${read("serial").trim()}`);
  expect(serials.filter((serial) => serial >= nextSerial)).toEqual([]);
  return { trust, nextSerial, serials, good, revoked, requests: names("requests").sort() };
}
