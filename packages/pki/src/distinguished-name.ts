import { DerError, DerReader, type Element, Tag, within } from "./der/read.js";
import { isText, oidOf, textOf } from "./der/values.js";
import { oid, sequence, set, utf8 } from "./der/write.js";
import { Oid } from "./oids.js";

/** A name of just a common name, as Puppet writes every one: UTF8String. */
export const commonName = (name: string): Uint8Array => sequence(set(sequence(oid(Oid.commonName), utf8(name))));

/**
 * Every common name in a subject, wherever it stands: a reader that takes the first and one that takes the last would
 * see two hosts in one certificate.
 * @throws DerError
 */
export function commonNamesOf(name: Element, what: string): string[] {
  const found: string[] = [];
  for (const rdn of within(name, what)) {
    if (rdn.tag !== Tag.set) throw new DerError(`${what} is not a distinguished name.`);
    for (const pair of within(rdn, what)) {
      if (pair.tag !== Tag.sequence) throw new DerError(`${what} is not a distinguished name.`);
      const reader = new DerReader(pair.content);
      const type = oidOf(reader.next(what), what);
      const value = reader.next(what);
      reader.end(what);
      if (type === Oid.commonName) found.push(textOf(value, `${what}'s common name`));
      else if (isText(value)) textOf(value, what);
    }
  }
  return found;
}
