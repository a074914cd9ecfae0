import { InvalidArgumentError } from "commander";

/** Parses a whole number above 0. @throws InvalidArgumentError, which commander words with the option's name */
export function count(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError("It is a whole number above 0.");
  return Number(text);
}

/** Collects the values of `--label k=v`, which may be given again. @throws InvalidArgumentError without a `=` */
export function labels(text: string, before: readonly string[] | undefined): string[] {
  if (!/^[^=]+=/.test(text)) throw new InvalidArgumentError("It looks like site=berlin.");
  return [...(before ?? []), text];
}

/** Collects the values of an option that may be given again. */
export const several = (text: string, before: readonly string[] | undefined): string[] => [...(before ?? []), text];
