import type { ErrorCodeName, GatehouseError } from "@gatehouse/core/errors";
import { type AgentAnswer, errorMessage } from "@gatehouse/http";
import { MALFORMED } from "./malformed.js";

/** The protocol's words, by our code; its document and GLPI's own server have them (wire/glpi.md section 6). */
const TOKENS: Partial<Record<ErrorCodeName, string>> = {
  "body-too-large": "bad-format",
  "body-late": "malformed json",
  "coding-unsupported": "unsupported content-type",
  forbidden: "forbidden",
  overloaded: "busy server",
  "database-unavailable": "busy server",
};

/** How long agents are told to wait that found us busy. They follow their own rule (wire/glpi.md section 3). */
const BUSY = "30m";

/**
 * An error in the protocol's shape.
 * @param expiration how long the agent is told to wait
 * @param wasRead false: the message could not be unpacked, so there was no JSON in it
 */
export function errorAnswer(error: GatehouseError, expiration: string, wasRead: boolean): AgentAnswer {
  const isBusy = TOKENS[error.code] === "busy server";
  return {
    // Decisions, row 17: the document wants a 4XX.
    status: error.code === "overloaded" ? 429 : error.status,
    syntax: "json",
    text: JSON.stringify({
      status: "error",
      message: errorMessage(messageOf(error, wasRead)),
      expiration: isBusy ? BUSY : expiration,
    }),
  };
}

function messageOf({ code, message }: GatehouseError, wasRead: boolean): string {
  const token = TOKENS[code];
  if (token !== undefined) return token;
  if (code !== "request-malformed" || message === MALFORMED) return message;
  return wasRead ? `bad-format: ${message}` : MALFORMED;
}
