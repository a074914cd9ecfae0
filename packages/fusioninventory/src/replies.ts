import type { GatehouseError } from "@gatehouse/core/errors";
import { type AgentAnswer, errorMessage } from "@gatehouse/http";

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

const xml = (status: number, inside: string): AgentAnswer => ({
  status,
  syntax: "xml",
  text: `${DECLARATION}<REPLY>${inside}</REPLY>`,
});

/**
 * The answer to a PROLOG: an inventory is wanted, and when to come again. Without SEND neither FusionInventory nor OCS
 * send any (wire/glpi.md section 9).
 * @param hours may be a fraction
 * @param options jobs, as XML
 */
export const prologReply = (hours: number, options = ""): AgentAnswer =>
  xml(200, `<RESPONSE>SEND</RESPONSE>${options}<PROLOG_FREQ>${hours}</PROLOG_FREQ>`);

/** The answer to a PROLOG of who is not let in yet: no inventory, whatever it is (the word is the one of OCS' own server). */
export const waitReply = (hours: number): AgentAnswer =>
  xml(200, `<RESPONSE>STOP</RESPONSE><PROLOG_FREQ>${hours}</PROLOG_FREQ>`);

/** Taken. What is empty would be an error in the log of FusionInventory. */
export const reply: AgentAnswer = xml(200, "");

/** Taken; OCS is to leave its own tag as it is. */
export const ocsReply: AgentAnswer = xml(200, "<RESPONSE>NO_ACCOUNT_UPDATE</RESPONSE>");

/** Of FusionInventory REST: never packed, whatever was asked with. */
export const json = (status: number, value: unknown): AgentAnswer => ({
  status,
  syntax: "json",
  text: JSON.stringify(value),
  plain: true,
});

export const jsonError = ({ status, message }: GatehouseError): AgentAnswer =>
  json(status, { status: "error", message: errorMessage(message) });
