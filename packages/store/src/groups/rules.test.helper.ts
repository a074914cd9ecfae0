import type { Comparison, Rule } from "@gatehouse/core/expression";
import fc from "fast-check";

/** Ids of nodes that were merged, or not: whoever asks for one may mean a node that it leads to, or is called so. */
export const IDS = [
  "00000000-0000-4000-8000-00000000000a",
  "00000000-0000-4000-8000-0000000000ab",
  "0000000b-0000-4000-8000-000000000000",
  "6f1d6a4e-c000-4000-8000-000000000001",
  "6f1d6a4e-d000-4000-8000-000000000001",
] as const;

/** Texts on which two implementations of one comparison come apart. */
const NASTY = [
  "web",
  "Web",
  "WEB01",
  "we",
  "İ",
  "i",
  "ı",
  "I",
  "ß",
  "SS",
  "ss",
  "ſ",
  "K",
  "k",
  "ﬁ",
  "Ä",
  "ä",
  "a\u0308",
  "10",
  "9",
  "1.10",
  "1.9",
  "1.1",
  "1.2",
  "1.2.0",
  "1.2-rc1",
  "1.2rc1",
  "v1.2",
  "1.2+deb1",
  "2.0~beta",
  "01.02",
  "1..2",
  "0",
  "0.0.1",
  "1e400",
  "1e5",
  "-0",
  "-1",
  "007",
  "1.",
  ".5",
  "0.1",
  "0.10",
  "123456789012345",
  "1234567890123456",
  "99999999999999999999999999",
  "0x10",
  "NaN",
  "Infinity",
  " 1",
  "1 ",
  "१२",
  "true",
  "false",
  "True",
  "null",
  "",
  "'",
  "''; drop table nodes; --",
  '"',
  "\\",
  "\\\\",
  "%",
  "_",
  "a%b",
  "a_b",
  "axb",
  "*",
  "?",
  "a*b",
  "[",
  "{}",
  "[]",
  "$1",
  "\n",
  "a\nb",
  "a b",
  "\t",
  "😀",
  "😀😁",
  "a😀b",
  "\u{1f600}x",
  "\uffff",
  "\ue000",
  "é",
  "constructor",
  "__proto__",
  "toString",
  IDS[0],
  IDS[3],
] as const;

