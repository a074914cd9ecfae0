import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import path from "node:path";
import {
  type CompilerOptions,
  createRubyCompiler,
  type FoundRuby,
  findRuby,
  type RubyCompiler,
  type RubyOptions,
  startRuby,
} from "@gatehouse/catalogs";
import type { CatalogRequest, CompileLog } from "@gatehouse/core/catalogs";
import type { EnvironmentVersion, TreeEntry } from "@gatehouse/core/environments";
import { GatehouseError } from "@gatehouse/core/errors";
import { type Asked, type CodeServer, EXTENSIONS, SHOWN } from "./types.js";

const found = await findRuby();

/** What tests need of a Ruby with Puppet's library: undefined where there is none, which is said once. */
export const ruby: FoundRuby | undefined = "missing" in found ? undefined : found;
if ("missing" in found) process.stderr.write(`Compiled Puppet code: not run. ${found.missing}\n`);

/** Our compiler by itself: no gateway, no database. */
export interface OwnCompiler extends CodeServer {
  readonly compiler: RubyCompiler;
  /** What the compiler is asked. */
  request(asked: Asked): CatalogRequest;
}

/** @param said where it is not as a gateway has it */
export async function startOurs(said: Partial<RubyOptions & CompilerOptions> = {}): Promise<OwnCompiler> {
  if (ruby === undefined) throw new Error("there is no Ruby");
  const versions = new Map<string, EnvironmentVersion>();
  const files = new Map<string, string>();
  const options = {
    found: ruby,
    content: {
      open: async (blob: { sha256: string; size: number }) => ({ ...blob, path: files.get(blob.sha256) ?? "" }),
    },
    queries: { exported: async () => [], puppetdb: async () => [] },
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    ...{
      jit: true,
      user: "nobody",
      workers: 2,
      timeoutSeconds: 60,
      memoryMb: 512,
      recycleAfter: 1000,
      queue: 100,
      keys: {},
    },
    shownDir: SHOWN,
    ...said,
  };
  const compiler = createRubyCompiler({ ...options, ruby: await startRuby(options) });
  const request = ({
    certname,
    environment,
    facts,
    factsText,
    classes = {},
    parameters = {},
  }: Asked): CatalogRequest => {
    const [hostname = "", ...domain] = certname.split(".");
    return {
      certname,
      nodeId: "node",
      environment: versions.get(environment),
      environmentName: environment,
      facts: facts as CatalogRequest["facts"],
      factsText: factsText && `{"values":${factsText}}`,
      trusted: {
        authenticated: "remote",
        certname,
        extensions: EXTENSIONS,
        hostname,
        domain: domain.join("."),
        external: {},
      },
      settings: { "puppet.classes": classes, "puppet.parameters": parameters } as CatalogRequest["settings"],
    };
  };
  return {
    compiler,
    request,
    deploy: async (environment, folder) => {
      const entries = new Map(treeOf(folder, "", files).map((entry) => [entry.path, entry]));
      const version = (versions.get(environment)?.version ?? 0) + 1;
      versions.set(environment, { name: environment, version, codeId: `${version}`, deployedAt: new Date(0), entries });
    },
    catalog: async (asked) => {
      const folder = path.join(SHOWN, asked.environment);
      try {
        const { json, logs } = await compiler.compile(request(asked));
        return { catalog: json.toString(), error: undefined, folder, logs };
      } catch (thrown) {
        if (!(thrown instanceof GatehouseError) || thrown.code !== "catalog-failed") throw thrown;
        const { logs = [] } = thrown as { logs?: readonly CompileLog[] };
        return { catalog: undefined, error: thrown.message, folder, logs };
      }
    },
    close: () => compiler.close(),
  };
}

/** @param files takes where the bytes are, by their digest */
function treeOf(root: string, below: string, files: Map<string, string>): TreeEntry[] {
  return readdirSync(path.join(root, below))
    .sort()
    .flatMap((name): TreeEntry[] => {
      const place = below === "" ? name : `${below}/${name}`;
      const at = path.join(root, place);
      const status = lstatSync(at);
      const entry = { path: place, mode: status.mode & 0o7777, mtime: 0 };
      if (status.isSymbolicLink()) return [{ ...entry, type: "link", target: readlinkSync(at) }];
      if (status.isDirectory()) return [{ ...entry, type: "directory" }, ...treeOf(root, place, files)];
      const sha256 = createHash("sha256").update(readFileSync(at)).digest("hex");
      files.set(sha256, at);
      return [{ ...entry, type: "file", size: status.size, sha256, md5: "" }];
    });
}
