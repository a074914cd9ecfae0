import { failure } from "./failure.js";
import { parseReference } from "./reference.js";

/** Metaparameters that name resources: those that come before, and those that come after. */
const EARLIER = ["require", "subscribe"] as const;
const LATER = ["before", "notify"] as const;

/** Resources that are in every catalog; they hold the others and are in no order with them. */
const ALWAYS = new Set(["Stage[main]", "Class[main]", "Class[Settings]"]);

/** A resource with its parameters, as far as relations go. */
export interface Related {
  readonly reference: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/**
 * Puts resources in an order that fits with their relations: each after those that it needs, otherwise by reference.
 * The same resources come in the same order every time; agents apply them in it.
 * @param elsewhere references that relations may name besides; agents find the circles that lead through them
 * @throws catalog-failed for what is no reference, leads to nothing, or goes round in a circle
 */
export function inOrder<R extends Related>(resources: readonly R[], elsewhere: ReadonlySet<string> = new Set()): R[] {
  const sorted = [...resources].sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
  const byReference = new Map(sorted.map((resource) => [resource.reference, resource]));
  const needs = new Map<string, string[]>([...byReference.keys()].map((reference) => [reference, []]));
  for (const resource of byReference.values()) {
    for (const name of EARLIER)
      for (const other of targets(resource, name, byReference, elsewhere)) needs.get(resource.reference)?.push(other);
    for (const name of LATER)
      for (const other of targets(resource, name, byReference, elsewhere)) needs.get(other)?.push(resource.reference);
  }
  const done = new Set<string>();
  for (const reference of byReference.keys()) visit(reference, needs, done);
  return [...done].flatMap((reference) => byReference.get(reference) ?? []);
}

/** Without its bracket a directory comes before what is in it. */
const placeOf = ({ reference }: Related) => reference.slice(0, -1);

/** Depth first, without recursion: a chain may be as long as there are resources. */
function visit(start: string, needs: ReadonlyMap<string, readonly string[]>, done: Set<string>): void {
  if (done.has(start)) return;
  const path = [{ reference: start, next: 0 }];
  const under = new Set([start]);
  for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
    const need = needs.get(top.reference)?.[top.next++];
    if (need === undefined) {
      done.add(top.reference);
      under.delete(top.reference);
      path.pop();
    } else if (under.has(need)) {
      const circle = path
        .map(({ reference }) => reference)
        .slice(path.findIndex(({ reference }) => reference === need));
      throw failure(`Found 1 dependency cycle: (${[...circle, need].reverse().slice(0, 20).join(" => ")})`);
    } else if (!done.has(need)) {
      path.push({ reference: need, next: 0 });
      under.add(need);
    }
  }
}

function targets(
  { reference, parameters }: Related,
  name: string,
  known: ReadonlyMap<string, Related>,
  elsewhere: ReadonlySet<string>,
): string[] {
  const said = parameters[name];
  if (said === undefined) return [];
  return (Array.isArray(said) ? said : [said]).flatMap((target: unknown) => {
    const text = typeof target === "string" ? target : JSON.stringify(target);
    if (typeof target !== "string" || parseReference(text) === undefined)
      throw failure(`${reference}: ${name} is ${text.slice(0, 200)}, which is no resource such as File[/etc/motd].`);
    if (known.has(text)) return [text];
    if (ALWAYS.has(text) || elsewhere.has(text)) return [];
    throw failure(`Could not find resource '${text}' in parameter '${name}' of ${reference}`);
  });
}
