import { type CharSet, onlyChar } from "./char-set.js";
import { type Node, PatternError } from "./syntax.js";

/** One step of a program; `split` tries `first` before `second`. */
export type Step =
  | { readonly op: "set"; readonly set: CharSet }
  | { readonly op: "begin" | "end" | "match" }
  | { readonly op: "save"; readonly slot: number }
  | { readonly op: "jump"; to: number }
  | { readonly op: "split"; first: number; second: number };

/** Each character of a path is looked at once for each step at most: the product of the two is the longest match. */
const MOST_STEPS = 1000;

/** @throws PatternError when the pattern, with its `{m,n}` written out, is too long */
export function compileNode(node: Node): Step[] {
  const steps: Step[] = [];
  emit(node, steps);
  steps.push({ op: "match" });
  return steps;
}

function push<S extends Step>(steps: Step[], step: S): S {
  if (steps.length >= MOST_STEPS) throw new PatternError(`has more than ${MOST_STEPS} steps`);
  steps.push(step);
  return step;
}

function emit(node: Node, steps: Step[]): void {
  switch (node.kind) {
    case "set":
      push(steps, { op: "set", set: node.set });
      return;
    case "begin":
    case "end":
      push(steps, { op: node.kind });
      return;
    case "sequence":
      for (const part of node.parts) emit(part, steps);
      return;
    case "group":
      if (node.index !== undefined) push(steps, { op: "save", slot: 2 * node.index });
      emit(node.node, steps);
      if (node.index !== undefined) push(steps, { op: "save", slot: 2 * node.index + 1 });
      return;
    case "choice":
      emitChoice(node.options, steps);
      return;
    case "repeat":
      emitRepeat(node, steps);
  }
}

function emitChoice(options: readonly Node[], steps: Step[]): void {
  const jumps: { to: number }[] = [];
  for (const [i, option] of options.entries()) {
    if (i === options.length - 1) {
      emit(option, steps);
      continue;
    }
    const split = push(steps, { op: "split", first: steps.length + 1, second: 0 });
    emit(option, steps);
    jumps.push(push(steps, { op: "jump", to: 0 }));
    split.second = steps.length;
  }
  for (const jump of jumps) jump.to = steps.length;
}

function emitRepeat({ node, min, max, lazy }: Extract<Node, { kind: "repeat" }>, steps: Step[]): void {
  for (let i = 0; i < min; i++) emit(node, steps);
  const enter = () => push(steps, { op: "split", first: 0, second: 0 });
  const aim = (split: { first: number; second: number }, into: number, past: number) => {
    split.first = lazy ? past : into;
    split.second = lazy ? into : past;
  };
  if (!Number.isFinite(max)) {
    const at = steps.length;
    const split = enter();
    emit(node, steps);
    push(steps, { op: "jump", to: at });
    aim(split, at + 1, steps.length);
    return;
  }
  const splits: [{ first: number; second: number }, number][] = [];
  for (let i = min; i < max; i++) {
    const split = enter();
    splits.push([split, steps.length]);
    emit(node, steps);
  }
  for (const [split, into] of splits) aim(split, into, steps.length);
}

/** The characters that every match begins with, where a pattern begins with `^` and those. */
export function literalPrefix(node: Node): string {
  if (node.kind !== "sequence" || node.parts[0]?.kind !== "begin") return "";
  let prefix = "";
  for (const part of node.parts.slice(1)) {
    const char = part.kind === "set" ? onlyChar(part.set) : undefined;
    if (char === undefined) break;
    prefix += char;
  }
  return prefix;
}
