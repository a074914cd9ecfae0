import { asGatehouseError, GatehouseError } from "@gatehouse/core/errors";
import type { Reply } from "@gatehouse/http";
import { encode } from "@msgpack/msgpack";
import type { PuppetV3Deps } from "../../deps.js";
import { serverError } from "../../errors.js";
import { answerFormat, contentTypeOf } from "../../wire/formats.js";

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

const ANSWERS = ["json", "pson", "msgpack"] as const;

/** The format of an answer to a PUT, which need not ask for one. @throws not-acceptable */
export const answerTo = (accept: string | undefined): (typeof ANSWERS)[number] =>
  accept === undefined ? "json" : answerFormat(accept, ANSWERS);

export const answerOf = (value: unknown, format: (typeof ANSWERS)[number]): Reply => ({
  status: 200,
  headers: { "Content-Type": contentTypeOf(format) },
  body: format === "msgpack" ? Buffer.from(encode(value)) : JSON.stringify(value),
});
