import { X509Certificate } from "node:crypto";
import { existsSync, readFileSync, renameSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createAuditLog } from "@gatehouse/store";
import { expect, it, onTestFinished } from "vitest";
import { loadConfig } from "../../config/load.js";
import { csrFor } from "../csr.test.helper.js";
import { openStorage } from "../storage.js";
import { createGatewayAuthority } from "./authority.js";
import { writePuppetCa } from "./openssl-ca.test.helper.js";
import { exportCa, importCa } from "./transfer.js";
import { contentOf, emptyDatabase, folder } from "./transfer.test.helper.js";

const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const say = () => undefined;
const take = (env: NodeJS.ProcessEnv, dir: string, dryRun = false) =>
  importCa({ config: loadConfig({}, env), dir, log, say, dryRun });
const give = (env: NodeJS.ProcessEnv, dir: string) => exportCa({ config: loadConfig({}, env), dir, log, say });

/** The authority of a gateway that starts on a database. */
async function startedOn(env: NodeJS.ProcessEnv) {
  const config = loadConfig({}, env);
  const { db, box, close } = await openStorage({ config, dataDir: folder(), durable: true, log, say });
  const authority = createGatewayAuthority({ config, db, box, audit: createAuditLog(db), log });
  onTestFinished(async () => {
    await authority.stop();
    await close();
  });
  await authority.start();
  return { ...authority, puppet: authority.service.of("puppet"), audit: createAuditLog(db) };
}
function puppetCa(): string {
  const dir = path.join(folder(), "ca");
  writePuppetCa(dir);
  return dir;
}
const read = (dir: string, file: string) => readFileSync(path.join(dir, file), "utf8");

it("takes over a Puppet CA as it is, and goes on where it was", async () => {
  const [env, dir] = [await emptyDatabase(), puppetCa()];
  expect(await take(env, dir)).toEqual({
    findings: [{ level: "note", file: "infra_serials", text: expect.stringContaining("left out") }],
    brings: { certificates: 2, revoked: 1, requests: 1 },
    stored: true,
  });
  const { service, store, puppet, audit } = await startedOn(env);
  expect(await store.authority()).toMatchObject({ origin: "imported", chain: read(dir, "ca_crt.pem") });
  expect((await service.caBundle()).pem).toBe(read(dir, "ca_crt.pem"));
  expect(await puppet.certificate("web01")).toBe(read(dir, "signed/web01.pem"));
  expect(await puppet.status("web01")).toMatchObject({
    certificate: { serial: "0002", extensions: { pp_role: "web" } },
  });
  expect([service.isRevoked("0002"), service.isRevoked("0003")]).toEqual([false, true]);
  await puppet.sign("web03", { by: "a test" });
  const signed = new X509Certificate((await puppet.certificate("web03")) ?? "");
  const ca = new X509Certificate(read(dir, "ca_crt.pem"));
  expect([signed.serialNumber, signed.checkIssued(ca), signed.verify(ca.publicKey)]).toEqual(["04", true, true]);
  const { events } = await audit.list({}, { limit: 9 });
  expect(events.find(({ action }) => action === "ca.import")).toMatchObject({
    actor: "command",
    subject: "authority",
    detail: { certificates: 2, revoked: 1, requests: 1 },
  });
});

it("opens no database for a dry run, and leaves nothing", async () => {
  const dataDir = path.join(folder(), "data");
  const env = { GATEHOUSE_DATA_DIR: dataDir };
  expect(await take(env, puppetCa(), true)).toMatchObject({ brings: { certificates: 2 }, stored: false });
  expect(existsSync(dataDir)).toBe(false);
  // Nothing listens there.
  const nowhere = { DATABASE_URL: "postgresql://nobody@127.0.0.1:1/nothing" };
  expect(await take(nowhere, puppetCa(), true)).toMatchObject({ stored: false });
});

