import { type AltName, readAltNames } from "./alt-names.js";
import { DerError, DerReader, type Element, only, Tag, within } from "./der/read.js";
import { booleanOf, oidOf, textOf } from "./der/values.js";
import { boolean, octets, oid as oidDer, sequence } from "./der/write.js";
import { Arc, isBelow, isPuppet, Oid, type OidNames } from "./oids.js";

/** An extension of a certificate, or one that a request asks for. */
export interface Extension {
  readonly oid: string;
  readonly critical: boolean;
  /** The DER inside its octet string. */
  readonly value: Uint8Array;
}

/** One of Puppet's own extensions: they hold text. */
export interface PuppetExtension {
  readonly oid: string;
  readonly value: string;
}

/** The extensions in a sequence; each OID once, as RFC 5280 section 4.2 wants it. @throws DerError */
export function readExtensions(list: Element): Extension[] {
  const found = new Map<string, Extension>();
  for (const element of within(list, "An extension")) {
    if (element.tag !== Tag.sequence) throw new DerError("An extension has another type than expected.");
    const reader = new DerReader(element.content);
    const oid = oidOf(reader.next("An extension's name"), "An extension's name");
    const critical = reader.optional(Tag.boolean, "An extension");
    const value = reader.take(Tag.octets, `The extension ${oid}`).content;
    reader.end(`The extension ${oid}`);
    if (found.has(oid)) throw new DerError(`The extension ${oid} is there twice.`);
    found.set(oid, { oid, critical: critical !== undefined && booleanOf(critical, `The extension ${oid}`), value });
  }
  return [...found.values()];
}

export const writeExtension = ({ oid, critical, value }: Extension): Uint8Array =>
  sequence(oidDer(oid), ...(critical ? [boolean(true)] : []), octets(value));

/** The alternative names among extensions. @throws DerError */
export function altNamesIn(extensions: readonly Extension[]): AltName[] {
  const found = extensions.find(({ oid }) => oid === Oid.subjectAltName);
  return found === undefined ? [] : readAltNames(found.value);
}

/** Puppet's extensions, in their order. @throws DerError where one holds no text */
export function puppetIn(extensions: readonly Extension[]): PuppetExtension[] {
  return extensions
    .filter(({ oid }) => isPuppet(oid))
    .map(({ oid, value }) => {
      const what = `The extension ${oid}`;
      const reader = new DerReader(value);
      const text = textOf(reader.next(what), what);
      reader.end(what);
      return { oid, value: text };
    });
}

/** Puppet's extensions by short name, else by OID, as everybody but ASN.1 speaks of them. */
export const byName = (extensions: readonly PuppetExtension[], { nameOf }: OidNames): Record<string, string> =>
  Object.fromEntries(extensions.map(({ oid, value }) => [nameOf(oid), value]));

/** Those of them that say what a node may do: `authorization_extensions` of certificate_status. */
export const authorizationIn = (
  extensions: Readonly<Record<string, string>>,
  { oidOf }: OidNames,
): Record<string, string> =>
  Object.fromEntries(Object.entries(extensions).filter(([name]) => isBelow(Arc.authorization, oidOf(name) ?? "")));

/** The key identifier in an authorityKeyIdentifier's value. @throws DerError */
export function keyIdIn(value: Uint8Array): Uint8Array | undefined {
  const what = "The authority key identifier";
  for (const { tag, content } of within(only(value, Tag.sequence, what), what)) if (tag === 0x80) return content;
  return undefined;
}
