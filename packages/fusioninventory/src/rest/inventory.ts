import { GatehouseError } from "@gatehouse/core/errors";
import type { AgentAnswer, AgentMessage, RouteRequest } from "@gatehouse/http";
import type { FusionInventoryDeps } from "../deps.js";
import { keep } from "../keep.js";
import { type DocumentSyntax, postedHead } from "../mapping/documents.js";
import type { MessageHead } from "../mapping/messages.js";
import { DOCUMENT, DOCUMENT_CHECK } from "../processors.js";
import { senderOf } from "../sender.js";
import { taskOf } from "./call.js";
import { nothing } from "./said.js";

/** Bytes that are looked through here: YAML takes 20 times as long as JSON. */
const INLINE: Readonly<Record<DocumentSyntax, number>> = { json: 256 << 10, yaml: 16 << 10 };

const SYNTAXES: readonly (readonly [RegExp, DocumentSyntax])[] = [
  [/^application\/json\b/i, "json"],
  [/^(?:application|text)\/(?:x-)?yaml\b/i, "yaml"],
];

/** @returns undefined for another type */
export const syntaxOf = (contentType = ""): DocumentSyntax | undefined =>
  SYNTAXES.find(([type]) => type.test(contentType.trim()))?.[1];

/** Whether a request posts YAML to the inventory's remote; JSON there is a message of the JSON protocol. */
export const isPostedYaml = ({ method, path, headers }: Pick<RouteRequest, "method" | "path" | "headers">): boolean =>
  method === "POST" && taskOf(path) === "inventory" && syntaxOf(headers["content-type"]) === "yaml";

/**
 * An inventory that is posted to its remote, in JSON or YAML (decisions, row 24): as one that came by XML, from the agent whose
 * deviceid it names.
 * @throws request-malformed, body-too-large for what is none; coding-unsupported for another type; as `senderOf`
 */
export async function postInventory(
  deps: FusionInventoryDeps,
  { request, proof }: Pick<AgentMessage, "request" | "proof">,
): Promise<AgentAnswer> {
  const syntax = syntaxOf(request.headers["content-type"]);
  if (request.method !== "POST")
    throw new GatehouseError("method-not-allowed", "Inventories are posted.", { allow: ["POST"] });
  if (syntax === undefined) throw new GatehouseError("coding-unsupported", "Inventories are JSON or YAML here.");
  const head = await headIn(deps, request, syntax);
  const sender = await senderOf(deps, head, { request, proof }, true);
  if (sender === undefined) throw new Error("an agent that joins is known");
  await keep(deps, DOCUMENT, head.deviceId, sender, request);
  deps.registry.touch(sender.agent.agentId, deps.clock.now());
  return nothing;
}

async function headIn(
  { tasks }: Pick<FusionInventoryDeps, "tasks">,
  { body, headers }: RouteRequest,
  syntax: DocumentSyntax,
): Promise<MessageHead> {
  const userAgent = headers["user-agent"];
  if (body.length <= INLINE[syntax]) return postedHead(body, syntax, userAgent);
  const input = { body, syntax, ...(userAgent !== undefined && { userAgent }) };
  return tasks.run<MessageHead>(DOCUMENT_CHECK, input);
}
