import { createHash } from "node:crypto";
import type { CatalogQueries, CatalogRequest } from "@gatehouse/core/catalogs";
import type { EnvironmentVersion, TreeEntry } from "@gatehouse/core/environments";
import { type CompilerOptions, createRubyCompiler, type RubyCompiler } from "./compiler.js";
import { type FoundRuby, findRuby } from "./find-ruby.js";
import { type RubyOptions, startRuby } from "./started-ruby.js";

const found = await findRuby();
/** Undefined where this machine has no Ruby with Puppet's library; then it is said once, and the tests that need it do not run. */
export const ruby: FoundRuby | undefined = "missing" in found ? undefined : found;
if ("missing" in found) console.warn(`Not run: tests of compiled Puppet code. ${found.missing}`);

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const stored = new Map<string, Buffer>();

/** Content that holds what {@link versionOf} was told of. */
export const content: CompilerOptions["content"] = {
  open: async (blob) => ({ ...blob, bytes: stored.get(blob.sha256) ?? Buffer.alloc(0) }),
};

/** A version of an environment. @param files by path; `{ link }` is one */
export function versionOf(
  files: Readonly<Record<string, string | { readonly link: string }>>,
  { name = "production", version = 1 }: { name?: string; version?: number } = {},
): EnvironmentVersion {
  const entries = new Map<string, TreeEntry>();
  for (const [path, said] of Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const parts = path.split("/");
    for (let i = 1; i < parts.length; i++) {
      const parent = parts.slice(0, i).join("/");
      if (!entries.has(parent)) entries.set(parent, { path: parent, mode: 0o755, mtime: 0, type: "directory" });
    }
    if (typeof said !== "string") {
      entries.set(path, { path, mode: 0o777, mtime: 0, type: "link", target: said.link });
      continue;
    }
    const digest = sha256(said);
    stored.set(digest, Buffer.from(said));
    const mode = said.startsWith("#!") ? 0o755 : 0o644;
    entries.set(path, { path, mode, mtime: 0, type: "file", size: Buffer.byteLength(said), sha256: digest, md5: "" });
  }
  return { name, version, codeId: `${version}`, deployedAt: new Date(0), entries };
}

export const requestFor = (
  environment: EnvironmentVersion | undefined,
  said: Partial<CatalogRequest> = {},
): CatalogRequest => {
  const { certname = "web01.example.org" } = said;
  return {
    certname,
    nodeId: "n1",
    environment,
    environmentName: environment?.name ?? "nowhere",
    facts: { os: { family: "Debian", name: "Debian" }, networking: { ip: "192.0.2.1" } },
    trusted: {
      authenticated: "remote",
      certname,
      extensions: {},
      hostname: "web01",
      domain: "example.org",
      external: {},
    },
    settings: {},
    ...said,
  };
};

const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const nothing: CatalogQueries = { exported: async () => [], puppetdb: async () => [] };

export type TestOptions = RubyOptions & Omit<CompilerOptions, "ruby">;

/** A compiler on the Ruby of this machine, that a test closes. */
export const compilerOf = async (said: Partial<TestOptions> = {}): Promise<RubyCompiler> => {
  if (ruby === undefined) throw new Error("There is no Ruby.");
  const options = {
    ...{
      found: ruby,
      content,
      queries: nothing,
      log: quiet,
      jit: true,
      user: "nobody",
      workers: 2,
      timeoutSeconds: 30,
    },
    ...{ memoryMb: 512, recycleAfter: 1000, queue: 100, keys: {}, shownDir: "/etc/puppetlabs/code/environments" },
    ...said,
  };
  return createRubyCompiler({ ...options, ruby: await startRuby(options) });
};
