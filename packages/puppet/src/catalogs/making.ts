import { type CatalogRequest, type Compiled, CompileFailed } from "@gatehouse/core/catalogs";
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
  const version = environment?.version;
  const begun = performance.now();
  const failed = async (thrown: unknown): Promise<never> => {
    const error = asGatehouseError(thrown);
    if (nodeId === undefined || error.code !== "catalog-failed") throw error;
    const logs = thrown instanceof CompileFailed ? thrown.logs : [];
    const milliseconds = performance.now() - begun;
    const result = { error: error.message };
    // The agent is to hear what is wrong with its code, whatever is wrong with us.
    await archive
      .keep({ nodeId, certname, environment: environmentName, version, milliseconds, logs, result })
      .catch((other: unknown) =>
        log.warn("a failed catalog was not kept", { agent: certname, reason: reasonOf(other) }),
      );
    throw error;
  };
  let result: Compiled;
  try {
    if (refusal !== undefined) throw refusal;
    result = await catalogs.compile(request);
    // Who keeps it reads it, unless it has kept the same before.
    if (nodeId === undefined) void result.catalog;
  } catch (thrown) {
    return failed(thrown);
  }
  if (nodeId === undefined) return result;
  const { logs, milliseconds } = result;
  try {
    await archive.keep({ nodeId, certname, environment: environmentName, version, milliseconds, logs, result });
  } catch (thrown) {
    // What was read from its text only now, and is none, is a failure of the code.
    return thrown instanceof GatehouseError && thrown.code === "catalog-failed" ? failed(thrown) : refused(thrown);
  }
  return result;
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
