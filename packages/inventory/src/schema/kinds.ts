/** What a field of the model holds; the cast and the JSON schema of it follow from this. */
export const kinds = [
  ...(["text", "texts", "integer", "integers", "boolean", "date", "datetime", "dateordatetime"] as const),
  /** In MB of 1,024 kB. */
  "megabytes",
  /** In mWh, mV and W. */
  ...(["milliwatthours", "millivolts", "watts"] as const),
  ...(["ipv4", "ipv6", "ip", "ips"] as const),
] as const;
export type Kind = (typeof kinds)[number];

/** A word of a few; `same` are other words for one of them, all in lower case. */
export interface Words {
  readonly words: readonly string[];
  readonly same: ReadonlyMap<string, string>;
}

/** A text of a form, in lower case. */
export interface Formed {
  readonly pattern: string;
}

/** A whole number within bounds. */
export interface Bounded {
  readonly least: number;
  readonly most: number;
}

export type FieldModel = Kind | Words | Formed | Bounded | SectionModel;

/** A section, or a part of one: an object, or a list of objects that are all alike. */
export interface SectionModel {
  readonly shape: "object" | "list";
  /** Without these an entry says nothing, and is left out. */
  readonly required: readonly string[];
  readonly fields: Readonly<Record<string, FieldModel>>;
}

type Named = { readonly [kind in Kind]?: string } & { readonly fields?: Readonly<Record<string, FieldModel>> };

/** @param said names of fields by kind, divided by blanks */
const section =
  (shape: SectionModel["shape"]) =>
  (required: string, { fields = {}, ...said }: Named): SectionModel => ({
    shape,
    required: split(required),
    fields: {
      ...Object.fromEntries(
        Object.entries(said).flatMap(([kind, names]) => split(names).map((name) => [name, kind as Kind])),
      ),
      ...fields,
    },
  });
export const list = section("list");
export const object = section("object");

/** @param same other words for some of them, all in lower case */
export const oneOf = (words: string, same: Readonly<Record<string, string>> = {}): Words => ({
  words: split(words),
  same: new Map([...split(words).map((word) => [word.toLowerCase(), word] as const), ...Object.entries(same)]),
});

const split = (names: string): string[] => names.split(" ").filter((name) => name !== "");
