import { type KeyObject, sign } from "node:crypto";
import { promisify } from "node:util";

const OID = {
  commonName: "2.5.4.3",
  ecdsaWithSha256: "1.2.840.10045.4.3.2",
  sha256WithRsa: "1.2.840.113549.1.1.11",
} as const;

/** Attributes that agents send, by what they are. */
export const ATTRIBUTE = {
  challengePassword: "1.2.840.113549.1.9.7",
  autoRenew: "1.3.6.1.4.1.34380.1.3.2",
} as const;

/**
 * A signed request for a certificate (RFC 2986), with a common name and attributes of one text each.
 * @param publicKey RSA or EC, its private key beside it
 * @param attributes by object identifier
 * @returns PEM
 */
export async function certificateRequest(
  name: string,
  { publicKey, privateKey }: { readonly publicKey: KeyObject; readonly privateKey: KeyObject },
  attributes: Readonly<Record<string, string>> = {},
): Promise<string> {
  const algorithm =
    publicKey.asymmetricKeyType === "ec"
      ? sequence(objectId(OID.ecdsaWithSha256))
      : sequence(objectId(OID.sha256WithRsa), tlv(0x05));
  const info = sequence(
    tlv(0x02, Buffer.of(0)),
    sequence(tlv(0x31, sequence(objectId(OID.commonName), text(name)))),
    publicKey.export({ type: "spki", format: "der" }),
    tlv(0xa0, ...Object.entries(attributes).map(([oid, value]) => sequence(objectId(oid), tlv(0x31, text(value))))),
  );
  const signature = await promisify(sign)("sha256", info, privateKey);
  const der = sequence(info, algorithm, tlv(0x03, Buffer.of(0), signature));
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE REQUEST-----\n${lines.join("\n")}\n-----END CERTIFICATE REQUEST-----\n`;
}

function tlv(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...head), content]);
}

const sequence = (...parts: readonly Uint8Array[]): Buffer => tlv(0x30, ...parts);
const text = (value: string): Buffer => tlv(0x0c, Buffer.from(value, "utf8"));

function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const content = [first * 40 + second, ...rest].flatMap((arc) => {
    const octets = [arc % 128];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) octets.unshift((left % 128) | 0x80);
    return octets;
  });
  return tlv(0x06, Buffer.from(content));
}
