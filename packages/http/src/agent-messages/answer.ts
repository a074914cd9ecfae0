import type { GatehouseError } from "@gatehouse/core/errors";
import { AGENT_BODY_TYPES, answerCoding, type BodyCoding, codingOfType, encodeAgentBody } from "../agent-body/index.js";
import type { Reply } from "../reply.js";
import type { RouteRequest } from "../route-table.js";
import type { AgentAnswer } from "./types.js";

type Headers = RouteRequest["headers"];

/**
 * An answer as its reader unpacks it.
 * @param coding that of the request's body; undefined where there was none, or none that could be told
 */
export async function packed(answer: AgentAnswer, headers: Headers, coding: BodyCoding | undefined): Promise<Reply> {
  const { status, syntax, text } = answer;
  if (text === "") return { status, headers: answer.headers ?? {} };
  const own = coding ?? codingOfType(headers["content-type"]) ?? "plain";
  const { body, contentType } = await encodeAgentBody(
    text,
    syntax,
    answer.plain ? "plain" : answerCoding(headers, own),
  );
  return { status, headers: { "Content-Type": contentType, ...answer.headers }, body };
}

/** Characters of a message: GLPI cuts its own there, and agents print what they get. */
const LONGEST_MESSAGE = 250;

/** What may stand in an error's message: one line, not too long, nothing that XML or a terminal stumbles over. */
export const errorMessage = (text: string): string =>
  Array.from(text.toWellFormed().replaceAll(/[\p{Cc}\ufffe\uffff]+/gu, " "))
    .slice(0, LONGEST_MESSAGE)
    .join("");

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/** An error as agents print it that speak XML. */
export const xmlError = (error: GatehouseError, message = error.message): AgentAnswer => ({
  status: error.status,
  syntax: "xml",
  text: `<?xml version="1.0" encoding="UTF-8"?>\n<REPLY><ERROR>${errorMessage(message).replaceAll(/[&<>]/g, (sign) => ESCAPES[sign] ?? "")}</ERROR></REPLY>\n`,
});

/** Headers that an error needs, whoever reads it. */
export function errorHeaders(error: GatehouseError): Record<string, string> {
  return {
    ...(error.allow !== undefined && { Allow: error.allow.join(", ") }),
    ...(error.code === "coding-unsupported" && { Accept: AGENT_BODY_TYPES }),
    // Agents look for these very words, and send what they have in their second try (recording glpi-basic-auth).
    ...(error.code === "unauthenticated" && { "WWW-Authenticate": 'Basic realm="Gatehouse"' }),
  };
}

/** What an agent's answer is written in, as far as its headers tell: where its message could not be read. */
export function syntaxExpected(headers: Headers): "json" | "xml" {
  if (headers["glpi-agent-id"] !== undefined) return "json";
  const type = headers["content-type"] ?? "";
  if (/json/i.test(type)) return "json";
  if (/xml/i.test(type)) return "xml";
  return /^(?:FusionInventory-Agent|OCS-NG|OCS_)/.test(headers["user-agent"] ?? "") ? "xml" : "json";
}
