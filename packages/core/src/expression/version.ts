/** How a version looks that can be compared: digits first, an optional `v` before them. */
const VERSION = /^[vV]?[0-9][0-9A-Za-z.~_+-]{0,99}$/;
const TOO_LONG = /[0-9]{16}/;

/**
 * A version as text that sorts as versions do, by code units: 1.9 < 1.10, 1.2-rc1 < 1.2 = 1.2.0 < 1.2.0.1. Numbers are
 * compared as numbers, letters (without regard to case) come before any number and before the end; what follows a plus
 * sign does not count. RubyGems' order, with semantic versions' build metadata.
 * @returns undefined for what does not look like a version, which is neither before nor after anything
 */
export function versionKey(text: string): string | undefined {
  if (!VERSION.test(text) || TOO_LONG.test(text)) return undefined;
  const tokens =
    text
      .replace(/\+.*$/, "")
      .toLowerCase()
      .replace(/^v/, "")
      .match(/[0-9]+|[a-z]+/g) ?? [];
  const key = tokens.map((token) => (/^[0-9]/.test(token) ? numberKey(token) : ` a${token}`)).join("");
  return `${key} b`.replace(/(?: c010)+(?= [ab])/g, "");
}

function numberKey(digits: string): string {
  const plain = digits.replace(/^0+/, "") || "0";
  return ` c${String(plain.length).padStart(2, "0")}${plain}`;
}
