import { member, parseJson } from "../wire/json-body.js";
import { layoutOf, type Module } from "./layout.js";
import { perVersion } from "./per-version.js";
import { type ContentReader, readSmall } from "./read-small.js";
import { type Tree, treeOf } from "./tree.js";

export interface ModuleInfo {
  /** As its metadata.json has it, `acme/lab`; else that of its directory. */
  readonly name: string;
  readonly version: string | null;
}

/** Bytes of a metadata.json that are read. */
const LIMIT = 1 << 20;

/** The modules of a version, in the order of the modulepath. A metadata.json that cannot be read tells nothing. */
export const moduleInfoOf = perVersion(async (version, content: ContentReader): Promise<readonly ModuleInfo[]> => {
  const { modules } = await layoutOf(version, content);
  const infos: ModuleInfo[] = [];
  for (const module of modules.values()) infos.push(await infoOf(treeOf(version), module, content));
  return infos;
});

async function infoOf(tree: Tree, module: Module, content: ContentReader): Promise<ModuleInfo> {
  const file = tree.file(`${module.path}/metadata.json`);
  const said = file === undefined || file.size > LIMIT ? undefined : parseJson(await readSmall(content, file, LIMIT));
  const name = member(said, "name");
  const version = member(said, "version");
  return {
    name: typeof name === "string" && name !== "" ? name.replaceAll("-", "/") : module.name,
    version: typeof version === "string" ? version : null,
  };
}
