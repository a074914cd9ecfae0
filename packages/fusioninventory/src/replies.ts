import type { GatehouseError } from "@gatehouse/core/errors";
import type { AgentAnswer } from "@gatehouse/http";

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** Most characters of a message: GLPI cuts its own there. */
const LONGEST_MESSAGE = 250;

const xml = (status: number, inside: string): AgentAnswer => ({
  status,
  syntax: "xml",
  text: `${DECLARATION}<REPLY>${inside}</REPLY>`,
});

/**
 * The answer to a PROLOG: an inventory is wanted, and when to come again. Without SEND neither FusionInventory nor OCS
 * send any (wire/glpi.md section 9).
 * @param hours may be a fraction
 */
export const prologReply = (hours: number): AgentAnswer =>
  xml(200, `<RESPONSE>SEND</RESPONSE><PROLOG_FREQ>${hours}</PROLOG_FREQ>`);

/** Taken. What is empty would be an error in the log of FusionInventory. */
export const reply: AgentAnswer = xml(200, "");

/** Taken; OCS is to leave its own tag as it is. */
export const ocsReply: AgentAnswer = xml(200, "<RESPONSE>NO_ACCOUNT_UPDATE</RESPONSE>");

/** GLPI Agent prints the text, FusionInventory and OCS only the status. */
export const xmlError = ({ status, message }: GatehouseError): AgentAnswer =>
  xml(status, `<ERROR>${escaped(cut(message))}</ERROR>`);

/** Of FusionInventory REST: never packed, whatever was asked with. */
export const json = (status: number, value: unknown): AgentAnswer => ({
  status,
  syntax: "json",
  text: JSON.stringify(value),
  plain: true,
});

export const jsonError = ({ status, message }: GatehouseError): AgentAnswer =>
  json(status, { status: "error", message: cut(message) });

const cut = (message: string): string => message.slice(0, LONGEST_MESSAGE).toWellFormed();

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/** With what XML has no way to write left out: a message may tell what an agent sent. */
const escaped = (text: string): string =>
  text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "?")
    .replace(/[&<>]/g, (character) => ENTITIES[character] ?? "");
