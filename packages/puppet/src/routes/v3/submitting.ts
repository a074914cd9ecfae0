import { asGatehouseError, GatehouseError } from "@gatehouse/core/errors";
import type { PuppetV3Deps } from "../../deps.js";
import { serverError } from "../../errors.js";

/** The agent that something is handed in for. @throws not-found where nobody of this name ever called */
export async function agentOf({ registry }: Pick<PuppetV3Deps, "registry">, certname: string): Promise<string> {
  const known = await registry.recentAgent({ family: "puppet", kind: "certname", value: certname });
  if (known !== undefined) return known.agentId;
  throw new GatehouseError("not-found", `No agent has called as ${certname} yet`);
}

/** What a reader refused, as puppetserver says it of a body. */
export function invalidBody(thrown: unknown): never {
  const error = asGatehouseError(thrown);
  if (error.code !== "request-malformed") throw error;
  throw new GatehouseError("request-malformed", `The request body is invalid: ${error.message}`, { cause: error });
}

export const nameMismatch = (name: string, key: string): GatehouseError =>
  serverError(`Instance name "${name.slice(0, 255)}" does not match requested key "${key}"`);
