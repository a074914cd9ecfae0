import type { ApplyResult, DocumentKind } from "@gatehouse/api";
import { GatehouseError } from "@gatehouse/core/errors";
import type { Gateway } from "../server/gateway.js";
import { gather } from "./gather.js";
import { stageMissing } from "./stage.js";

/** Under this set and name, `serve --apply` applies. */
const SET = "default";
const ACTOR = "serve --apply";

/**
 * Applies documents to the gateway of this process, before it serves.
 * @throws DocumentsError with every place that does not fit
 */
export async function seed(
  {
    apply,
    content,
    packages,
    documentKinds,
  }: Pick<Gateway, "apply" | "content" | "packages"> & { documentKinds: readonly DocumentKind[] },
  target: string,
  env: NodeJS.ProcessEnv,
): Promise<ApplyResult> {
  const gathered = await gather(target, documentKinds, env);
  const { documents, given, files, below, warnings, explain } = gathered;
  await stageMissing(content, new Map([...[...files.values()].map((one) => [one.sha256, one] as const), ...below]));
  for (const [name, theirs] of gathered.packages) {
    const lacking = new Set(await packages.lacks(name, [...theirs.keys()]));
    await stageMissing(content, new Map([...theirs].filter(([sha256]) => lacking.has(sha256))));
  }
  try {
    const applied = await apply({ documents, given, set: SET, dryRun: false, prune: false, actor: ACTOR });
    return { ...applied, warnings: [...warnings, ...applied.warnings] };
  } catch (thrown) {
    if (thrown instanceof GatehouseError && thrown.errors !== undefined) throw explain(thrown.errors);
    throw thrown;
  }
}
