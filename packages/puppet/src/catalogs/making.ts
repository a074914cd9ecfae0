import { type Catalog, type CatalogRequest, type Compiled, CompileFailed } from "@gatehouse/core/catalogs";
import { asGatehouseError, GatehouseError } from "@gatehouse/core/errors";
import type { Log } from "@gatehouse/http";
import type { PuppetV3Deps } from "../deps.js";

/**
 * Makes a catalog, and keeps what became of it before anybody has it: what a node exports is there for others when its
 * own run begins. A failure of the code is kept as well.
 * @param refusal why none is to be made: the code's failure, or that of who set it up
 * @throws as CatalogSource; catalog-failed for what is too much to be kept
 */
export async function makeCatalog(
  { catalogs, archive }: Pick<PuppetV3Deps, "catalogs" | "archive">,
  request: CatalogRequest,
  log: Log,
  refusal?: GatehouseError,
): Promise<Compiled> {
  const { nodeId, certname, environment, environmentName } = request;
  const outcome = { certname, environment: environmentName, version: environment?.version };
  const begun = performance.now();
  let made: Compiled;
  let catalog: Catalog;
  try {
    if (refusal !== undefined) throw refusal;
    made = await catalogs.compile(request);
    // It may be read from its text only now, and be none.
    ({ catalog } = made);
  } catch (thrown) {
    const error = asGatehouseError(thrown);
    if (nodeId === undefined || error.code !== "catalog-failed") throw error;
    const logs = thrown instanceof CompileFailed ? thrown.logs : [];
    const milliseconds = performance.now() - begun;
    // The agent is to hear what is wrong with its code, whatever is wrong with us.
    await archive
      .keep({ ...outcome, nodeId, milliseconds, logs, result: { error: error.message } })
      .catch((other: unknown) =>
        log.warn("a failed catalog was not kept", { agent: certname, reason: reasonOf(other) }),
      );
    throw error;
  }
  const { exported, logs, milliseconds } = made;
  if (nodeId !== undefined)
    await archive.keep({ ...outcome, nodeId, milliseconds, logs, result: { catalog, exported } }).catch(refused);
  return made;
}

/** What is too much to be kept is too much to be given: what the node exports would be missing elsewhere. */
function refused(thrown: unknown): never {
  const error = asGatehouseError(thrown);
  throw error.code === "request-malformed" ? new GatehouseError("catalog-failed", error.message) : error;
}

const reasonOf = (thrown: unknown) => {
  const error = asGatehouseError(thrown);
  return error.detail ?? error.message;
};
