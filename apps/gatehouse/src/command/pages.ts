import { type Command, Option } from "commander";
import { count } from "./options.js";

/** The flags of a list that comes page by page. */
export interface PageFlags {
  readonly limit?: number;
  readonly after?: string;
  readonly all?: boolean;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/** How many a list has when nothing else is said. */
const USUAL = 100;
/** What every list of the API gives at once. */
const MOST = 500;

/** Adds the options of {@link PageFlags}. */
export const paged = (command: Command): Command =>
  command
    .option("--limit <n>", `at most this many (${USUAL})`, count)
    .option("--after <cursor>", "go on after a page: its `next`")
    .addOption(new Option("--all", "every one, page by page").conflicts("limit"));

/** As many as the flags ask for, in as many calls as that takes. */
export async function follow<T>(
  { limit = USUAL, after, all = false }: PageFlags,
  ask: (page: { limit: number; after?: string }) => Promise<Page<T>>,
): Promise<Page<T>> {
  const most = all ? Number.POSITIVE_INFINITY : limit;
  const items: T[] = [];
  let next = after ?? null;
  do {
    const page = await ask({ limit: Math.min(MOST, most - items.length), ...(next === null ? {} : { after: next }) });
    items.push(...page.items);
    next = page.next;
  } while (next !== null && items.length < most);
  return { items, next };
}

/** What a person is told below a list that goes on. */
export const goesOn = ({ next }: Page<unknown>): string =>
  next === null ? "" : `There are more: --all, or --after ${next}\n`;
