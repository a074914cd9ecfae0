import { createHash } from "node:crypto";
import type { SealedSection, SectionContent } from "@gatehouse/core/inventory";
import { canonicalEntry, canonicalValue, isEntry } from "./form.js";
import { identityOf, keyOf } from "./identity.js";
import { hasVolatile, isMomentary, lasting } from "./volatile.js";

/** A list's entry with what it is sorted by. */
interface Ranked {
  readonly entry: unknown;
  readonly key: string;
  /** JSON of what lasts of it. */
  readonly quiet: string;
  /** JSON of it. */
  readonly exact: string;
}

/**
 * A section in canonical form with its digests: the same for all orders of keys and of entries, and for ways of writing
 * that mean the same. Sealing what is sealed changes nothing.
 * @param content JSON values; nested no deeper than a repaired content is
 */
export function seal(section: string, content: SectionContent): SealedSection {
  if (!Array.isArray(content)) {
    const form = isEntry(content) ? canonicalEntry(section, content) : canonicalValue(content);
    const exact = JSON.stringify(form) ?? "null";
    return sealed(
      section,
      form,
      exact,
      isEntry(form) && hasVolatile(section) ? JSON.stringify(lasting(section, form)) : exact,
    );
  }
  const ranked = rank(section, content);
  const exact = `[${ranked.map((item) => item.exact).join()}]`;
  const quiet = hasVolatile(section) ? `[${ranked.map((item) => item.quiet).join()}]` : exact;
  return sealed(
    section,
    ranked.map(({ entry }) => entry),
    exact,
    quiet,
  );
}

/** By key, then by what lasts: what does not must not change the order in which that is read. */
function rank(section: string, list: readonly unknown[]): Ranked[] {
  const identity = identityOf(section);
  const isQuiet = !hasVolatile(section);
  const ranked = list.map((item): Ranked => {
    const isObject = isEntry(item);
    const entry = isObject ? canonicalEntry(section, item) : canonicalValue(item);
    const exact = JSON.stringify(entry) ?? "null";
    const quiet =
      isQuiet || !isObject ? exact : JSON.stringify(lasting(section, entry as Readonly<Record<string, unknown>>));
    return { entry, key: isObject ? keyOf(identity, entry as Readonly<Record<string, unknown>>) : "", quiet, exact };
  });
  return ranked.sort((a, b) => order(a.key, b.key) || order(a.quiet, b.quiet) || order(a.exact, b.exact));
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Of what has nothing that lasts. */
const NOTHING_LASTS = digest("");

function sealed(section: string, content: SectionContent, exact: string, quiet: string): SealedSection {
  const whole = digest(exact);
  return {
    content,
    exact: whole,
    quiet: isMomentary(section) ? NOTHING_LASTS : quiet === exact ? whole : digest(quiet),
  };
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
