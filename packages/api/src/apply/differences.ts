import { isDeepStrictEqual } from "node:util";
import type { FieldChange } from "./kind.js";

type Tree = Readonly<Record<string, unknown>>;

const isTree = (value: unknown): value is Tree => typeof value === "object" && value !== null && !Array.isArray(value);

/** What differs between two objects, leaf by leaf; lists are leaves. Fields come in the order of their names. */
export function differences(before: Tree, after: Tree, above: readonly string[] = []): FieldChange[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return keys.flatMap((key) => {
    const [was, is] = [own(before, key), own(after, key)];
    const path = [...above, key];
    if (isTree(was) && isTree(is)) return differences(was, is, path);
    if (isDeepStrictEqual(was, is)) return [];
    return [
      {
        field: path.join("."),
        ...(was === undefined ? {} : { before: was }),
        ...(is === undefined ? {} : { after: is }),
      },
    ];
  });
}

const own = (tree: Tree, key: string): unknown => (Object.hasOwn(tree, key) ? tree[key] : undefined);
