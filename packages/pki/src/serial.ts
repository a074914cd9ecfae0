/** A serial as the store and Puppet's inventory write it: upper-case hex, at least four digits. */
export const serialText = (serial: bigint): string => serial.toString(16).toUpperCase().padStart(4, "0");

/** Any other way to write the same serial, such as Node's (whole octets) or with colons or `0x`. */
export function serialOf(text: string): bigint | undefined {
  const digits = text.replace(/^0x/i, "").replaceAll(":", "");
  // RFC 5280 allows 20 octets; what is longer is none of ours.
  return /^[0-9a-f]{1,64}$/i.test(digits) ? BigInt(`0x${digits}`) : undefined;
}
