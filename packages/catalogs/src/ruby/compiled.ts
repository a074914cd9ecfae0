import type { Catalog, Compiled as Made } from "@gatehouse/core/catalogs";

/** A catalog as a worker made it; it is read when it is first asked for. */
export interface Compiled extends Made {
  readonly json: Buffer;
}

export function compiled(
  json: Buffer,
  { exported, logs, milliseconds }: Pick<Compiled, "exported" | "logs" | "milliseconds">,
): Compiled {
  let catalog: Catalog | undefined;
  return {
    ...{ json, exported, logs, milliseconds },
    get catalog() {
      catalog ??= JSON.parse(json.toString()) as Catalog;
      return catalog;
    },
  };
}
