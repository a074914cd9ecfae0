import { createHash } from "node:crypto";
import { type ExportedResource, holdsSensitive } from "@gatehouse/core/catalogs";
import { GatehouseError } from "@gatehouse/core/errors";
import { cleanJson, isCleanJson } from "../clean.js";
import type { SecretBox } from "../secret-box.js";
import type { Run } from "../session.js";

const MOST = 10_000;

/** What an agent exports, on its way into the database. */
export interface Exports {
  readonly resources: readonly ExportedResource[];
  readonly digest: Buffer;
}

/** @throws request-malformed for too many */
export function exportsOf(given: readonly ExportedResource[]): Exports {
  if (given.length > MOST)
    throw new GatehouseError(
      "request-malformed",
      `A catalog exports at most ${MOST} resources; this one ${given.length}.`,
    );
  const json = JSON.stringify(given);
  const isClean = isCleanJson(json);
  const resources = isClean ? given : cleanJson(given);
  const digest = createHash("sha256")
    .update(isClean ? json : JSON.stringify(resources))
    .digest();
  return { resources, digest };
}

const PUT = `
  insert into exported_resources (agent_id, seq, type, title, tags, file, line, parameters, sealed)
  select $1, seq, type, title, tags, file, line, parameters, decode(sealed, 'base64')
  from jsonb_to_recordset($2::jsonb)
    as r (seq int, type text, title text, tags text[], file text, line int, parameters jsonb, sealed text)`;

/** Puts what an agent exports in the place of what it exported before. Parameters with something sensitive are sealed. */
export async function replaceExports(run: Run, box: SecretBox, agentId: string, exports: Exports): Promise<void> {
  await run("delete from exported_resources where agent_id = $1", [agentId]);
  const rows = exports.resources.map(({ type, title, tags, file, line, parameters }, seq) => {
    const all = Object.entries(parameters);
    const secret = all.filter(([, value]) => holdsSensitive(value));
    const sealed =
      secret.length === 0
        ? null
        : box.seal(JSON.stringify(Object.fromEntries(secret)), purpose(agentId)).toString("base64");
    const open = Object.fromEntries(all.filter(([, value]) => !holdsSensitive(value)));
    return { seq, type, title, tags: tags.map((tag) => tag.toLowerCase()), file, line, parameters: open, sealed };
  });
  if (rows.length > 0) await run(PUT, [agentId, JSON.stringify(rows)]);
}

/** An exported resource as it is stored. */
export interface ExportedRow {
  readonly agentId: string;
  readonly certname: string;
  readonly type: string;
  readonly title: string;
  readonly tags: string[];
  readonly file: string | null;
  readonly line: number | null;
  readonly parameters: Record<string, unknown>;
  readonly sealed: Buffer | null;
}

/** As it was exported. */
export function openExport(box: SecretBox, row: ExportedRow): ExportedResource & { readonly certname: string } {
  const { agentId, sealed, parameters, file, line, ...rest } = row;
  const secret = sealed === null ? {} : JSON.parse(box.open(sealed, purpose(agentId)));
  return {
    ...rest,
    ...(file === null ? {} : { file }),
    ...(line === null ? {} : { line }),
    // Not by assignment: `__proto__` is a name.
    parameters: Object.fromEntries([...Object.entries(parameters), ...Object.entries(secret)]),
  };
}

const purpose = (agentId: string) => `exported resource of ${agentId}`;
