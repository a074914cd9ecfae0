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
]);

/**
 * Whether a program of ours may call an agent at this address: written as an address, and no machine's own.
 * @param own addresses of this machine, as it has them now
 */
export function mayCall(address: string, own: () => readonly string[]): boolean {
  const plain = plainAddress(address);
  if (plain === undefined || isIP(plain) === 0 || address.includes("%")) return false;
  return !NEVER.has(plain) && !own().some((one) => plainAddress(one) === plain);
}
