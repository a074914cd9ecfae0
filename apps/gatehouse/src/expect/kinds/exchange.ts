import type { Exchange } from "@gatehouse/client";
import { when } from "../../command/when.js";
import type { Api } from "../api.js";
import { fitsPattern, isLike } from "../like.js";
import { counted, fieldsText, type Kind, MOST_NAMED, parts } from "./kind.js";

export interface ExchangeSpec {
  readonly node?: string;
  readonly protocol?: string;
  readonly route?: string;
  readonly method?: string;
  readonly status?: number;
  readonly leastStatus?: number;
  readonly mostStatus?: number;
  readonly path?: string | readonly string[];
  readonly from?: string;
  readonly peer?: string | readonly string[];
}

const status = { type: "integer", minimum: 100, maximum: 599 } as const;

/** What went over the wire, as far as a recording kept it. */
export const exchange: Kind<ExchangeSpec> = {
  schema: parts.mapping(
    {
      node: parts.node,
      protocol: { ...parts.word, description: "Such as `dsc`." },
      route: { ...parts.word, description: "The beginning of a route's name, such as `puppet.v3`." },
      method: { ...parts.word, description: "Such as `GET`." },
      status: { ...status, description: "The answer's." },
      leastStatus: { ...status, description: "The answer's, or a higher one." },
      mostStatus: { ...status, description: "The answer's, or a lower one." },
      path: parts.pattern("Of the request, without the query."),
      from: { ...parts.word, description: "The client's address." },
      peer: parts.pattern("The name in the client's certificate."),
    },
    // `never: {exchange: {}}`: nobody calls at all.
    { minProperties: 0 },
  ),
  since: "start",
  title: (spec) => `an exchange: ${fieldsText(spec) || "any"}`,
  async look(api, spec, { since, enough, waitSeconds }) {
    const fits = (item: Exchange) => isAsSaid(spec, item);
    const found = await exchangesOf(api, spec, { since, waitSeconds }, (items) => items.filter(fits).length >= enough);
    return counted(found, fits, exchangeText, enough);
  },
  async instead(api, { node, protocol, route }, { since }) {
    const of = async (spec: ExchangeSpec) => exchangesOf(api, spec, { since, waitSeconds: 0 });
    const defined = (spec: object) =>
      Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== undefined)) as ExchangeSpec;
    const ofRoute = await of(defined({ node, protocol, route }));
    if (ofRoute.length > 0) return tallied(ofRoute);
    const ofNode = route === undefined && protocol === undefined ? [] : await of(defined({ node }));
    const whose = node === undefined ? "" : ` of ${node}`;
    if (ofNode.length === 0) return [`Nothing${whose} was recorded in this time.`];
    return [`Nothing${whose} was recorded on that route; elsewhere:`, ...tallied(ofNode)];
  },
};

function exchangesOf(
  api: Api,
  { node, protocol, route, method, status: exact, leastStatus, mostStatus }: ExchangeSpec,
  { since, waitSeconds }: { readonly since: string | undefined; readonly waitSeconds: number },
  isEnough?: (items: readonly Exchange[]) => boolean,
): Promise<readonly Exchange[]> {
  const said = { node, protocol, route, method, since };
  const statuses = { leastStatus: exact ?? leastStatus, mostStatus: exact ?? mostStatus };
  const query = Object.fromEntries(Object.entries({ ...said, ...statuses }).filter(([, value]) => value !== undefined));
  return api.list(async (part) => {
    // What comes after the first page was there before: nothing to wait for.
    const seconds = "after" in part ? 0 : waitSeconds;
    const page = await api.ofNode(
      node,
      (client, wait) => client.GET("/exchanges", { params: { query: { ...query, ...part, ...wait } } }),
      seconds,
    );
    return { items: page?.exchanges ?? [], next: page?.next ?? null };
  }, isEnough);
}

function isAsSaid({ path, from, peer, status: exact, leastStatus, mostStatus, method }: ExchangeSpec, item: Exchange) {
  return (
    isLike(path ?? "*", item.path) &&
    (from === undefined || from === item.from) &&
    (peer === undefined || isLike(peer, item.peer)) &&
    (method === undefined || fitsPattern(method, item.method)) &&
    item.status >= (leastStatus ?? 0) &&
    item.status <= (mostStatus ?? 999) &&
    (exact === undefined || item.status === exact)
  );
}

/** What came, the same of the same once with how often it was. */
function tallied(exchanges: readonly Exchange[]): string[] {
  const alike = new Map<string, { readonly newest: Exchange; times: number }>();
  for (const one of exchanges) {
    const key = JSON.stringify([one.status, one.method, one.path, whoOf(one)]);
    const known = alike.get(key);
    if (known === undefined) alike.set(key, { newest: one, times: 1 });
    else known.times++;
  }
  const said = [...alike.values()].map(({ newest, times }) =>
    times === 1 ? exchangeText(newest) : `${times} times, the last: ${exchangeText(newest)}`,
  );
  return said.length <= MOST_NAMED ? said : [...said.slice(0, MOST_NAMED), `and ${said.length - MOST_NAMED} others`];
}

const whoOf = ({ nodeName, peer, from }: Exchange) => nodeName ?? peer ?? from ?? "somebody";

function exchangeText(item: Exchange): string {
  const { id, at, method, path, status: answer } = item;
  const shown = path.length > 100 ? `${path.slice(0, 99)}…` : path;
  return `${answer} on ${method} ${shown} of ${whoOf(item)} at ${when(at)} (exchange ${id})`;
}
