import type { ShownBody, ShownExchange } from "@gatehouse/client";
import { pairs, printable, section } from "./output.js";
import { when } from "./when.js";

/** An exchange for a person: who, what was asked, what was answered. */
export function exchangeText(exchange: ShownExchange): string {
  const { request, response } = exchange;
  return [
    pairs([
      ["at", when(exchange.at)],
      ["node", exchange.nodeName],
      ["certificate", exchange.peer],
      ["from", exchange.from],
      ["route", `${exchange.route} (${exchange.protocol})`],
      ["took", `${Math.round(exchange.durationMs * 10) / 10} ms`],
      ["request id", exchange.requestId],
    ]),
    section(`${exchange.method} ${printable(exchange.url)}`, pairs(Object.entries(request.headers))),
    bodyText(request.body),
    section(`${exchange.status}`, pairs(Object.entries(response.headers))),
    response.body === null ? section("body", "streamed from disk\n") : bodyText(response.body),
  ].join("");
}

function bodyText({ size, isCut, coding, syntax, text }: ShownBody): string {
  if (syntax === "empty") return "";
  const what = [`${size} bytes`, ...(coding === null ? [] : [coding]), syntax, ...(isCut ? ["cut"] : [])].join(", ");
  // Line by line: what an agent sent may steer a terminal.
  const lines = text.split("\n").map((line) => (line === "" ? "" : printable(line.replace(/\t/g, "  "))));
  return section(`body (${what})`, `${lines.join("\n")}\n`);
}
