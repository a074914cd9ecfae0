import { includes } from "./char-set.js";
import { compileNode, literalPrefix, type Step } from "./program.js";
import { parsePattern } from "./syntax.js";

/** The groups of a match, from 1 on; undefined for a group that took no part. */
export type Captures = readonly (string | undefined)[];

export interface Pattern {
  /** How many groups it has. */
  readonly groups: number;
  /** Looks anywhere in the text, as puppetserver does: a pattern has to say `^` and `$`. */
  exec(text: string): Captures | undefined;
}

/**
 * A regular expression whose match takes time in proportion to the text, whatever it is: all ways are followed at once
 * (Thompson's construction, with captures), none is tried again. An operator's rule is asked with paths that anybody
 * on the network chose, and Node's own engine can be made to take minutes over a few thousand characters.
 * @throws PatternError
 */
export function compilePattern(text: string): Pattern {
  const { node, groups } = parsePattern(text);
  const steps = compileNode(node);
  const prefix = literalPrefix(node);
  // Past `^` and the characters that it begins with, a step each.
  const start = prefix === "" ? { at: 0, position: 0 } : { at: prefix.length + 1, position: prefix.length };
  return {
    groups,
    exec: (input) => (input.startsWith(prefix) ? run(steps, groups, input, start) : undefined),
  };
}

/** Where a way stands, and what it has captured: a start and an end for each group. */
interface Way {
  readonly at: number;
  readonly slots: readonly (number | undefined)[];
}

function run(
  steps: readonly Step[],
  groups: number,
  text: string,
  start: { readonly at: number; readonly position: number },
): Captures | undefined {
  const seen = new Int32Array(steps.length).fill(-1);
  let ways: Way[] = [];
  let found: Way["slots"] | undefined;
  for (let { position } = start; position <= text.length; position++) {
    // The leftmost match wins: nothing begins any more once there is one, and what has a known beginning begins once.
    if (found === undefined && (start.at === 0 || position === start.position))
      follow(steps, ways, seen, { at: start.at, slots: [] }, position, text.length);
    if (ways.length === 0 && (found !== undefined || start.at > 0)) break;
    const unit = text.charCodeAt(position);
    const next: Way[] = [];
    for (const way of ways) {
      const step = steps[way.at];
      if (step?.op === "match") {
        found = way.slots;
        // What comes after has a lower rank.
        break;
      }
      if (step?.op === "set" && position < text.length && includes(step.set, unit))
        follow(steps, next, seen, { at: way.at + 1, slots: way.slots }, position + 1, text.length);
    }
    ways = next;
  }
  return found === undefined ? undefined : capturesOf(found, groups, text);
}

/** Adds the ways that lead on from one without a character, in the order of their rank, each step once a position. */
function follow(
  steps: readonly Step[],
  ways: Way[],
  seen: Int32Array,
  from: Way,
  position: number,
  length: number,
): void {
  const open = [from];
  for (let way = open.pop(); way !== undefined; way = open.pop()) {
    const { at, slots } = way;
    if (seen[at] === position) continue;
    seen[at] = position;
    const step = steps[at];
    switch (step?.op) {
      case "jump":
        open.push({ at: step.to, slots });
        break;
      case "split":
        open.push({ at: step.second, slots }, { at: step.first, slots });
        break;
      case "save": {
        const saved = slots.slice();
        saved[step.slot] = position;
        open.push({ at: at + 1, slots: saved });
        break;
      }
      case "begin":
        if (position === 0) open.push({ at: at + 1, slots });
        break;
      case "end":
        if (position === length) open.push({ at: at + 1, slots });
        break;
      default:
        ways.push(way);
    }
  }
}

function capturesOf(slots: Way["slots"], groups: number, text: string): Captures {
  return Array.from({ length: groups }, (_, i) => {
    const [from, to] = [slots[2 * (i + 1)], slots[2 * (i + 1) + 1]];
    return from === undefined || to === undefined ? undefined : text.slice(from, to);
  });
}
