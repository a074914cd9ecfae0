import type { Answered } from "./types.js";

/** What an answer without a catalog says, without its folder, the address of a Ruby object, and what the route puts before it. */
export const said = ({ error, folder }: Answered): string | undefined =>
  error
    ?.replaceAll(folder, "ENVIRONMENT")
    .replace(/^Server Error: /, "")
    .replace(/0x[0-9a-f]+/g, "0x");

/** The same of puppetserver, which from 8 on (JRuby 9.4) tells some places twice over: `(file: F, line: 1) (file: F, line: 1)`. */
export const saidByPeer = (answered: Answered): string | undefined =>
  said(answered)?.replace(/( \(file: [^)]*\))\1+/g, "$1");