it("opens no database for what cannot be taken over, and says all that is wrong", async () => {
  const dir = puppetCa();
  writeFileSync(path.join(dir, "ca_key.pem"), "no key");
  writeFileSync(path.join(dir, "signed/web01.pem"), "no certificate");
  const found = await take({ DATABASE_URL: "postgresql://nobody@127.0.0.1:1/nothing" }, dir);
  expect(found).toMatchObject({ brings: null, stored: false });
  expect(found.findings).toContainEqual(expect.objectContaining({ level: "error", file: "ca_key.pem" }));
});

it("takes over a CA whose own serial is another tool's, and counts on from Puppet's", async () => {
  const dir = path.join(folder(), "ca");
  writePuppetCa(dir, { serial: 2n ** 150n });
  const env = await emptyDatabase();
  const { findings, stored } = await take(env, dir);
  expect(stored).toBe(true);
  expect(findings).toContainEqual(expect.objectContaining({ level: "warning", file: "serial" }));
  const { puppet } = await startedOn(env);
  await puppet.sign("web03", { by: "a test" });
  expect(new X509Certificate((await puppet.certificate("web03")) ?? "").serialNumber).toBe("04");
});

it("does not take over serials that it cannot count", async () => {
  const dir = puppetCa();
  writeFileSync(path.join(dir, "serial"), "8000000000000000\n");
  const { brings, findings } = await take({ DATABASE_URL: "postgresql://nobody@127.0.0.1:1/nothing" }, dir);
  expect(brings).toBeNull();
  expect(findings).toContainEqual({
    level: "error",
    file: "serial",
    text: expect.stringContaining("7FFFFFFFFFFFFFFF"),
  });
});

it("says of links that it does not follow them", async () => {
  const [dir, elsewhere] = [puppetCa(), folder()];
  for (const part of ["ca_key.pem", "signed"]) {
    renameSync(path.join(dir, part), path.join(elsewhere, part));
    symlinkSync(path.join(elsewhere, part), path.join(dir, part));
  }
  const { brings, findings } = await take({ DATABASE_URL: "postgresql://nobody@127.0.0.1:1/nothing" }, dir);
  expect(brings).toBeNull();
  const errors = findings.filter(({ level }) => level === "error").map(({ text }) => text);
  expect(errors).toEqual([expect.stringMatching(/^It is a link, and links are not followed\. .* \(and 1 more\)$/)]);
  // The folder itself may be one.
  const link = path.join(folder(), "link");
  symlinkSync(puppetCa(), link);
  expect(await take({}, link, true)).toMatchObject({ brings: { certificates: 2 } });
});

it("says that a folder is not there", async () => {
  const gone = path.join(folder(), "gone");
  const refusal = { code: "request-malformed", message: expect.stringMatching(/gone cannot be read: ENOENT/) };
  await expect(take({}, gone)).rejects.toThrow(expect.objectContaining(refusal));
});

it("leaves an authority that is there as it is", async () => {
  const [env, dir] = [await emptyDatabase(), puppetCa()];
  await take(env, dir);
  const conflict = { code: "conflict", message: "This database has an authority already." };
  await expect(take(env, puppetCa())).rejects.toThrow(expect.objectContaining(conflict));
  const out = path.join(folder(), "out");
  await give(env, out);
  expect(read(out, "ca_crt.pem")).toBe(read(dir, "ca_crt.pem"));
});

