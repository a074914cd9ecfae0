import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { contentSchema, type JsonSchema } from "./json-schema.js";

/** The public inventory format 1.2 (LICENSE.inventory-format) without its descriptions. */
const publicFormat = JSON.parse(readFileSync(join(import.meta.dirname, "public-format.json"), "utf8")) as {
  readonly definitions: Readonly<Record<string, JsonSchema>>;
  readonly content: JsonSchema;
};

/** What ours has otherwise, and why. */
const differences: Readonly<Record<string, string>> = {
  "/ required versionclient": "OCS agents say it in their User-Agent only.",
  "/error type": "It is an object in all that uses it.",
  "/modems/imei": "Always a list: the public one has a text or a list.",
  "/network_ports/connections": "Its fields stand in the public one where JSON schema does not look for them.",
  "/network_ports/vlans": "Its fields stand in the public one where JSON schema does not look for them.",
  "/databases_services required version": "A database without a version is one.",
  "/logical_volumes required lv_uuid": "Its name is enough to find it again.",
  "/logical_volumes required size": "A volume without a size is one.",
  "/volume_groups required free": "A group is one without it.",
  "/volume_groups required lv_count": "A group is one without it.",
  "/volume_groups required pv_count": "A group is one without it.",
  "/volume_groups required size": "A group is one without it.",
  "/volume_groups required vg_extent_size": "A group is one without it.",
  "/volume_groups required vg_uuid": "Its name is enough to find it again.",
  "/physical_volumes required format": "A volume is one without it.",
  "/physical_volumes required free": "A volume is one without it.",
  "/physical_volumes required pv_pe_count": "A volume is one without it.",
  "/physical_volumes required pv_uuid": "Its device is enough to find it again.",
  "/physical_volumes required size": "A volume without a size is one.",
};

/** Fields that only ours knows. */
const additions = ["/batteries/power_max"];

type Node = Readonly<Record<string, unknown>>;
const child = (node: unknown, key: string): Node | undefined => (node as Record<string, Node> | undefined)?.[key];

function resolved(node: Node): Node {
  const ref = node["$ref"] as string | undefined;
  if (ref === undefined) return node;
  const name = ref.split("/").at(-1) ?? "";
  return publicFormat.definitions[name] ?? child(publicFormat.content["properties"], name) ?? node;
}

/** A schema of one value in one form: what both write differently and mean alike becomes the same.
 * Of numbers ours has besides those that JSON cannot hold exactly, as their digits. */
function plain(said: Node): unknown {
  const node = resolved(said);
  const { type, pattern, format } = node;
  const words = typeof pattern === "string" ? /^\^\(([\w|]+)\)\$$/.exec(pattern)?.[1] : undefined;
  if (node["anyOf"] !== undefined) return { type: "string", format: "ip" };
  if (Array.isArray(type) && type.join() === "integer,string") return { type: "integer" };
  if (type === "array") return { type, items: plain((node["items"] ?? {}) as Node) };
  if (words !== undefined || node["enum"] !== undefined) return { type, words: words?.split("|") ?? node["enum"] };
  if (typeof pattern === "string") return { type, pattern: sameDates(pattern) };
  const { minimum, maximum } = node;
  return { type, ...(format !== undefined && { format }), ...(minimum !== undefined && { minimum, maximum }) };
}

/** The public patterns take a bar for a blank, and zones with seconds only. */
const sameDates = (pattern: string): string =>
  pattern
    .replaceAll("[ |T]", "[ T]")
    .replaceAll("[+|-]", "[+-]")
    .replaceAll(":[0-9]{2}:[0-9]{2})?", ":[0-9]{2}(:[0-9]{2})?)?");

/** Every difference between a schema of objects and ours, by path. */
function* compare(path: string, theirs: Node, ours: Node | undefined): Generator<string> {
  if (ours === undefined) return yield path;
  const public_ = resolved(theirs);
  if (public_["type"] === "array" && child(public_, "items")?.["properties"] !== undefined) {
    if (ours["type"] !== "array") return yield path;
    return yield* compare(path, child(public_, "items") as Node, child(ours, "items"));
  }
  if (public_["properties"] === undefined) {
    if (JSON.stringify(plain(public_)) !== JSON.stringify(plain(ours))) yield path;
    return;
  }
  if (public_["type"] !== ours["type"]) yield `${path || "/"} type`;
  const [required, oursRequired] = [public_, ours].map((node) => (node["required"] ?? []) as string[]);
  for (const name of new Set([...(required ?? []), ...(oursRequired ?? [])]))
    if (required?.includes(name) !== oursRequired?.includes(name)) yield `${path || "/"} required ${name}`;
  const [fields, known] = [public_["properties"], ours["properties"]] as [Record<string, Node>, Record<string, Node>];
  for (const [name, field] of Object.entries(fields)) yield* compare(`${path}/${name}`, field, known[name]);
  for (const name of Object.keys(known)) if (!(name in fields)) yield `${path}/${name}`;
}

describe("our schema", () => {
  it("knows every section and field of the public one as that does, but for what is listed", () => {
    const found = [...compare("", publicFormat.content, contentSchema)];
    expect(found.filter((path) => !additions.includes(path)).sort()).toEqual(Object.keys(differences).sort());
    expect(found.filter((path) => additions.includes(path))).toEqual(additions);
  });

  it("finds a section, a field, a type, a word and a duty that it has not", () => {
    const without = structuredClone(contentSchema) as {
      properties: Record<string, { properties: Record<string, unknown> }>;
    };
    delete without.properties["cpus"];
    delete without.properties["bios"]?.properties["ssn"];
    Object.assign(without.properties["hardware"]?.properties ?? {}, { memory: { type: "boolean" } });
    expect([...compare("", publicFormat.content, without)]).toEqual(
      expect.arrayContaining(["/cpus", "/bios/ssn", "/hardware/memory"]),
    );
  });

  it("is a strict JSON schema", () => {
    const ajv = new Ajv({ strict: true, allowUnionTypes: true, formats: { ip: true, ipv4: true, ipv6: true } });
    expect(() => ajv.compile(contentSchema)).not.toThrow();
  });
});
