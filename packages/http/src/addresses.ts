import { BlockList, isIPv4, isIPv6, SocketAddress } from "node:net";

/** Characters of the longest written IPv6 address with a zone: more is not looked at. */
const LONGEST = 64;

/**
 * An address in its one written form: IPv4 also where a socket for both kinds shows it mapped into IPv6; no zone.
 * @returns undefined for what is no address
 */
export function plainAddress(text: string | undefined): string | undefined {
  if (text === undefined || text.length > LONGEST) return undefined;
  if (isIPv4(text)) return text;
  if (!isIPv6(text)) return undefined;
  const { address } = new SocketAddress({ address: text, family: "ipv6" });
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(address)?.[1] ?? address;
}

/** Addresses and networks such as `192.0.2.7`, `10.0.0.0/8` and `2001:db8::/32`. */
export class AddressList {
  // One list for each kind: in a common one, Node's `::/0` takes in every IPv4 address too.
  readonly #ipv4 = new BlockList();
  readonly #ipv6 = new BlockList();
  readonly isEmpty: boolean;

  /** @throws RangeError for an entry that is neither an address nor a network */
  constructor(entries: readonly string[]) {
    for (const entry of entries) this.#add(entry);
    this.isEmpty = entries.length === 0;
  }

  has(address: string | undefined): boolean {
    const plain = this.isEmpty ? undefined : plainAddress(address);
    if (plain === undefined) return false;
    return isIPv4(plain) ? this.#ipv4.check(plain, "ipv4") : this.#ipv6.check(plain, "ipv6");
  }

  #add(entry: string): void {
    const [, address = "", bits] = /^([^/%]+)(?:\/(\d{1,3}))?$/.exec(entry) ?? [];
    const plain = plainAddress(address);
    if (plain === undefined) throw new RangeError(`${JSON.stringify(entry)} is no address and no network`);
    const v4 = isIPv4(plain);
    const most = v4 ? 32 : 128;
    // A network of mapped addresses counts the 96 bits before the IPv4 address.
    const prefix = bits === undefined ? most : Number(bits) - (v4 && isIPv6(address) ? 96 : 0);
    if (prefix < 0 || prefix > most) throw new RangeError(`${JSON.stringify(entry)} has a prefix that is out of range`);
    if (v4) this.#ipv4.addSubnet(plain, prefix, "ipv4");
    else this.#ipv6.addSubnet(plain, prefix, "ipv6");
  }
}
