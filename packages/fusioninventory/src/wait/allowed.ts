import { isIP } from "node:net";
import { AddressList, plainAddress } from "@gatehouse/http";

/**
 * Where no agent of a fleet calls from: the machine itself, its neighbours on one wire, groups, nobody (RFC 6890). Behind such
 * addresses are the gateway's own services, and those that tell a cloud's machines their secrets (reliability, T22).
 */
const NEVER = new AddressList([
  "0.0.0.0/8",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "192.0.0.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
  // Unspecified, loopback, and IPv4 in the form that was given up.
  "::/96",
  "fe80::/10",
  "fec0::/10",
  "ff00::/8",
  // Metadata of machines at one large provider.
  "fd00:ec2::254",
  // IPv4 inside IPv6 in forms that were given up, or that only one network knows: 6to4, Teredo, translated, local translation.
  "2002::/16",
  "2001::/32",
  "::ffff:0:0:0/96",
  "64:ff9b:1::/48",
]);

/** The IPv4 address that a translator between the two writes so (RFC 6052, section 2.1), in its last 32 bits. */
const TRANSLATED = /^64:ff9b::(?:([0-9a-f]{1,4}):)?([0-9a-f]{1,4})$/;

/** Both forms of a translated address; the one of any other. */
function formsOf(plain: string): readonly string[] {
  const [, high = "0", low] = TRANSLATED.exec(plain) ?? [];
  if (low === undefined) return [plain];
  const bits = [high, low].map((group) => Number.parseInt(group, 16));
  return [plain, bits.flatMap((group) => [group >> 8, group & 255]).join(".")];
}

/**
 * Whether a program of ours may call an agent at this address: written as an address, and no machine's own.
 * @param own addresses of this machine, as it has them now
 */
export function mayCall(address: string, own: () => readonly string[]): boolean {
  const plain = plainAddress(address);
  if (plain === undefined || isIP(plain) === 0 || address.includes("%")) return false;
  const mine = new Set(own().map(plainAddress));
  return !formsOf(plain).some((form) => NEVER.has(form) || mine.has(form));
}
