import { readFile } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import { type BlobRef, type ContentStore, CURRENT } from "@gatehouse/core/content";
import {
  checkEnvironmentName,
  checkTree,
  inTurns,
  type NewTreeEntry,
  PUPPET_ENVIRONMENT,
  treeChecked,
} from "@gatehouse/core/environments";
import { EnvironmentTree, entryOf } from "../../models/environment.js";
import { bodyParser } from "../../operation/check.js";
import { atDocument } from "../faults.js";
import type { Document, DocumentKind } from "../kind.js";

interface Spec {
  readonly path: string;
}

/** Bytes of a folder's list: 100,000 entries of some length. */
const MOST_TEXT = 32 << 20;

const parse = bodyParser(EnvironmentTree);

/** A folder's list, as it is handed in: in one order, for the same folder is to have the same bytes. */
export const treeText = (entries: readonly NewTreeEntry[]): string =>
  JSON.stringify({ entries: [...checkTree(entries).values()] });

/** @throws request-malformed */
async function treeOfText(text: Buffer): Promise<NewTreeEntry[]> {
  const entries = parse(text).entries.map(entryOf);
  await inTurns(treeChecked(entries), setImmediate);
  return entries;
}

/** What makes ready the version that a deployment of a tree would make. @returns what its code fails with */
export interface ReadyEnvironments {
  warmed(name: string, entries: readonly NewTreeEntry[]): Promise<{ readonly warning?: string }>;
}

/** A Puppet environment, from a folder as git or r10k lay it. */
export function environmentKind(content: Pick<ContentStore, "open">, environments?: ReadyEnvironments): DocumentKind {
  const address = (name: string) => {
    checkEnvironmentName(name);
    return { name, channel: CURRENT };
  };
  const artifact = {
    id: PUPPET_ENVIRONMENT,
    label: "environment",
    maxBytes: MOST_TEXT,
    address,
    inspect: async (name: string, file: string) => {
      await treeOfText(await readFile(file));
      return { ...address(name), warnings: [] };
    },
  };
  const treeAt = async (ref: BlobRef): Promise<NewTreeEntry[]> => {
    const laid = await content.open(ref);
    return treeOfText("bytes" in laid ? laid.bytes : await readFile(laid.path));
  };
  const prepare: DocumentKind["prepare"] = async ({ name, spec }, given) => {
    const ref = given.files.get((spec as unknown as Spec).path);
    if (ref === undefined || environments === undefined) return [];
    const { warning } = await environments.warmed(name, await treeAt(ref));
    return warning === undefined ? [] : [warning];
  };
  return {
    kind: "Environment",
    description: "A Puppet environment. Agents get its new version when it is whole.",
    name: {
      type: "string",
      pattern: "^[a-z0-9_]{1,64}$",
      description: "As agents name it: 1 to 64 of a-z, 0-9 and _.",
    },
    spec: {
      type: "object",
      additionalProperties: false,
      required: ["path"],
      properties: {
        path: {
          type: "string",
          minLength: 1,
          maxLength: 1000,
          description: "The environment's folder, as git or r10k lay it, beside the document or below.",
        },
      },
    },
    content: { property: "path", artifact, folder: "tree", fileName: (name) => name },

    ...(environments === undefined ? {} : { prepare }),

    async open({ ports: { environments }, given, actor, dryRun, stored }) {
      const refOf = ({ spec }: Document) => given.files.get((spec as unknown as Spec).path);
      const treeOf = async (ref: BlobRef) => (stored.has(ref.sha256) ? treeAt(ref) : undefined);
      return {
        async compare(document) {
          const versions = await environments.versions(document.name);
          const current = versions.find((version) => version.current)?.version;
          if (current === undefined) return undefined;
          const ref = refOf(document);
          // Of one that is to go, there is no tree.
          if (ref === undefined) return [];
          const tree = await treeOf(ref);
          if (tree !== undefined && (await environments.isCurrent(document.name, tree))) return [];
          return [{ field: "version", before: current, after: (versions[0]?.version ?? current) + 1 }];
        },

        async change(put, remove) {
          for (const document of put) {
            const ref = refOf(document);
            // A dry run sends the list at the most: not what is listed.
            const entries = ref === undefined || dryRun ? undefined : await treeOf(ref);
            if (entries === undefined) continue;
            const deployment = { name: document.name, entries, by: actor };
            await atDocument(document, "/spec/path", () => environments.deploy(deployment));
          }
          for (const { name } of remove) await environments.withdraw(name);
        },

        async identities() {
          const known = await environments.identities();
          return ({ name }) => known.get(name);
        },
      };
    },
  };
}
