import type { Report } from "@gatehouse/client";
import { eventStatuses, reportStatuses } from "@gatehouse/core/reports";
import { when } from "../../command/when.js";
import type { Api } from "../api.js";
import { isLike } from "../like.js";
import { counted, fieldsText, type Kind, MOST_NAMED, parts, single } from "./kind.js";

interface Spec {
  readonly node?: string;
  readonly protocol?: string;
  readonly status?: Report["status"] | readonly Report["status"][];
  readonly [field: string]: unknown;
}

const count = { type: "integer", minimum: 0 } as const;
const properties = {
  node: parts.node,
  protocol: { ...parts.word, description: "Such as `dsc`, `puppet` or `inventory`." },
  status: parts.oneOf(reportStatuses, "How it came out; a list: any of them."),
  operation: parts.pattern("Such as `Consistency`."),
  run: parts.pattern("The run's name within its agent."),
  outcome: parts.oneOf(["success", "failure"], "The agent's own verdict."),
  errorCount: { ...count, description: "How many errors it tells." },
  errors: parts.mapping(
    { message: parts.pattern("Of one error."), resource: parts.pattern("Its."), code: parts.pattern("Its.") },
    { description: "One of its errors is so." },
  ),
  counts: parts.mapping(Object.fromEntries(eventStatuses.map((status) => [status, count])), {
    description: "How many resources came out how.",
  }),
  published: parts.mapping(
    {
      name: parts.pattern("Such as a configuration's."),
      channel: parts.pattern("Such as `stable`."),
      version: { ...count, description: "Its number." },
      current: { type: "boolean", description: "The channel points at it now." },
    },
    { description: "A published version that was in force." },
  ),
  attributes: { type: "object", minProperties: 1, description: "The protocol's own words." },
};

/** Reports of agents' runs. */
export const report: Kind<Spec> = {
  schema: parts.mapping(properties),
  since: "start",
  title: (spec) => `a report: ${fieldsText(spec)}`,
  async look(api, { node, protocol, status, ...rest }, { since, enough }) {
    const fits = (item: Report) => isLike(status ?? "*", item.status) && isAsSaid(rest, item);
    // The gateway finds one status by itself.
    const found = await reportsOf(
      api,
      { node, protocol, since, status: single(status) as Report["status"] | undefined },
      (items) => items.filter(fits).length >= enough,
    );
    return counted(found, fits, reportText, enough);
  },
  async instead(api, { node, protocol, ...rest }, { since }) {
    const newest = async (query: Query) => (await reportsOf(api, query, () => true)).slice(0, MOST_NAMED);
    const ofProtocol = await newest({ node, protocol });
    if (ofProtocol.length > 0)
      return ofProtocol.map((item) => {
        const isBefore = since !== undefined && Date.parse(item.firstAt) < Date.parse(since);
        return `${reportText(item)}${isBefore && isLike(rest, item) ? ", which is before the time that counts" : ""}`;
      });
    const all = protocol === undefined ? [] : await newest({ node });
    const whose = node === undefined ? "" : ` of ${node}`;
    if (all.length === 0) return [`No report${whose} ever came.`];
    return [`No report${whose} ever came by ${protocol}; of other protocols:`, ...all.map(reportText)];
  },
};

interface Query {
  readonly node?: string | undefined;
  readonly protocol?: string | undefined;
  readonly status?: Report["status"] | undefined;
  readonly since?: string | undefined;
}

async function reportsOf(api: Api, { node, ...query }: Query, isEnough: (items: readonly Report[]) => boolean) {
  const given = Object.fromEntries(
    Object.entries({ node, ...query }).filter(([, value]) => value !== undefined),
  ) as Record<string, never>;
  return api.list(async (part) => {
    const page = await api.ofNode(node, (client) =>
      client.GET("/reports", { params: { query: { ...given, ...part } } }),
    );
    return { items: page?.reports ?? [], next: page?.next ?? null };
  }, isEnough);
}

/** A status that no resource had is not in the counts. */
function isAsSaid({ counts, ...rest }: Readonly<Record<string, unknown>>, item: Report): boolean {
  const zeros = Object.fromEntries(eventStatuses.map((status) => [status, 0]));
  return isLike(rest, item) && (counts === undefined || isLike(counts, { ...zeros, ...item.counts }));
}

function reportText({ id, nodeName, protocol, status, firstAt, errors, errorCount }: Report): string {
  const said = errors
    .slice(0, 2)
    .map(({ message, resource }) => `${resource === null ? "" : `${resource}: `}${message}`);
  const more = errorCount > said.length ? [`and ${errorCount - said.length} more`] : [];
  const why = said.length === 0 ? "" : `: ${[...said, ...more].join("; ")}`;
  return `${status}, ${protocol} of ${nodeName} at ${when(firstAt)} (report ${id})${why}`;
}
