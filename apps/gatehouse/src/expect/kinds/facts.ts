import { closeTo } from "../close.js";
import { isLike, isMapping } from "../like.js";
import { counted, isSince, type Kind, parts, wordsOf } from "./kind.js";

interface Spec {
  readonly node: string;
  readonly path: string;
  readonly is?: unknown;
  readonly source?: string;
}

/** What a node says about itself: one fact of it, by whichever of its agents. */
export const facts: Kind<Spec> = {
  schema: parts.mapping(
    {
      node: parts.node,
      path: {
        ...{ type: "string", pattern: "^[^.]+(\\.[^.]+)*$", maxLength: 1000 },
        description: "Its parts joined by dots, such as `os.family`.",
      },
      is: {
        ...parts.value,
        description:
          "What it is; `*` stands for any characters; of a list, any. Left out: it is there, whatever it is.",
      },
      source: { ...parts.word, description: "Who says it: a protocol, such as `puppet`." },
    },
    { required: ["node", "path"] },
  ),
  since: "ever",
  title: ({ node, path, is }) => `facts of ${node}: ${path}${is === undefined ? "" : ` is ${wordsOf(is)}`}`,
  async look(api, { node, path, is, source }, { since, enough }) {
    const said = (await factsOf(api, node)).filter(
      (one) => (source === undefined || one.source === source) && isSince(one.seenAt, since),
    );
    const found = said.flatMap((one) => valuesAt(one.facts, path).map((value) => ({ value, by: one.source })));
    return counted(
      found,
      ({ value }) => is === undefined || isLike(is, value),
      ({ value, by }) => `${path} is ${shown(value)}, by ${by}`,
      enough,
    );
  },
  async instead(api, { node, path }) {
    const said = await factsOf(api, node);
    if (said.length === 0) return [`${node} has told no facts.`];
    return said.map(({ source, facts: tree, seenAt }) => {
      const values = valuesAt(tree, path).map(shown);
      return values.length > 0
        ? `${path} is ${values.join(", ")}, by ${source} at ${seenAt}`
        : `By ${source} there is no ${path}${nearText(tree, path)}`;
    });
  },
};

async function factsOf(api: Parameters<Kind<Spec>["look"]>[0], node: string) {
  const found = await api.ofNode(node, (client) => client.GET("/nodes/{node}/facts", { params: { path: { node } } }));
  return found?.facts ?? [];
}

/** Of a list each item's. */
function valuesAt(tree: unknown, path: string): unknown[] {
  let values: unknown[] = [tree];
  for (const part of path.split("."))
    values = values
      .flatMap((value) => (Array.isArray(value) && !/^\d+$/.test(part) ? (value as unknown[]) : [value]))
      .flatMap((value) =>
        (isMapping(value) || Array.isArray(value)) && Object.hasOwn(value, part)
          ? [(value as Readonly<Record<string, unknown>>)[part]]
          : [],
      );
  return values;
}

/** Which key is meant, where the path leads nowhere. */
function nearText(tree: unknown, path: string): string {
  const parted = path.split(".");
  for (const [i, part] of parted.entries()) {
    const above = parted.slice(0, i);
    const [at] = i === 0 ? [tree] : valuesAt(tree, above.join("."));
    if (!isMapping(at)) return ".";
    if (Object.hasOwn(at, part)) continue;
    const close = closeTo(part, Object.keys(at)).map((key) => [...above, key].join("."));
    return close.length === 0 ? "." : `; is it ${close.join(" or ")}?`;
  }
  return ".";
}

function shown(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > 200 ? `${text.slice(0, 199)}…` : text;
}
