import type { Inventory } from "@gatehouse/client";
import type { Api } from "../api.js";
import { closeTo } from "../close.js";
import { fieldsAlike, isLike, isMapping } from "../like.js";
import { counted, fieldsText, isSince, type Kind, type Looked, MOST_NAMED, parts } from "./kind.js";

interface Spec {
  readonly node?: string;
  readonly section?: string;
  readonly has?: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

/** What a node is made of; without a node: how many nodes have such an entry. */
export const inventory: Kind<Spec> = {
  schema: parts.mapping(
    {
      node: parts.node,
      section: {
        ...{ type: "string", pattern: "^[A-Za-z0-9_-]{1,100}$" },
        description: "Such as `softwares`.",
      },
      has: {
        ...{ type: "object", minProperties: 1, maxProperties: 20, additionalProperties: parts.value },
        description: "An entry of the section has these fields.",
      },
      isCollected: { type: "boolean", description: "Whether the agent looked at the node from outside." },
      deviceId: parts.pattern("The name under which the agent said it."),
      itemType: parts.pattern("Such as `Computer`."),
      tag: parts.pattern("The agent's."),
      versionClient: parts.pattern("The agent's program and version."),
      isComplete: { type: "boolean", description: "Whether all of it came, and could be processed." },
    },
    { anyOf: [{ required: ["node"] }, { required: ["section", "has"] }], dependencies: { has: ["section"] } },
  ),
  since: "ever",
  title: ({ node, section, has, ...rest }) => {
    const whose = node === undefined ? "an inventory" : `inventory of ${node}`;
    const entry = has === undefined ? section : `${section} with ${fieldsText(has)}`;
    return [whose, ...(entry === undefined ? [] : [entry]), fieldsText(rest)].filter((part) => part !== "").join(": ");
  },
  async look(api, spec, { since, enough }) {
    const { node, section, has, ...rest } = spec;
    if (node === undefined) return searched(api, spec, enough);
    const all = await inventoriesOf(api, node, section);
    const fresh = all.filter((one) => isSince(one.seenAt, since) && isLike(rest, one));
    if (section === undefined) return counted(fresh, () => true, inventoryText, enough);
    return counted(
      entriesOf(fresh, section),
      (entry) => has === undefined || isLike(has, entry),
      (entry) => entryText(entry, has ?? {}),
      enough,
    );
  },
  async instead(api, { node, section, has, ...rest }, { since }) {
    if (node === undefined) return ["No more nodes have such an entry."];
    const all = await inventoriesOf(api, node, undefined);
    if (all.length === 0) return [`No inventory of ${node} has come.`];
    const fresh = all.filter((one) => isSince(one.seenAt, since) && isLike(rest, one));
    if (fresh.length === 0 || section === undefined) return ["What came of it:", ...all.map(inventoryText)];
    const names = [...new Set(fresh.flatMap(({ sections }) => sections.map(({ name }) => name)))];
    if (!names.includes(section)) {
      const close = closeTo(section, names);
      return [`It has no section ${section}; it has ${(close.length > 0 ? close : names).join(", ")}.`];
    }
    const entries = entriesOf(fresh, section);
    const near = nearest(has ?? {}, entries);
    const many = `${section} has ${entries.length} ${entries.length === 1 ? "entry" : "entries"}`;
    return near.length === 0 ? [`${many}, and none comes near.`] : [`${many}; the nearest:`, ...near];
  },
};

async function inventoriesOf(api: Api, node: string, sections: string | undefined): Promise<readonly Inventory[]> {
  const params = { path: { node }, query: sections === undefined ? {} : { sections } };
  const found = await api.ofNode(node, (client) => client.GET("/nodes/{node}/inventory", { params }));
  return found?.inventories ?? [];
}

const entriesOf = (inventories: readonly Inventory[], section: string): readonly unknown[] =>
  inventories
    .flatMap(({ sections }) => sections.filter(({ name }) => name === section))
    .flatMap(({ content }) => (Array.isArray(content) ? (content as unknown[]) : [content]));

async function searched(api: Api, { section, has = {} }: Spec, enough: number): Promise<Looked> {
  const where = Object.entries(has).map(([field, value]) => `${section}.${field}=${value}`);
  const hits = await api.list(
    async (part) => {
      const page = await api.ask((client) => client.GET("/inventory", { params: { query: { where, ...part } } }));
      return { items: page.hits, next: page.next };
    },
    (items) => items.length >= enough,
  );
  return counted(
    hits,
    () => true,
    ({ nodeName, found }) => `${nodeName}: ${found.map(({ entry }) => fieldsText(entry)).join("; ")}`,
    enough,
  );
}

/** Entries with most of the fields, then those whose texts come near. */
function nearest(has: Readonly<Record<string, unknown>>, entries: readonly unknown[]): string[] {
  const alike = entries
    .map((entry) => ({ entry, fields: fieldsAlike(has, entry) }))
    .filter(({ fields }) => fields > 0)
    .toSorted((a, b) => b.fields - a.fields);
  const texts = Object.entries(has).flatMap(([field, value]) => {
    const said = entries.flatMap((entry) =>
      isMapping(entry) && Object.hasOwn(entry, field) ? [{ entry, text: String(entry[field]) }] : [],
    );
    const close = closeTo(
      String(Array.isArray(value) ? value[0] : value),
      said.map(({ text }) => text),
    );
    return close.flatMap((word) => said.filter(({ text }) => text === word).map(({ entry }) => entry));
  });
  const all = [...new Set([...alike.map(({ entry }) => entry), ...texts])];
  return all.slice(0, MOST_NAMED).map((entry) => entryText(entry, has));
}

/** What tells an entry: the fields that were asked for, and its name and version. */
function entryText(entry: unknown, has: object): string {
  if (!isMapping(entry)) return String(entry).slice(0, 200);
  const fields = new Set([...Object.keys(has), "name", "version"]);
  const said = [...fields].filter((field) => Object.hasOwn(entry, field));
  const shown = said.length > 0 ? said : Object.keys(entry).slice(0, MOST_NAMED);
  return fieldsText(Object.fromEntries(shown.map((field) => [field, short(entry[field])])));
}

const short = (value: unknown) => (typeof value === "string" && value.length > 200 ? `${value.slice(0, 199)}…` : value);

const inventoryText = ({ deviceId, versionClient, seenAt, isComplete }: Inventory) =>
  `of ${versionClient}, as ${deviceId}, seen at ${seenAt}${isComplete ? "" : ", not complete"}`;