it("writes a folder that is taken over again without a loss, its keys for nobody else", async () => {
  const [env, there] = [await emptyDatabase(), await emptyDatabase()];
  const { puppet, service, audit } = await startedOn(env);
  for (const name of ["web01", "web02", "web03"])
    await puppet.submit({ name, csr: Buffer.from(csrFor(name)), from: null });
  await puppet.sign("web01", { by: "a test" });
  await puppet.sign("web02", { by: "a test" });
  await puppet.revoke("web02", "a test");
  await service.of("operator").generate({ name: "ada", altNames: [], extensions: {}, by: "a test" });

  const dir = path.join(folder(), "made");
  const files = await give(env, dir);
  const written = contentOf(dir);
  expect(Object.keys(written).toSorted()).toEqual([
    "ca_crl.pem",
    "ca_crt.pem",
    "ca_key.pem",
    "ca_pub.pem",
    "inventory.txt",
    "requests/web03.pem",
    "root_key.pem",
    "serial",
    "signed/web01.pem",
    "signed/web02.pem",
  ]);
  expect(files).toBe(10);
  expect(written).toMatchObject({ "ca_crt.pem": (await service.caBundle()).pem, serial: "0004" });
  const mode = (file: string) => (statSync(path.join(dir, file)).mode & 0o777).toString(8);
  expect(["", "signed", "requests"].map(mode)).toEqual(["700", "700", "700"]);
  expect(["ca_key.pem", "root_key.pem", "ca_crt.pem"].map(mode)).toEqual(["600", "600", "644"]);
  const { events } = await audit.list({}, { limit: 1 });
  expect(events).toMatchObject([{ actor: "command", action: "ca.export", subject: "authority" }]);

  // The operator's certificate is not Puppet's: its serial is not given out again, and that is all.
  const { findings, brings } = await take(there, dir);
  expect(findings).toEqual([]);
  expect(brings).toEqual({ certificates: 2, revoked: 1, requests: 1 });
  const again = path.join(folder(), "again");
  await give(there, again);
  expect(contentOf(again)).toEqual(written);
  const taken = await startedOn(there);
  expect([taken.service.isRevoked("0001"), taken.service.isRevoked("0002")]).toEqual([false, true]);
  expect(await taken.puppet.request("web03")).toBe(await puppet.request("web03"));
});

it("writes more certificates than fit into one page", async () => {
  const [env, dir] = [await emptyDatabase(), puppetCa()];
  const line = (i: number) =>
    `0x${i.toString(16).toUpperCase().padStart(4, "0")} 2020-01-01T00:00:00UTC 2021-01-01T00:00:00UTC /CN=old${i}\n`;
  const lines = Array.from({ length: 2100 }, (_, i) => line(i + 16)).join("");
  writeFileSync(path.join(dir, "inventory.txt"), read(dir, "inventory.txt") + lines);
  await take(env, dir);
  const out = path.join(folder(), "out");
  await give(env, out);
  expect(read(out, "inventory.txt").trim().split("\n")).toHaveLength(2102);
  expect(read(out, "inventory.txt")).toContain(lines);
});

it("writes into no folder that holds anything, and opens no database for it", async () => {
  const dir = folder();
  writeFileSync(path.join(dir, "ca_key.pem"), "precious");
  const conflict = { code: "conflict", message: `${dir} is not empty.` };
  const nowhere = { DATABASE_URL: "postgresql://nobody@127.0.0.1:1/nothing" };
  await expect(give(nowhere, dir)).rejects.toThrow(expect.objectContaining(conflict));
  expect(contentOf(dir)).toEqual({ "ca_key.pem": "precious" });
});

it.each([
  ["below nothing", (dir: string) => path.join(dir, "gone", "ca"), /ca cannot be written: ENOENT: [^\n]*$/],
  ["over a file", (dir: string) => path.join(dir, "file"), /file cannot be written: ENOTDIR: [^\n]*$/],
  ["below a file", (dir: string) => path.join(dir, "file", "ca"), /ca cannot be written: ENOTDIR: [^\n]*$/],
  ["where nothing can be made", () => "/proc/gatehouse/ca", /ca cannot be written: ENOENT: [^\n]*$/],
])("says in a line that it cannot write %s, and opens no database for it", async (_, place, message) => {
  const dir = folder();
  writeFileSync(path.join(dir, "file"), "");
  const nowhere = { DATABASE_URL: "postgresql://nobody@127.0.0.1:1/nothing" };
  const refusal = { code: "request-malformed", message: expect.stringMatching(message) };
  await expect(give(nowhere, place(dir))).rejects.toThrow(expect.objectContaining(refusal));
  expect(Object.keys(contentOf(dir))).toEqual(["file"]);
});

it("has nothing to write of a database without an authority", async () => {
  const missing = { code: "not-found", message: "This database has no authority." };
  await expect(give(await emptyDatabase(), path.join(folder(), "out"))).rejects.toThrow(
    expect.objectContaining(missing),
  );
});
