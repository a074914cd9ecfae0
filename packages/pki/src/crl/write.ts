import type { Revocation } from "@gatehouse/core/certificates";
import { Tag } from "../der/read.js";
import { time } from "../der/time.js";
import { element, explicit, implicit, integer, octets, oid, sequence, tlv } from "../der/write.js";
import { writeExtension } from "../extensions.js";
import type { Issuer } from "../issuer.js";
import { Oid } from "../oids.js";
import { serialOf } from "../serial.js";

/** keyCompromise (1), the reason that Puppet gives for each: we are never told another. */
const REASON = sequence(sequence(oid(Oid.crlReason), octets(tlv(0x0a, Uint8Array.of(1)))));

export type RevokedSerial = Pick<Revocation, "serial" | "revokedAt">;

function encode({ serial, revokedAt }: RevokedSerial): Uint8Array {
  const number = serialOf(serial);
  if (number === undefined) throw new TypeError(`no serial: ${serial}`);
  return sequence(integer(number), time(revokedAt), REASON);
}

interface Encoded {
  readonly at: number;
  readonly der: Uint8Array;
}

/**
 * Encoded entries, kept from one list to the next: of 10,000 entries all but the newest were in the list before
 * (the generator of @peculiar/x509 takes 9 s for them).
 */
export class CrlEntries {
  #encoded = new Map<string, Encoded>();

  /** The entries of a list, in the given order; forgets those that are not in it. */
  encode(revoked: readonly RevokedSerial[]): Uint8Array[] {
    const kept = new Map<string, Encoded>();
    for (const revocation of revoked) {
      const at = revocation.revokedAt.getTime();
      const known = this.#encoded.get(revocation.serial);
      kept.set(revocation.serial, known?.at === at ? known : { at, der: encode(revocation) });
    }
    this.#encoded = kept;
    return [...kept.values()].map(({ der }) => der);
  }
}

export interface CrlContent {
  readonly number: bigint;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date;
  /** Encoded by {@link CrlEntries}. */
  readonly entries: readonly Uint8Array[];
}

/** What is to be signed for a list (RFC 5280 section 5, version 2), with its extensions in puppetserver's order. */
export function crlTbs({ number, thisUpdate, nextUpdate, entries }: CrlContent, issuer: Issuer): Uint8Array {
  const plain = (name: string, value: Uint8Array) => writeExtension({ oid: name, critical: false, value });
  return sequence(
    integer(1),
    issuer.algorithm,
    issuer.name,
    time(thisUpdate),
    time(nextUpdate),
    // An empty list of entries must not be there at all.
    ...(entries.length === 0 ? [] : [element(Tag.sequence, entries)]),
    explicit(
      0,
      sequence(plain(Oid.crlNumber, integer(number)), plain(Oid.authorityKeyId, sequence(implicit(0, issuer.keyId)))),
    ),
  );
}
