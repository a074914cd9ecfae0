import { GatehouseError } from "@gatehouse/core/errors";
import {
  type AgentAnswer,
  type AgentBody,
  type AgentDialect,
  type AgentMessage,
  isPartPath,
  isYaml,
  type RouteRequest,
  syntaxExpected,
} from "@gatehouse/http";
import type { GlpiDeps } from "./deps.js";
import type { Sent } from "./enrol.js";
import { errorAnswer } from "./errors.js";
import { commonHeaders, echoed } from "./headers.js";
import { contact } from "./routes/contact.js";
import { getParams } from "./routes/get-params.js";
import { inventory } from "./routes/inventory.js";
import { poll } from "./routes/pending.js";
import { prolog, prologOf } from "./routes/prolog.js";
import { createRegister, type Register } from "./routes/register.js";
import { type MessageHead, textIn } from "./wire/read.js";

/** GLPI's JSON protocol on the inventory paths: JSON bodies, polls, and the XML PROLOG of an agent that has an id. */
export function createGlpiDialect(deps: GlpiDeps): AgentDialect {
  const speaking: Speaking = { deps, register: createRegister(deps) };
  return {
    id: "glpi",
    answer: (message) => withEchoes(message.request, answerTo(speaking, message)),
    renderError(error, { request, action }, body) {
      const isJson = body === undefined ? syntaxExpected(request.headers) === "json" : body.syntax === "json";
      // REST's, of which some calls name no action.
      if (action !== undefined || isPartPath(request.path) || isYaml(request)) return undefined;
      if (!isJson) return undefined;
      const answer = errorAnswer(error, deps.config.expiration, body !== undefined || request.method === "GET");
      return { ...answer, headers: echoed(request.headers) };
    },
  };
}

/** The adapter's ports, and what it remembers. */
interface Speaking {
  readonly deps: GlpiDeps;
  readonly register: Register;
}

function answerTo(speaking: Speaking, message: AgentMessage): Promise<AgentAnswer> | undefined {
  const { deps } = speaking;
  const { request, body, action } = message;
  if (action !== undefined) return undefined;
  if (body === undefined) return request.headers["glpi-request-id"] === undefined ? undefined : polled(deps, message);
  if (body.syntax === "json") return json(speaking, message, body);
  if (request.headers["glpi-agent-id"] === undefined) return undefined;
  const deviceId = prologOf(body);
  return deviceId === undefined ? undefined : prolog(deps, deviceId, message);
}

const polled = async (deps: GlpiDeps, sent: Sent) =>
  poll(deps, commonHeaders(sent.request.headers, deps.config.mostProxies), sent);

async function json({ deps, register }: Speaking, { request, proof }: Sent, body: AgentBody): Promise<AgentAnswer> {
  const common = commonHeaders(request.headers, deps.config.mostProxies);
  const head = await deps.tasks.run<MessageHead>("glpi.head", { body: body.bytes });
  const action = actionOf(head.said);
  if (common.requestId !== undefined)
    request.log.info("glpi request", { requestId: request.id, glpiRequestId: common.requestId });
  switch (action) {
    case "contact":
      return contact(deps, head.said, common, { request, proof });
    case "get_params":
      return getParams(deps, head.said, common, { request, proof });
    case "register":
      return register(head.said, common, { request, proof });
    case "inventory":
    case "netdiscovery":
    case "netinventory":
      return inventory(deps, head, action, common, { request, proof, body });
    default:
      throw new GatehouseError("not-available", `Query '${action.slice(0, 50)}' is not supported.`);
  }
}

/** @throws request-malformed for one that is no text */
function actionOf({ action = "inventory" }: MessageHead["said"]): string {
  const text = textIn(action)?.toLowerCase();
  if (text === undefined) throw new GatehouseError("request-malformed", "/action must be text");
  return text;
}

function withEchoes(
  { headers }: RouteRequest,
  answered: Promise<AgentAnswer> | undefined,
): Promise<AgentAnswer> | undefined {
  return answered?.then((answer) => ({ ...answer, headers: { ...echoed(headers), ...answer.headers } }));
}