/** Texts, also as rules may have them. */
const text = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...NASTY) },
  { weight: 1, arbitrary: fc.string({ unit: "grapheme", maxLength: 6 }).map((made) => made.replaceAll("\0", "")) },
);
const someText = text.filter((made) => made !== "");
const number = fc.oneof(
  fc.constantFrom(
    0,
    -0,
    1,
    9,
    10,
    1.1,
    1.2,
    0.1,
    0.30000000000000004,
    7,
    -1,
    1e21,
    1e-7,
    5e-324,
    1.7976931348623157e308,
    123456789012345,
    2 ** 53,
    100000,
    16,
  ),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const scalar = fc.oneof(
  { weight: 4, arbitrary: text },
  { weight: 2, arbitrary: number },
  { weight: 1, arbitrary: fc.boolean() },
);
const key = fc.constantFrom("role", "a.b/c", "__proto__", "constructor", "Ä", "'");
const segment = fc.constantFrom("os", "family", "0", "__proto__", "Ä", "a b");
const version = fc.constantFrom(
  "1.2",
  "1.10",
  "1.9",
  "1.2-rc1",
  "v1.2.0",
  "0",
  "10",
  "1.2.0.1",
  "2.0~beta",
  "1.2rc2",
  "1.2+x",
);

const field = fc.oneof(
  fc.constantFrom("name", "state", "tag", "protocol", "agent.version", "task.installed", "task.enabled", "reference"),
  fc.constantFrom("evidence.name", "evidence.mac", "alias.agentid", "alias.certname", "alias.Ä", "alias.__proto__"),
  key.map((made) => `labels.${made}`),
  key.map((made) => `extension.${made}`),
  fc.array(segment, { minLength: 1, maxLength: 3 }).map((path) => `facts.${path.join(".")}`),
);

/** A text that a rule can ask for: one of those that nodes have, or a part of it, or more of it. */
const asked = fc.oneof(
  someText,
  fc.tuple(someText, fc.nat(3)).map(([made, n]) => [...made].slice(0, n + 1).join("")),
  fc.tuple(text, someText).map(([a, b]) => a + b),
);
const pattern = fc
  .array(fc.oneof(fc.constantFrom("*", "?", "**", "%", "_", "\\"), asked), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join(""));

const id = fc.oneof(
  fc.constantFrom(...IDS),
  fc.constantFrom(...IDS).map((made) => made.toUpperCase()),
);
const referenceToId = fc
  .oneof(
    fc.record({ eq: id }),
    fc.record({ in: fc.array(fc.oneof(id, scalar), { minLength: 1, maxLength: 4 }) }),
    fc.tuple(id, fc.integer({ min: 1, max: 36 })).map(([made, n]) => ({ prefix: made.slice(0, n) })),
    fc.tuple(id, fc.integer({ min: 1, max: 36 })).map(([made, n]) => ({ glob: `*${made.slice(-n)}` })),
  )
  .map((said) => ({ field: "reference", ...said }) as Comparison);

const anyComparison: fc.Arbitrary<Comparison> = fc
  .tuple(
    field,
    fc.oneof(
      { weight: 4, arbitrary: fc.record({ eq: scalar }) },
      { weight: 2, arbitrary: fc.record({ in: fc.array(scalar, { minLength: 1, maxLength: 6 }) }) },
      { weight: 2, arbitrary: fc.record({ prefix: asked }) },
      { weight: 3, arbitrary: fc.record({ glob: pattern }) },
      ...["lt", "lte", "gt", "gte"].map((name) => number.map((limit) => ({ [name]: limit }))),
      ...["versionLt", "versionLte", "versionGt", "versionGte"].map((name) =>
        version.map((limit) => ({ [name]: limit })),
      ),
      { weight: 2, arbitrary: fc.record({ exists: fc.boolean() }) },
    ),
  )
  .map(([name, said]) => ({ field: name, ...said }) as Comparison);

const comparison = fc.oneof({ weight: 8, arbitrary: anyComparison }, { weight: 1, arbitrary: referenceToId });

export const rule: fc.Arbitrary<Rule> = fc.letrec<{ rule: Rule }>((tie) => ({
  rule: fc.oneof(
    { maxDepth: 3, depthIdentifier: "rule" },
    { weight: 6, arbitrary: comparison },
    { weight: 1, arbitrary: fc.record({ and: fc.array(tie("rule"), { minLength: 1, maxLength: 3 }) }) },
    { weight: 1, arbitrary: fc.record({ or: fc.array(tie("rule"), { minLength: 1, maxLength: 3 }) }) },
    { weight: 1, arbitrary: fc.record({ not: tie("rule") }) },
    { weight: 1, arbitrary: fc.constant({ everything: true } as const) },
  ),
})).rule;

const texts = fc.array(text, { maxLength: 3 });
const leaf: fc.Arbitrary<unknown> = fc.oneof(
  scalar,
  fc.constant(null),
  fc.array(fc.oneof(scalar, fc.constant(null), fc.constant({}), fc.constant([["web"]])), { maxLength: 3 }),
);
const tree = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof({ maxDepth: 2 }, leaf, fc.dictionary(segment, tie("tree"), { maxKeys: 3 })),
})).tree;

/** A node as a fleet may have it. */
export const node = fc.record({
  name: text,
  state: fc.constantFrom("active", "expired", "deactivated"),
  labels: fc.dictionary(key, text, { maxKeys: 3, noNullPrototype: true }),
  facts: fc.array(fc.dictionary(segment, tree, { maxKeys: 3, noNullPrototype: true }), { maxLength: 2 }),
  agents: fc.array(
    fc.record({
      family: fc.constantFrom("dsc", "puppet", "inventory"),
      traits: fc.record(
        {
          version: text,
          tags: texts,
          installedTasks: texts,
          enabledTasks: texts,
          extensions: fc.dictionary(key, text, { maxKeys: 2, noNullPrototype: true }),
        },
        { requiredKeys: [], noNullPrototype: true },
      ),
      aliases: fc.uniqueArray(fc.tuple(fc.constantFrom("agentid", "certname", "Ä", "__proto__"), text), {
        maxLength: 2,
      }),
      evidence: fc.uniqueArray(fc.tuple(fc.constantFrom("name", "mac"), text), {
        maxLength: 3,
        selector: (pair) => pair.join("/"),
      }),
    }),
    { maxLength: 2 },
  ),
});
export type GeneratedNode = typeof node extends fc.Arbitrary<infer T> ? T : never;
