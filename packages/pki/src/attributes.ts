import { DerError, DerReader, type Element, Tag, within } from "./der/read.js";
import { isText, oidOf, textOf } from "./der/values.js";
import { type Extension, readExtensions } from "./extensions.js";
import { Oid } from "./oids.js";

export interface Attributes {
  /** Text values by OID. */
  readonly attributes: ReadonlyMap<string, readonly string[]>;
  readonly extensions: readonly Extension[];
}

/**
 * The attributes of a request: what it asks to be in the certificate, and what it only tells us (challengePassword,
 * pp_preshared_key, pp_auth_auto_renew). Values that are no text are passed over: nobody asks for them.
 * @throws DerError
 */
export function readAttributes(element: Element | undefined): Attributes {
  const attributes = new Map<string, readonly string[]>();
  let extensions: readonly Extension[] | undefined;
  if (element === undefined) return { attributes, extensions: [] };
  for (const attribute of within(element, "An attribute")) {
    if (attribute.tag !== Tag.sequence) throw new DerError("An attribute has another type than expected.");
    const reader = new DerReader(attribute.content);
    const oid = oidOf(reader.next("An attribute's name"), "An attribute's name");
    const what = `The attribute ${oid}`;
    const values = [...within(reader.take(Tag.set, what), what)];
    reader.end(what);
    if (oid === Oid.extensionRequest) {
      const [list] = values;
      if (extensions !== undefined || values.length !== 1 || list?.tag !== Tag.sequence) {
        throw new DerError("The request must ask for extensions in one list.");
      }
      extensions = readExtensions(list);
      continue;
    }
    if (attributes.has(oid)) throw new DerError(`${what} is there twice.`);
    attributes.set(
      oid,
      values.filter(isText).map((value) => textOf(value, what)),
    );
  }
  return { attributes, extensions: extensions ?? [] };
}
