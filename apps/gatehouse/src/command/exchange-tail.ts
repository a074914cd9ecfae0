import type { Exchange } from "@gatehouse/client";
import type { Command } from "commander";
import { parseServerSentEvents } from "parse-sse";
import { type CommandContext, sessionOf } from "./context.js";
import { CommandError } from "./errors.js";
import { type ExchangeFlags, narrowed, queryOf } from "./exchange.js";
import { count } from "./options.js";
import { machineLine, printable } from "./output.js";
import { when } from "./when.js";

interface TailFlags extends ExchangeFlags {
  readonly count?: number;
  readonly json?: boolean;
}

/** `gatehouse exchange tail` */
export function tailCommand(exchange: Command, context: CommandContext): void {
  narrowed(exchange.command("tail").description("exchanges as they are recorded, a line each"))
    .option("--count <n>", "end after so many", count)
    .action(async (_, command: Command) => {
      const { json, count: most, ...filter } = command.optsWithGlobals<TailFlags & Record<string, unknown>>();
      const session = sessionOf(command, context);
      const { node, protocol, route, status } = filter;
      const query = queryOf(given({ node, protocol, route, status }));
      const stream = await session.ask((api) => api.GET("/exchange-stream", { params: { query }, parseAs: "stream" }));
      let seen = 0;
      await each(stream as unknown as ReadableStream<Uint8Array>, (one) => {
        context.out(json === true ? `${machineLine(one)}\n` : lineOf(one));
        seen++;
        return most === undefined || seen < most;
      });
      if (most === undefined || seen < most) throw new CommandError("The gateway ended the stream.");
    });
}

const given = (flags: { readonly [K in keyof ExchangeFlags]: ExchangeFlags[K] | undefined }): ExchangeFlags =>
  Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined));

/** @param take false: no more */
async function each(stream: ReadableStream<Uint8Array>, take: (exchange: Exchange) => boolean): Promise<void> {
  const response = new Response(stream, { headers: { "Content-Type": "text/event-stream" } });
  for await (const { type, data } of parseServerSentEvents(response))
    if (type === "exchange" && !take(JSON.parse(data) as Exchange)) return;
}

function lineOf(one: Exchange): string {
  const who = one.nodeName ?? one.peer ?? one.from;
  const said = [
    when(one.at),
    who,
    one.method,
    one.path,
    one.status,
    `${Math.round(one.durationMs * 10) / 10} ms`,
    one.id,
  ];
  return `${said.map((part) => printable(part)).join("  ")}\n`;
}
