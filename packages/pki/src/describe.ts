import type { AuthorityRecord, PublishedCrl } from "@gatehouse/core/certificates";
import { readCertificates } from "./certificate.js";
import { foreignIssuer, readCrls } from "./crl/read.js";
import { fingerprintsOf } from "./fingerprints.js";

/** An authority for people: what it is, and until when. */
export interface AuthorityDescription {
  /** The CA certificates, the signing one first; fingerprints are SHA-256, upper-case hex with colons. */
  readonly certificates: readonly {
    readonly name: string;
    readonly fingerprint: string;
    readonly notBefore: Date;
    readonly notAfter: Date;
  }[];
  /** The list of each of them that has one, in the same order; `revoked` is how many serials it holds. */
  readonly crls: readonly (Pick<PublishedCrl, "number" | "thisUpdate" | "nextUpdate"> & {
    readonly issuer: string;
    readonly revoked: number;
  })[];
}

/** Describes an authority and its lists as they are stored. @throws DerError for what was not stored by us */
export function describeAuthority(record: AuthorityRecord, lists: readonly PublishedCrl[]): AuthorityDescription {
  const chain = readCertificates(record.chain);
  const certificates = chain.map(({ name = "", der, notBefore, notAfter }) => ({
    name,
    fingerprint: fingerprintsOf(der).sha256,
    notBefore,
    notAfter,
  }));
  const crls = chain.flatMap(({ name = "", subject }, index) => {
    const ids = [
      ...(index === 0 ? ["signing"] : []),
      ...(index === chain.length - 1 && record.rootKey !== null ? ["root"] : []),
      foreignIssuer(subject),
    ];
    const found = lists.find(({ issuer }) => ids.includes(issuer));
    if (found === undefined) return [];
    const { number, thisUpdate, nextUpdate, pem } = found;
    let revoked = 0;
    for (const list of readCrls(pem)) for (const _ of list.revoked()) revoked += 1;
    return [{ issuer: name, number, thisUpdate, nextUpdate, revoked }];
  });
  return { certificates, crls };
}
