import type { Reply, RouteRequest, RouteRow } from "@gatehouse/http";
import { LRUCache } from "lru-cache";
import type { PuppetV3Deps } from "../../deps.js";
import { metadataOptionsOf, searchOptionsOf } from "../../environment/file-options.js";
import { FileServer, type FileServerDeps } from "../../environment/file-server.js";
import { PLAIN, PuppetError, text } from "../../errors.js";
import { answerFormat, contentTypeOf } from "../../wire/formats.js";
import { environmentOf, parametersOf } from "./parameters.js";

/** Bytes of a form: a GET that an old agent posts has some 2,000 of them. */
const FORM_LIMIT = 64 << 10;
/** Characters of answers to searches that are kept: those of some 60 environments with 2,000 plugins. */
const KEPT = 32 << 20;

/** All that makes two searches one. */
const OF_A_SEARCH = ["links", "checksum_type", "source_permissions", "recurse", "recurselimit", "max_files"] as const;

const base = { access: { who: "rules" }, admission: "content" } as const;

/**
 * The file service (wire/puppet.md section 3.5). An agent asks for the same three searches in each of its runs: their
 * answers are kept as they went out, by version.
 */
export function fileRoutes({ environments, content, config }: PuppetV3Deps): RouteRow[] {
  const files = new FileServer({ content, mounts: config.mounts ?? {} });
  return [
    ...rowsOf("file_metadata", metadataHandler(files, environments)),
    ...rowsOf("file_metadatas", metadatasHandler(files, environments)),
    ...rowsOf("file_content", contentHandler(files, environments, content)),
  ];
}

type Handle = RouteRow["handle"];
type Environments = PuppetV3Deps["environments"];

/** By GET, and as a form by POST, which agents up to 6.14 make of a long GET. */
const rowsOf = (name: string, handle: Handle): RouteRow[] =>
  (["GET", "POST"] as const).map((method) => ({
    ...base,
    id: `puppet.v3.${name.replace("_", "-")}${method === "POST" ? ".post" : ""}`,
    method,
    pattern: new RegExp(`^/puppet/v3/${name}/(?<key>.+)$`),
    bodyLimit: method === "POST" ? FORM_LIMIT : 0,
    handle,
  }));

const keyIn = ({ params }: RouteRequest) => params["key"] ?? "";

const json = (request: RouteRequest, body: string): Reply => ({
  status: 200,
  headers: { "Content-Type": contentTypeOf(answerFormat(request.headers.accept, ["json", "pson"])) },
  body,
});

const missing = (message: string) => new PuppetError("not-found", message, { kind: "RESOURCE_NOT_FOUND" });

function metadataHandler(files: FileServer, environments: Environments): Handle {
  return async (request) => {
    const parameters = parametersOf(request);
    const version = await environmentOf(environments, parameters);
    const key = keyIn(request);
    const metadata = await files.metadata(version, key, metadataOptionsOf(parameters));
    if (metadata === undefined) throw missing(`Could not find file_metadata ${key}`);
    return json(request, JSON.stringify(metadata));
  };
}

function metadatasHandler(files: FileServer, environments: Environments): Handle {
  const kept = new LRUCache<string, string>({
    maxSize: KEPT,
    sizeCalculation: (body, key) => body.length + key.length,
  });
  return async (request) => {
    const parameters = parametersOf(request);
    if (!namesEnvironment(parameters)) return nameless("file_metadatas");
    const version = await environmentOf(environments, parameters);
    const key = keyIn(request);
    const asked = OF_A_SEARCH.map((name) => parameters.get(name));
    const search = JSON.stringify([version.name, version.version, key, ...asked, ...parameters.getAll("ignore")]);
    const known = kept.get(search);
    if (known !== undefined) return json(request, known);
    const metadatas = await files.metadatas(version, key, searchOptionsOf(parameters));
    if (metadatas === undefined) throw missing(`Could not find instances in file_metadata with '${key}'`);
    const body = JSON.stringify(metadatas);
    kept.set(search, body);
    return json(request, body);
  };
}

function contentHandler(files: FileServer, environments: Environments, content: FileServerDeps["content"]): Handle {
  return async (request) => {
    const parameters = parametersOf(request);
    if (!namesEnvironment(parameters)) return nameless("file_content");
    const version = await environmentOf(environments, parameters);
    const type = contentTypeOf(answerFormat(request.headers.accept, ["binary"]));
    const key = keyIn(request);
    const file = await files.file(version, key);
    if (file === undefined) throw missing(`Could not find file_content ${key}`);
    if (file === "directory") return text(200, "", type);
    const blob = await content.open(file);
    return {
      status: 200,
      headers: { "Content-Type": type },
      body: "bytes" in blob ? blob.bytes : { path: blob.path, size: blob.size },
    };
  };
}

/** A layer before the others asks, and says so in a text (p7-06, exchange 38). */
const namesEnvironment = (parameters: URLSearchParams) => parameters.has("environment");
const nameless = (what: string) =>
  text(400, `A ${what} request must include an \`environment\` or \`versioned_project\` query parameter.`, PLAIN);
