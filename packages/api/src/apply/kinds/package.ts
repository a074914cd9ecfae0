import { readFile } from "node:fs/promises";
import { type BlobRef, type ContentStore, CURRENT } from "@gatehouse/core/content";
import { DEPLOY_PACKAGE, MOST_PACKAGE_FILES, PACKAGE_NAME, packageSchema } from "@gatehouse/core/packages";
import { fileOptions, PackageContent } from "../../models/package.js";
import { bodyParser } from "../../operation/check.js";
import { auditedPackage, newPackage } from "../../packages.js";
import { atDocument } from "../faults.js";
import type { Document, DocumentKind } from "../kind.js";

/** Bytes of what is handed in for a package, without its files: long commands, many files. */
const MOST_TEXT = 4 << 20;

/** What a description says: the file `package.yaml`, or a document. */
const description = {
  ...packageSchema,
  files: {
    type: "array",
    description: "Its files; all others of the folder when it is left out.",
    maxItems: MOST_PACKAGE_FILES,
    items: {
      type: "object",
      additionalProperties: false,
      required: ["path"],
      properties: {
        path: {
          ...{ type: "string", minLength: 1, maxLength: 1000 },
          description: "Beside the description or below; it lands without its folders.",
        },
        ...fileOptions,
      },
    },
  },
} as const;

const name = {
  type: "string",
  pattern: PACKAGE_NAME,
  description: "What jobs call it: letters, digits, `.`, `_`, `+`, `-` and spaces inside, 100 at the most.",
} as const;

/** A file `package.yaml` as if it were a document's spec: it is checked alike. */
export const packageFileKind: DocumentKind = {
  kind: "Package",
  description: "The description of a package.",
  name,
  spec: { type: "object", additionalProperties: false, properties: description },
  open: () => Promise.reject(new Error("a description is no document")),
};

export type { PackageContent };

const parse = bodyParser(PackageContent);

/** What is handed in for a package, in one order: the same package is to have the same bytes. */
export const packageText = (content: PackageContent): string => {
  const { description, checks = [], actions = [], userInteractions = [], wantsSoftware = false, files = [] } = content;
  const sorted = files.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return JSON.stringify({ description, checks, actions, userInteractions, wantsSoftware, files: sorted });
};

/** What an agent deploys, from a folder with its description, or as the document describes it. */
export function packageKind(content: Pick<ContentStore, "open">): DocumentKind {
  const address = (name: string) => ({ name, channel: CURRENT });
  const artifact = {
    id: DEPLOY_PACKAGE,
    label: "package",
    maxBytes: MOST_TEXT,
    address,
    inspect: async (name: string, file: string) => {
      parse(await readFile(file));
      return { ...address(name), warnings: [] };
    },
  };
  const contentAt = async (ref: BlobRef): Promise<PackageContent> => {
    const laid = await content.open(ref);
    return parse("bytes" in laid ? laid.bytes : await readFile(laid.path));
  };
  return {
    kind: "Package",
    description: "What jobs have agents deploy: files, checks, commands. Nobody gets it before a job names it.",
    name,
    caseless: true,
    spec: {
      type: "object",
      additionalProperties: false,
      // Either the folder, which says the rest, or the rest.
      minProperties: 1,
      properties: {
        path: {
          ...{ type: "string", minLength: 1, maxLength: 1000 },
          description: "A folder with a `package.yaml`, beside the document or below; it says all else.",
        },
        ...description,
      },
    },
    content: { property: "path", artifact, folder: "package", fileName: (name) => name },

    async open({ ports: { audit, packages }, given, actor, dryRun, stored }) {
      const known = new Map((await packages.list()).map((one) => [one.name.toLowerCase(), one]));
      const publicationOf = async ({ name, spec }: Document) => {
        const ref = given.files.get(String(spec["path"]));
        if (ref === undefined || !stored.has(ref.sha256)) return undefined;
        return newPackage(name, await contentAt(ref), actor);
      };
      const noted = (action: string, subject: string, detail: Readonly<Record<string, unknown>>) =>
        audit.record({ actor, action, subject, detail });
      return {
        async compare(document) {
          const current = known.get(document.name.toLowerCase());
          if (current === undefined) return undefined;
          // Of one that is to go, there is nothing to compare with.
          if (!given.files.has(String(document.spec["path"]))) return [];
          const publication = await publicationOf(document);
          if (publication !== undefined && (await packages.isCurrent(publication))) return [];
          return [{ field: "version", before: current.version, after: current.version + 1 }];
        },

        async change(put, remove) {
          for (const document of put) {
            // A dry run sends what is said of a package at the most: not its files.
            const publication = dryRun ? undefined : await publicationOf(document);
            if (publication === undefined) continue;
            const { published } = await atDocument(document, "/spec", () => packages.publish(publication));
            await noted("package.publish", published.name, auditedPackage(published));
          }
          for (const { name } of remove) if (await packages.withdraw(name)) await noted("package.withdraw", name, {});
        },

        async identities() {
          const found = new Map([...(await packages.identities())].map(([name, id]) => [name.toLowerCase(), id]));
          return ({ name }) => found.get(name.toLowerCase());
        },
      };
    },
  };
}
