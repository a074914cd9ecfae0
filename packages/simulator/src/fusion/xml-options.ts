/** An OPTION of a REPLY: what an agent is to do, in XML. */
export interface XmlOption {
  /** Such as `NETDISCOVERY`. */
  readonly name: string;
  /** Its other elements, in their order. */
  readonly elements: readonly XmlElement[];
}

/** An element with its attributes and its elements' texts in one: agents take them as the same (wire/fusioninventory.md section 7). */
export interface XmlElement {
  readonly name: string;
  readonly values: Readonly<Record<string, string>>;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** @returns every OPTION of a REPLY, in their order */
export function optionsIn(reply: string): XmlOption[] {
  return [...reply.matchAll(/<OPTION>([\s\S]*?)<\/OPTION>/g)].map(([, inside = ""]) => {
    const elements = elementsIn(inside);
    const name = elements.find((element) => element.name === "NAME")?.values[""] ?? "";
    return { name, elements: elements.filter((element) => element.name !== "NAME") };
  });
}

/** @returns the values of each element of this name */
export const valuesOf = ({ elements }: XmlOption, name: string): Readonly<Record<string, string>>[] =>
  elements.filter((element) => element.name === name).map(({ values }) => values);

function elementsIn(text: string): XmlElement[] {
  const found = text.matchAll(/<([A-Z_]+)((?:\s+[A-Z_]+="[^"]*")*)\s*(?:\/>|>([\s\S]*?)<\/\1>)/g);
  return [...found].map(([, name = "", attributes = "", inside = ""]) => {
    const pairs = [...attributes.matchAll(/([A-Z_]+)="([^"]*)"/g)].map(([, key = "", value = ""]) => [
      key,
      plain(value),
    ]);
    const children = elementsIn(inside).map((child) => [child.name, child.values[""] ?? ""]);
    const own = children.length > 0 ? [] : [["", plain(inside.trim())]];
    return { name, values: Object.fromEntries([...pairs, ...children, ...own]) as Record<string, string> };
  });
}

const plain = (text: string): string =>
  text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (whole, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return ENTITIES[name] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
