import { isIPv4, isIPv6 } from "node:net";

/**
 * What a PROXY protocol header says, once all of it is there (haproxy, doc/proxy-protocol.txt).
 * local: the proxy speaks for itself. unknown: for a client that it does not name.
 */
export interface ProxyHeader {
  /** Bytes of the header: what follows is the client's. */
  readonly length: number;
  readonly source: "local" | "unknown" | { readonly address: string };
}

/** Bytes that a header of version 2 may have with all that a proxy adds; nginx takes as many. */
export const MOST_BYTES = 4096;
const TEXT_MOST_BYTES = 107;
const TEXT = Buffer.from("PROXY ");
const BINARY = Buffer.from("\r\n\r\n\0\r\nQUIT\n", "latin1");
const BINARY_HEAD = 16;

/**
 * Reads the header at the beginning of a connection's bytes.
 * @returns undefined while bytes of it are missing
 * @throws RangeError as soon as it is clear that there is none, or none that the protocol allows
 */
export function readProxyHeader(bytes: Buffer): ProxyHeader | undefined {
  if (startsLike(bytes, TEXT)) return bytes.length < TEXT.length ? undefined : readText(bytes);
  if (startsLike(bytes, BINARY)) return bytes.length < BINARY_HEAD ? undefined : readBinary(bytes);
  throw new RangeError("the connection does not begin with a PROXY protocol header");
}

/** Whether as much as there is of the bytes is as much of the signature. */
const startsLike = (bytes: Buffer, signature: Buffer): boolean => {
  const length = Math.min(bytes.length, signature.length);
  return bytes.subarray(0, length).equals(signature.subarray(0, length));
};

function readText(bytes: Buffer): ProxyHeader | undefined {
  const end = bytes.subarray(0, TEXT_MOST_BYTES).indexOf("\r\n");
  if (end < 0) {
    if (bytes.length >= TEXT_MOST_BYTES) throw new RangeError("the header's line does not end");
    return undefined;
  }
  const line = bytes.subarray(0, end).toString("latin1");
  const length = end + 2;
  // Whatever follows the word is to be ignored.
  if (/^PROXY UNKNOWN(?: |$)/.test(line)) return { length, source: "unknown" };
  const [, kind, address = "", destination = "", ...ports] =
    /^PROXY TCP([46]) (\S+) (\S+) (0|[1-9]\d{0,4}) (0|[1-9]\d{0,4})$/.exec(line) ?? [];
  const isAddress = kind === "4" ? isIPv4 : (text: string) => isIPv6(text) && !text.includes("%");
  if (!isAddress(address) || !isAddress(destination) || ports.some((port) => Number(port) > 65_535)) {
    throw new RangeError("the header's line names no addresses and ports");
  }
  return { length, source: { address } };
}

const COMMANDS = { local: 0x20, proxy: 0x21 };
/** Family and transport: what a TCP listener may hear, with the bytes that its addresses take. */
const FAMILIES: Readonly<Record<number, number>> = { 0: 0, 17: 12, 33: 36, 49: 216 };

function readBinary(bytes: Buffer): ProxyHeader | undefined {
  const command = bytes.readUInt8(12);
  const family = bytes.readUInt8(13);
  const length = BINARY_HEAD + bytes.readUInt16BE(14);
  if (command !== COMMANDS.local && command !== COMMANDS.proxy) {
    throw new RangeError("the header's version or command is not known");
  }
  if (length > MOST_BYTES) throw new RangeError(`the header is longer than ${MOST_BYTES} bytes`);
  const addresses = FAMILIES[family];
  // A proxy that speaks for itself may write anything here.
  if (command === COMMANDS.proxy && addresses === undefined) throw new RangeError("the header is not for TCP");
  if (command === COMMANDS.proxy && length < BINARY_HEAD + (addresses ?? 0)) {
    throw new RangeError("the header is too short for its addresses");
  }
  if (bytes.length < length) return undefined;
  if (command === COMMANDS.local) return { length, source: "local" };
  const at = BINARY_HEAD;
  if (family === 0x11) return { length, source: { address: bytes.subarray(at, at + 4).join(".") } };
  if (family === 0x21) {
    const address =
      bytes
        .subarray(at, at + 16)
        .toString("hex")
        .match(/.{4}/g)
        ?.join(":") ?? "";
    return { length, source: { address } };
  }
  return { length, source: "unknown" };
}
