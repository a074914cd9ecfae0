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

/** Parses a UUID. @throws InvalidArgumentError */
export function uuid(text: string): string {
  if (!/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) throw new InvalidArgumentError("It is a UUID.");
  return text.toLowerCase();
}

/** Parses a name and a secret, which may have colons. @throws InvalidArgumentError without both */
export function login(text: string): { readonly name: string; readonly secret: string } {
  const [, name = "", secret = ""] = /^([^:]+):(.+)$/s.exec(text) ?? [];
  if (name === "") throw new InvalidArgumentError("It looks like NAME:SECRET.");
  return { name, secret };
}
