import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { type AltName, writeAltNames } from "./alt-names.js";
import { bits, explicit, ia5, implicit, integer, nothing, oid, sequence, set, tlv, utf8 } from "./der/write.js";
import { type Extension, writeExtension } from "./extensions.js";
import { Oid } from "./oids.js";

export interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

const made = new Map<string, KeyPair>();

/** One key pair of each kind for a test file. */
export function keys(kind: string): KeyPair {
  const known = made.get(kind);
  if (known !== undefined) return known;
  const [type = "", size = ""] = kind.split(" ");
  let pair: KeyPair;
  if (type === "rsa") pair = generateKeyPairSync("rsa", { modulusLength: Number(size) });
  else if (type === "ec") pair = generateKeyPairSync("ec", { namedCurve: size });
  else pair = generateKeyPairSync("ed25519");
  made.set(kind, pair);
  return pair;
}

export const spkiOf = ({ publicKey }: KeyPair): Uint8Array => publicKey.export({ type: "spki", format: "der" });

const algorithms: Readonly<Record<string, Uint8Array>> = {
  "rsa sha256": sequence(oid("1.2.840.113549.1.1.11"), nothing()),
  "rsa sha1": sequence(oid("1.2.840.113549.1.1.5"), nothing()),
  "rsa md5": sequence(oid("1.2.840.113549.1.1.4"), nothing()),
  "rsa sha512": sequence(oid("1.2.840.113549.1.1.13"), nothing()),
  "ec sha256": sequence(oid("1.2.840.10045.4.3.2")),
  "ec sha1": sequence(oid("1.2.840.10045.4.1")),
  ed25519: sequence(oid("1.3.101.112")),
};

export interface CsrParts {
  /** Common names, one to an RDN. */
  readonly names?: readonly string[];
  /** The whole subject instead. */
  readonly subject?: Uint8Array;
  readonly keys?: KeyPair;
  /** The whole key instead. */
  readonly spki?: Uint8Array;
  readonly hash?: string;
  /** Signs with another key than the one inside. */
  readonly signer?: KeyPair;
  /** Names another algorithm than the one that is used. */
  readonly algorithm?: Uint8Array;
  readonly extensions?: readonly Extension[];
  readonly altNames?: readonly AltName[];
  readonly attributes?: readonly Uint8Array[];
  readonly version?: Uint8Array;
  readonly more?: readonly Uint8Array[];
  readonly outerMore?: readonly Uint8Array[];
}

export const cn = (value: Uint8Array): Uint8Array => set(sequence(oid(Oid.commonName), value));
export const extension = (name: string, value: Uint8Array, critical = false): Extension => ({
  oid: name,
  critical,
  value,
});
export const puppetExtension = (name: string, value: string): Extension => extension(name, utf8(value));
export const attribute = (name: string, ...values: readonly Uint8Array[]): Uint8Array =>
  sequence(oid(name), set(...values));
export const extensionRequest = (list: readonly Extension[]): Uint8Array =>
  attribute(Oid.extensionRequest, sequence(...list.map(writeExtension)));

/** Any list of alternative names, also of kinds that no certificate of ours has. */
export const rawAltNames = (...names: readonly (readonly [tag: number, text: string | Uint8Array])[]): Extension =>
  extension(
    Oid.subjectAltName,
    sequence(...names.map(([tag, text]) => tlv(tag, typeof text === "string" ? Buffer.from(text, "latin1") : text))),
  );

export const dns = (...names: readonly string[]): Extension =>
  rawAltNames(...names.map((name) => [0x82, name] as const));

/** A request as DER; every part can be another than a decent one. */
export function csrDer(parts: CsrParts = {}): Uint8Array {
  const pair = parts.keys ?? keys("rsa 2048");
  const signer = parts.signer ?? pair;
  const type = signer.privateKey.asymmetricKeyType ?? "";
  const hash = parts.hash ?? "sha256";
  const extensions = [
    ...(parts.extensions ?? []),
    ...(parts.altNames === undefined ? [] : [extension(Oid.subjectAltName, writeAltNames(parts.altNames))]),
  ];
  const attributes = [...(parts.attributes ?? []), ...(extensions.length === 0 ? [] : [extensionRequest(extensions)])];
  const info = sequence(
    parts.version ?? integer(0),
    parts.subject ?? sequence(...(parts.names ?? ["web01.example.org"]).map((name) => cn(utf8(name)))),
    parts.spki ?? spkiOf(pair),
    explicit(0, ...attributes),
    ...(parts.more ?? []),
  );
  const signature = type === "ed25519" ? sign(null, info, signer.privateKey) : sign(hash, info, signer.privateKey);
  const algorithm = parts.algorithm ?? algorithms[type === "ed25519" ? type : `${type} ${hash}`];
  if (algorithm === undefined) throw new TypeError(`no algorithm for ${type} ${hash}`);
  return sequence(info, algorithm, bits(signature), ...(parts.outerMore ?? []));
}

export function pem(der: Uint8Array, label = "CERTIFICATE REQUEST"): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}

export const csr = (parts: CsrParts = {}): string => pem(csrDer(parts));

export { ia5, implicit };
