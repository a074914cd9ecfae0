import { createHash } from "node:crypto";
import { expect } from "vitest";
import type { Answer, House } from "../gateway.test.helper.js";

export const MOF = 'instance of OMI_ConfigurationDocument { Version="2.0.0"; };';
export const sha256 = (bytes: string | Buffer) => createHash("sha256").update(bytes).digest("hex");

export interface Said {
  readonly secrets?: Record<string, string>;
  /** Texts by path; they are sent before, unless it is a dry run. */
  readonly files?: Record<string, string>;
  readonly set?: string;
  readonly dryRun?: boolean;
  readonly prune?: boolean;
  readonly token?: string;
}

/** Takes away all that documents may have made, but for content and what the house itself is reached by. */
export async function emptyOfDocuments({ db }: Pick<House, "db">): Promise<void> {
  for (const table of [
    "applied_documents",
    "autosign_rules",
    "authorization_rules",
    "credentials",
    "groups",
    "recordings",
  ])
    await db.run(`delete from ${table}`);
  await db.run("update enrolment_keys set revoked_at = now() where revoked_at is null");
  await db.run("delete from api_tokens where name not like 'the-%'");
  for (const table of ["agent_logins", "registration_tokens"]) await db.run(`delete from ${table}`);
}

/** What an operator does with documents, over the API. */
export function applying(house: House) {
  const call = (method: string, path: string, body?: unknown, token = house.tokens.admin) =>
    house.call(method, `/api/v1${path}`, { token, ...(body === undefined ? {} : { body }) });
  const stage = async (text: string) => {
    const answer = await call("POST", "/apply/files", text);
    expect([answer.status, answer.json]).toEqual([201, { sha256: sha256(text), size: Buffer.byteLength(text) }]);
  };
  const apply = async (documents: unknown, { files = {}, token, ...said }: Said = {}): Promise<Answer> => {
    if (said.dryRun !== true) for (const text of Object.values(files)) await stage(text);
    const refs = Object.fromEntries(
      Object.entries(files).map(([name, text]) => [name, { sha256: sha256(text), size: Buffer.byteLength(text) }]),
    );
    return call("POST", "/apply", { documents, files: refs, ...said }, token);
  };
  /** `+ Kind name` of every change, and how many are as they were. */
  const done = async (documents: unknown, said: Said = {}): Promise<string[]> => {
    const { status, json, text } = await apply(documents, said);
    expect(status, text).toBe(200);
    const signs: Record<string, string> = { create: "+", update: "~", remove: "-", left: "!" };
    const lines = json.changes.map(
      ({ action, kind, name }: Record<string, string>) => `${signs[action ?? ""]} ${kind} ${name}`,
    );
    return [...lines, `= ${json.unchanged}`];
  };
  /** Everything that the database holds, but for the scheduler's own notes. */
  const dump = async (): Promise<Map<string, string>> => {
    const tables = await house.db.run<{ name: string }>(
      "select quote_ident(tablename) as name from pg_tables where schemaname = 'public' and tablename <> 'scheduled_tasks' order by 1",
    );
    const found = new Map<string, string>();
    for (const { name } of tables) {
      const rows = await house.db.run<{ row: string }>(`select t::text as row from ${name} t order by 1`);
      found.set(name, rows.map(({ row }) => row).join("\n"));
    }
    return found;
  };
  return { call, stage, apply, done, dump };
}

export const enrolmentKey = (name: string, env = "KEY") => ({
  kind: "EnrolmentKey",
  name,
  spec: { protocol: "dsc", key: { env } },
});
export const keySecret = (text = "first") => ({ secrets: { "env:KEY": `${text}-0123456789abcdef` } });
export const glob = (name: string, pattern = `*.${name}.example.org`) => ({
  kind: "AutosignRule",
  name,
  spec: { kind: "glob", pattern },
});
export const configuration = (name: string, file = "web.mof") => ({ kind: "Configuration", name, spec: { file } });
