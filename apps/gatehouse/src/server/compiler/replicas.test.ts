import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { treeText } from "@gatehouse/api";
import { findRuby } from "@gatehouse/catalogs";
import { SecretBox } from "@gatehouse/store";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { loadConfig } from "../../config/load.js";
import { applying, sha256 } from "../apply/apply.test.helper.js";
import { compose } from "../compose.js";
import type { Gateway } from "../gateway.js";
import { useGateway } from "../gateway.test.helper.js";

const found = await findRuby();
if ("missing" in found) console.warn(`Not run: two gateways that compile Puppet code. ${found.missing}`);

const house = useGateway();
const { stage, apply } = applying(house);
const reasons: unknown[] = [];
let other: Gateway;
let dataDir = "";

/** Another gateway on the same database. */
beforeAll(async () => {
  dataDir = mkdtempSync(path.join(tmpdir(), "gatehouse-other-"));
  const pass = () => undefined;
  const warn = (_: string, fields?: Record<string, unknown>) => void reasons.push(fields?.["reason"]);
  other = compose({
    config: loadConfig({}, {}),
    dataDir,
    db: house.db,
    box: new SecretBox(randomBytes(32)),
    keyFile: { path: path.join(dataDir, "instance.key"), own: true },
    listeners: () => [],
    certificate: () => undefined,
    log: { debug: pass, info: pass, warn, error: warn },
    draining: () => false,
  });
  await other.content.watch();
  other.compiler.start();
  await other.compiler.source();
});
afterAll(async () => {
  await other.compiler.stop();
  await other.content.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const WRONG = "notify { 'a': }\nnotify { 'b' }\n";
const warned = expect.stringMatching(/Syntax error at '}'.*line: 2/);
const listOf = (text: string) =>
  treeText([
    { type: "directory", path: "manifests", mode: 0o755, mtime: 1 },
    { type: "file", path: "manifests/site.pp", mode: 0o644, mtime: 1, size: text.length, sha256: sha256(text) },
  ]);
const documents = (name: string) => [{ kind: "Environment", name, spec: { path: "code" } }];

describe.skipIf("missing" in found)("an environment that is applied on one gateway", () => {
  it("is warmed there before, with what its code fails with in the answer, and on the other when it is told", async () => {
    await stage(WRONG);
    const { status, json } = await apply(documents("production"), { files: { code: listOf(WRONG) } });
    expect([status, json.warnings]).toEqual([200, [{ kind: "Environment", name: "production", message: warned }]]);
    await vi.waitFor(() => expect(reasons).toEqual([warned]), { timeout: 30_000 });
  });

  it("is not warmed where nothing changes, and where nothing is to be done", async () => {
    const said = { files: { code: listOf(WRONG) } };
    expect((await apply(documents("production"), said)).json).toMatchObject({ unchanged: 1, warnings: [] });
    const dry = await apply(documents("staging"), { ...said, dryRun: true, set: "other" });
    expect(dry.json).toMatchObject({ changes: [{ action: "create", name: "staging" }], warnings: [] });
  });

  it("is refused at its place where its files are not here", async () => {
    const { status, json } = await apply(documents("half"), { files: { code: listOf("never sent") } });
    expect([status, json.errors]).toMatchObject([409, [{ pointer: "/documents/0/spec/path" }]]);
  });
});
