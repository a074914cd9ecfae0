import type { Exchange } from "@gatehouse/client";
import type { Command } from "commander";
import { type CommandContext, sessionOf } from "./context.js";
import { recordingCommands } from "./exchange-recording.js";
import { tailCommand } from "./exchange-tail.js";
import { exchangeText } from "./exchange-text.js";
import { count } from "./options.js";
import { table } from "./output.js";
import { follow, goesOn, type PageFlags, paged } from "./pages.js";
import { moment, when } from "./when.js";

/** What a list of exchanges, and a stream, is narrowed to. */
export interface ExchangeFlags {
  readonly node?: string;
  readonly protocol?: string;
  readonly route?: string;
  readonly status?: number;
}

interface ListFlags extends PageFlags, ExchangeFlags {
  readonly since?: string;
  readonly until?: string;
  readonly wait?: string;
}

/** Adds the options of {@link ExchangeFlags}. */
export const narrowed = (command: Command): Command =>
  command
    .option("--node <node>", "only those of this node: name, id or alias")
    .option("--protocol <protocol>", "only those of this protocol, such as dsc")
    .option("--route <route>", "only those of routes whose name begins so, such as puppet.v3")
    .option("--status <least>", "only answers from this status on, such as 400", count);

/** As the API takes them. */
export const queryOf = ({ status, ...rest }: ExchangeFlags) => ({
  ...rest,
  ...(status !== undefined && { leastStatus: status }),
});

/** `gatehouse exchange …` */
export function exchangeCommands(program: Command, context: CommandContext): void {
  const exchange = program.command("exchange").description("what agents say over the wire, and are answered");
  const list = narrowed(exchange.command("list").description("recorded exchanges, newest first"))
    .option("--since <time>", "only those since: 2h, 3d, 2026-03-01, 2026-03-01T10:00Z", (text) => moment(text))
    .option("--until <time>", "only those before", (text) => moment(text))
    .option("--wait <seconds>", "where there is none yet, wait for one: such as 30s, at most 60s");
  paged(list).action(async (flags: ListFlags, command: Command) => {
    const session = sessionOf(command, context);
    const { limit: _, after: __, all: ___, since, until, wait, ...filter } = flags;
    const page = await follow(flags, async (part) => {
      const query = {
        ...queryOf(filter),
        ...part,
        ...(since !== undefined && { since }),
        ...(until !== undefined && { until }),
        ...(wait !== undefined && part.after === undefined && { wait }),
      };
      const { exchanges, next } = await session.ask((api) => api.GET("/exchanges", { params: { query } }));
      return { items: exchanges, next };
    });
    session.show({ exchanges: page.items, next: page.next }, () => exchangesText(page.items) + goesOn(page));
  });
  exchange
    .command("show")
    .description("one exchange with what it carried, unpacked and without secrets")
    .argument("<id>", "as the list shows it")
    .action(async (id: string, _, command: Command) => {
      const session = sessionOf(command, context);
      const params = { path: { exchange: id } };
      const found = await session.ask((api) => api.GET("/exchanges/{exchange}", { params }));
      session.show(found, () => exchangeText(found));
    });
  tailCommand(exchange, context);
  recordingCommands(exchange, context);
}

const HEADINGS = ["AT", "NODE", "FROM", "ROUTE", "METHOD", "PATH", "STATUS", "BYTES", "MS", "ID"];

export const exchangesText = (exchanges: readonly Exchange[]): string =>
  table(
    HEADINGS,
    exchanges.map((one) => rowOf(one)),
    "Nothing is recorded that is like that. What is to be recorded says: gatehouse exchange record",
  );

const rowOf = (one: Exchange) => [
  when(one.at),
  one.nodeName ?? one.peer,
  one.from,
  one.route,
  one.method,
  one.path.length > 60 ? `${one.path.slice(0, 59)}…` : one.path,
  one.status,
  `${one.requestBytes}/${one.responseBytes ?? "file"}`,
  Math.round(one.durationMs * 10) / 10,
  one.id,
];
