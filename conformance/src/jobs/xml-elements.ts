/** What becomes elements: each key one, each entry of a list one of that name. */
export type Tree = string | number | readonly Tree[] | { readonly [name: string]: Tree };

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/** As XML, without a document around it. */
export function elements(tree: Tree): string {
  if (typeof tree !== "object") return String(tree).replace(/[&<>]/g, (character) => ENTITIES[character] ?? character);
  return Object.entries(tree)
    .flatMap(([name, content]) => (Array.isArray(content) ? content : [content]).map((each) => [name, each] as const))
    .map(([name, content]) => `<${name}>${elements(content)}</${name}>`)
    .join("");
}
