import type { Catalog, Compiled as Made } from "@gatehouse/core/catalogs";
import { failure } from "../failure.js";

/** A catalog as a worker made it; it is read when it is first asked for. */
export interface Compiled extends Made {
  readonly json: Buffer;
}

export function compiled(
  json: Buffer,
  { exported, logs, milliseconds }: Pick<Compiled, "exported" | "logs" | "milliseconds">,
): Compiled {
  return new ReadWhenAsked(json, exported, logs, milliseconds);
}

class ReadWhenAsked implements Compiled {
  readonly json: Buffer;
  readonly exported: Compiled["exported"];
  readonly logs: Compiled["logs"];
  readonly milliseconds: number;
  #catalog: Catalog | undefined;

  constructor(json: Buffer, exported: Compiled["exported"], logs: Compiled["logs"], milliseconds: number) {
    this.json = json;
    this.exported = exported;
    this.logs = logs;
    this.milliseconds = milliseconds;
  }

  get catalog(): Catalog {
    this.#catalog ??= read(this.json);
    return this.#catalog;
  }
}

/** @throws catalog-failed for what is none: a module may have written it */
function read(json: Buffer): Catalog {
  try {
    const catalog = JSON.parse(json.toString()) as Partial<Catalog> | null;
    if (Array.isArray(catalog?.resources) && Array.isArray(catalog.edges)) return catalog as Catalog;
  } catch {
    // As what has no resources.
  }
  throw failure("what its process gave is no catalog");
}
