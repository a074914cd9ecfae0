import { catalogSettings } from "@gatehouse/core/catalogs";
import type { Groups } from "@gatehouse/core/groups";
import { countNodesWithSetting, type Database } from "@gatehouse/store";
import type { CompilerNeeds } from "../doctor/compiler.js";
import type { GatewayCompiler } from "./compiler.js";

export interface NeedsParts {
  readonly db: Database;
  readonly groups: Pick<Groups, "list">;
  readonly compiler: Pick<GatewayCompiler, "neededBy">;
}

/** What takes a compiler of Puppet code, of all that agents may get. */
export async function compilerNeeds({ db, groups, compiler }: NeedsParts): Promise<CompilerNeeds> {
  const { classes } = catalogSettings;
  const [environments, all, nodes] = await Promise.all([
    compiler.neededBy(),
    groups.list(),
    countNodesWithSetting(db, classes),
  ]);
  const giving = all.filter(({ group }) => Object.keys((group.settings[classes] ?? {}) as object).length > 0);
  return { environments, groups: giving.map(({ group }) => group.name), nodes };
}
