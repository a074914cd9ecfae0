import type { ApplyResult, DocumentKind } from "@gatehouse/api";
import { GatehouseError } from "@gatehouse/core/errors";
import type { Gateway } from "../server/compose.js";
import { gather } from "./gather.js";

/** Under this set and name, `serve --apply` applies. */
const SET = "default";
const ACTOR = "serve --apply";

/**
 * Applies documents to the gateway of this process, before it serves.
 * @throws DocumentsError with every place that does not fit
 */
export async function seed(
  { apply, content, documentKinds }: Pick<Gateway, "apply" | "content"> & { documentKinds: readonly DocumentKind[] },
  target: string,
  env: NodeJS.ProcessEnv,
): Promise<ApplyResult> {
  const { documents, given, files, explain } = await gather(target, documentKinds, env);
  const here = new Set(
    (await content.stored([...files.values()].map(({ sha256 }) => sha256))).map(({ sha256 }) => sha256),
  );
  for (const { file, sha256 } of files.values()) if (!here.has(sha256)) await content.stage(file);
  try {
    return await apply({ documents, given, set: SET, dryRun: false, prune: false, actor: ACTOR });
  } catch (thrown) {
    if (thrown instanceof GatehouseError && thrown.errors !== undefined) throw explain(thrown.errors);
    throw thrown;
  }
}
