import { GatehouseError } from "@gatehouse/core/errors";
import type { ExchangeFilter, ExchangeSummary, ExchangePage as Page } from "@gatehouse/core/exchanges";
import { maskedHeaders, maskedUrl, shownBody } from "@gatehouse/http";
import type { ApiDeps } from "../deps.js";
import { given, page } from "../models/common.js";
import { ExchangePage, ShownExchange } from "../models/exchange.js";
import { eventBytes, events, json, type Later, ok } from "../operation/answers.js";
import { operation } from "../operation/operation.js";
import { optional } from "../operation/parameters.js";
import { integer, moment, text } from "../operation/schema.js";
import { gone, nodeOf, rowId } from "../resolve.js";

/** Seconds that a question may wait for its answer. */
const MOST_WAIT = 60;

const word = text({ minLength: 1, maxLength: 255 });
const status = integer({ minimum: 100, maximum: 599 });
const filters = {
  node: optional("Of this node: a name, an id or an alias.", word),
  protocol: optional("Of this protocol, such as `dsc`.", word),
  route: optional("The beginning of a route's name, such as `puppet.v3`.", word),
  method: optional("Of this method.", word),
  leastStatus: optional("Answers from this status on.", status),
  mostStatus: optional("Answers up to this status.", status),
} as const;

type Asked = { readonly [K in "node" | "protocol" | "route" | "method"]?: string | undefined } & {
  readonly leastStatus?: number | undefined;
  readonly mostStatus?: number | undefined;
};

async function filterOf(deps: ApiDeps, { node, ...rest }: Asked): Promise<ExchangeFilter> {
  return { ...given(rest), ...(node !== undefined && { nodeId: (await nodeOf(deps, node)).id }) };
}

export const listExchanges = operation({
  id: "api.exchanges.list",
  method: "GET",
  path: "/exchanges",
  parts: {},
  summary: "What went over the wire, newest first, as far as a recording wanted it",
  description:
    "With `wait`, where there is none yet, the answer comes with the first one, or is an empty page when the wait is over.",
  role: "operator",
  query: {
    ...page(500),
    ...filters,
    since: optional("Recorded at or after.", moment()),
    until: optional("Recorded before.", moment()),
    wait: optional(`Such as \`30s\`; at most ${MOST_WAIT}s.`, text({ pattern: "^[0-9]{1,4}s?$" })),
  },
  answers: { 200: json("A page of exchanges.", ExchangePage) },
  refusals: [404, 409],
  handle:
    (deps) =>
    async ({ query: { limit, after, wait, since, until, ...asked } }) => {
      const seconds = Number.parseInt(wait ?? "0", 10);
      if (seconds > MOST_WAIT)
        throw new GatehouseError("request-malformed", `A question waits ${MOST_WAIT} seconds at the most; ask again.`);
      const filter = { ...(await filterOf(deps, asked)), ...given({ since, until }) };
      const list = () => deps.keptExchanges.list(filter, { limit, ...given({ after }) });
      const found = await list();
      return ok(found.exchanges.length > 0 || seconds === 0 ? found : waited(deps, filter, { list, seconds }));
    },
});

/** The page as it is when the first exchange comes, which may have come just before we began to wait. */
function waited(
  { keptExchanges }: ApiDeps,
  filter: ExchangeFilter,
  { list, seconds }: { readonly list: () => Promise<Page>; readonly seconds: number },
): Later<Page> {
  return {
    later(say) {
      let isOver = false;
      const look = async (isLast: boolean) => {
        // A database that is away is no answer yet: it is asked again, and at the end says that there is nothing.
        const found = await list().catch(() => undefined);
        if (isOver || (!isLast && (found === undefined || found.exchanges.length === 0))) return;
        isOver = true;
        say(found ?? { exchanges: [], next: null });
      };
      const following = keptExchanges.follow(filter, () => void look(false));
      const timer = setTimeout(() => void look(true), seconds * 1000);
      void look(false);
      // What was recorded before the follower looked for the first time is told by nobody.
      void following.begun.then(() => look(false));
      return () => {
        isOver = true;
        clearTimeout(timer);
        following.stop();
      };
    },
  };
}

export const showExchange = operation({
  id: "api.exchanges.show",
  method: "GET",
  path: "/exchanges/{exchange}",
  parts: { exchange: "Its id." },
  summary: "One exchange with what it carried: unpacked, readable, without secrets",
  role: "operator",
  answers: { 200: json("The exchange.", ShownExchange) },
  handle:
    ({ keptExchanges }) =>
    async ({ path: { exchange: id } }) => {
      const found = await keptExchanges.find(rowId(id, "exchange"));
      if (found === undefined) throw gone("exchange");
      const { content, ...summary } = found;
      const { url, requestHeaders, responseHeaders, request, response } = content;
      return ok({
        ...summary,
        url: maskedUrl(url),
        request: {
          headers: maskedHeaders(requestHeaders),
          body: shownBody(request.bytes, request.size, requestHeaders),
        },
        response: {
          headers: maskedHeaders(responseHeaders),
          body: response === undefined ? null : shownBody(response.bytes, response.size, responseHeaders),
        },
      });
    },
});

export const followExchanges = operation({
  id: "api.exchanges.stream",
  method: "GET",
  path: "/exchange-stream",
  parts: {},
  summary: "What goes over the wire from now on, as far as a recording wants it",
  description:
    "Server-sent events named `exchange`, each with an exchange as the list has it; before them one named `following`: from then on nothing is missed.",
  role: "operator",
  query: filters,
  answers: { 200: events("The stream.") },
  refusals: [404, 409],
  handle: (deps) => {
    const written = new WeakMap<readonly ExchangeSummary[], Buffer>();
    const bytesOf = (exchanges: readonly ExchangeSummary[]): Buffer => {
      const known = written.get(exchanges);
      if (known !== undefined) return known;
      const bytes = eventBytes(exchanges.map((exchange) => ({ name: "exchange", id: exchange.id, data: exchange })));
      written.set(exchanges, bytes);
      return bytes;
    };
    return async ({ query }) => {
      const filter = await filterOf(deps, query);
      return ok({
        events: (send: (events: Buffer) => void) => {
          const following = deps.keptExchanges.follow(filter, (exchanges) => send(bytesOf(exchanges)));
          void following.begun.then(() => send(FOLLOWING));
          return () => following.stop();
        },
      });
    };
  },
});

const FOLLOWING = eventBytes([{ name: "following", id: "0", data: {} }]);
