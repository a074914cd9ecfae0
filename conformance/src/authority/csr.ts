import { createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";

/** A certificate request as an agent makes one, or one that no agent makes. */
export interface Asked {
  /** Common names, one to an RDN. */
  readonly names: readonly string[];
  /** P-256 unless told. */
  readonly key?: KeyObject;
  /** Text by OID. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** DER by OID. */
  readonly extensions?: Readonly<Record<string, Buffer>>;
  readonly hash?: "sha256" | "sha1" | "md5";
}

export const Oid = {
  commonName: "2.5.4.3",
  challengePassword: "1.2.840.113549.1.9.7",
  extensionRequest: "1.2.840.113549.1.9.14",
  subjectAltName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  preSharedKey: "1.3.6.1.4.1.34380.1.1.4",
  role: "1.3.6.1.4.1.34380.1.1.13",
  autoRenew: "1.3.6.1.4.1.34380.1.3.2",
  authRole: "1.3.6.1.4.1.34380.1.3.13",
  cliAuth: "1.3.6.1.4.1.34380.1.3.39",
} as const;

export const newKey = (): KeyObject => generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
export const newRsaKey = (modulusLength: number): KeyObject => generateKeyPairSync("rsa", { modulusLength }).privateKey;

const ALGORITHMS: Readonly<Record<string, readonly [oid: string, parameters: boolean]>> = {
  "ec sha256": ["1.2.840.10045.4.3.2", false],
  "rsa sha256": ["1.2.840.113549.1.1.11", true],
  "rsa sha1": ["1.2.840.113549.1.1.5", true],
  "rsa md5": ["1.2.840.113549.1.1.4", true],
};

function tlv(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  if (content.length < 0x80) return Buffer.concat([Buffer.of(tag, content.length), content]);
  const hex = content.length.toString(16);
  const length = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex");
  return Buffer.concat([Buffer.of(tag, 0x80 | length.length), length, content]);
}

const base128 = (value: number): number[] =>
  value < 0x80 ? [value] : [...base128(Math.floor(value / 128)).map((octet) => octet | 0x80), value % 128];

export const oid = (dotted: string): Buffer => {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  return tlv(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
};
export const sequence = (...parts: readonly Uint8Array[]): Buffer => tlv(0x30, ...parts);
export const utf8 = (text: string): Buffer => tlv(0x0c, Buffer.from(text));
export const yes = Buffer.of(0x01, 0x01, 0xff);
/** Names of hosts, for {@link Oid.subjectAltName}. */
export const dnsNames = (...names: readonly string[]): Buffer =>
  sequence(...names.map((name) => tlv(0x82, Buffer.from(name, "latin1"))));
const set = (...parts: readonly Uint8Array[]): Buffer => tlv(0x31, ...parts);
const bits = (content: Uint8Array): Buffer => tlv(0x03, Buffer.of(0), content);

/** The request, as DER. */
export function csrDer({ names, key = newKey(), attributes = {}, extensions = {}, hash = "sha256" }: Asked): Buffer {
  const [algorithm, parameters] = ALGORITHMS[`${key.asymmetricKeyType} ${hash}`] ?? [];
  if (algorithm === undefined) throw new TypeError(`no algorithm for ${key.asymmetricKeyType} with ${hash}`);
  const wanted = Object.entries(extensions).map(([id, value]) => sequence(oid(id), tlv(0x04, value)));
  const info = sequence(
    Buffer.of(0x02, 0x01, 0x00),
    sequence(...names.map((name) => set(sequence(oid(Oid.commonName), utf8(name))))),
    Buffer.from(publicKeyOf(key)),
    tlv(
      0xa0,
      ...Object.entries(attributes).map(([id, text]) => sequence(oid(id), set(utf8(text)))),
      ...(wanted.length === 0 ? [] : [sequence(oid(Oid.extensionRequest), set(sequence(...wanted)))]),
    ),
  );
  const nothing = parameters ? [Buffer.of(0x05, 0x00)] : [];
  return sequence(info, sequence(oid(algorithm), ...nothing), bits(sign(hash, info, key)));
}

export function pemOf(der: Uint8Array, label = "CERTIFICATE REQUEST"): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}

/** The request of a host, as PEM. */
export const csrOf = (name: string, parts: Omit<Asked, "names"> = {}): string =>
  pemOf(csrDer({ ...parts, names: [name] }));

export const keyPem = (key: KeyObject): string => key.export({ type: "pkcs8", format: "pem" }).toString();

function publicKeyOf(key: KeyObject): Uint8Array {
  return createPublicKey(key).export({ type: "spki", format: "der" });
}
