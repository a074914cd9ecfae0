import { createHash } from "node:crypto";
import type { Catalog, CatalogOutcome, Compiled } from "@gatehouse/core/catalogs";
import type { BlobRef, LaidBlob } from "@gatehouse/core/content";
import type { EnvironmentVersion, TreeEntry } from "@gatehouse/core/environments";
import { GatehouseError } from "@gatehouse/core/errors";
import type { NewSubmission } from "@gatehouse/core/submissions";
import type { PuppetV3Deps } from "./deps.js";
import { checks, processors } from "./processors.js";

const hex = (algorithm: string, bytes: string | Buffer) => createHash(algorithm).update(bytes).digest("hex");

/** What stands in an environment: a file's text, a link's target, or a directory. */
export type Planted =
  | string
  | { readonly link: string }
  | { readonly directory: true }
  | { readonly text: string; readonly mode: number };

/** Environments and bytes in memory; the newest version is the current one. */
export class FakeEnvironments {
  readonly versions = new Map<string, EnvironmentVersion[]>();
  readonly blobs = new Map<string, Buffer>();

  deploy(name: string, tree: Readonly<Record<string, Planted>>): EnvironmentVersion {
    const entries = new Map<string, TreeEntry>();
    const mtime = 1_763_700_000;
    for (const path of Object.keys(tree).sort()) {
      const parts = path.split("/");
      for (let i = 1; i < parts.length; i++) {
        const parent = parts.slice(0, i).join("/");
        if (!entries.has(parent)) entries.set(parent, { type: "directory", path: parent, mode: 0o755, mtime });
      }
      const planted = tree[path] ?? "";
      if (typeof planted === "object" && "link" in planted)
        entries.set(path, { type: "link", path, mode: 0o777, mtime, target: planted.link });
      else if (typeof planted === "object" && "directory" in planted)
        entries.set(path, { type: "directory", path, mode: 0o755, mtime });
      else {
        const { text, mode } = typeof planted === "string" ? { text: planted, mode: 0o644 } : planted;
        const bytes = Buffer.from(text);
        const sha256 = hex("sha256", bytes);
        this.blobs.set(sha256, bytes);
        entries.set(path, { type: "file", path, mode, mtime, size: bytes.length, sha256, md5: hex("md5", bytes) });
      }
    }
    const versions = this.versions.get(name) ?? [];
    const version = versions.length + 1;
    const sorted = new Map([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
    const made = { name, version, codeId: `${version}`, deployedAt: new Date("2026-11-21T09:00:00Z"), entries: sorted };
    this.versions.set(name, [...versions, made]);
    return made;
  }

  readonly port: PuppetV3Deps["environments"] = {
    current: async (name) => this.versions.get(name)?.at(-1),
    byCodeId: async (name, codeId) => this.versions.get(name)?.find((version) => version.codeId === codeId),
    names: async () => [...this.versions.keys()].sort(),
    fileBy: async (algorithm, digest) => {
      for (const bytes of this.blobs.values())
        if (hex(algorithm, bytes) === digest) return { sha256: hex("sha256", bytes), size: bytes.length };
      return undefined;
    },
  };

  readonly content: PuppetV3Deps["content"] = {
    open: async (ref: BlobRef): Promise<LaidBlob> => {
      const bytes = this.blobs.get(ref.sha256);
      if (bytes === undefined) throw new GatehouseError("not-found", "The content is not stored.");
      return { ...ref, bytes };
    },
  };
}

const functions: Readonly<Record<string, (input: never) => unknown>> = { ...processors, ...checks };

/** The adapter's own pure functions, right here. */
export const inlineTasks: PuppetV3Deps["tasks"] = {
  run: async <T>(name: string, input: { readonly body: Uint8Array }) => functions[name]?.(input as never) as T,
};

/** What a source of catalogs answers. */
export const made = (catalog: Catalog, said: Partial<Compiled> = {}): Compiled => ({
  ...{ catalog, exported: [], logs: [], milliseconds: 1 },
  ...said,
});

const unused = (name: string) => () => {
  throw new Error(`the test did not say what ${name} does`);
};

/** What API v3 needs beside the rest; what a test does not say throws. */
export function v3World(said: Partial<PuppetV3Deps> = {}) {
  const environments = new FakeEnvironments();
  const submitted: NewSubmission[] = [];
  const kept: CatalogOutcome[] = [];
  const deps = {
    environments: environments.port,
    content: environments.content,
    assignments: { resolved: async () => ({ settings: {}, conflicts: [] }) },
    catalogs: { compile: unused("catalogs.compile") },
    archive: { keep: async (outcome: CatalogOutcome) => void kept.push(outcome) },
    code: { classes: unused("code.classes") },
    facts: { of: async () => [], ofAgent: async () => undefined },
    submissions: { accept: async (one: NewSubmission) => void submitted.push(one), settled: async () => true },
    bucket: { find: async () => undefined, put: unused("bucket.put") },
    tasks: inlineTasks,
    uploadDir: "/nonexistent",
    ...said,
  };
  return { environments, submitted, kept, deps };
}
