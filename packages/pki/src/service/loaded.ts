import { X509Certificate } from "node:crypto";
import type { AuthorityRecord, PublishedCrl } from "@gatehouse/core/certificates";
import { GatehouseError } from "@gatehouse/core/errors";
import { type Certificate, isIssuedBy, readCertificates } from "../certificate.js";
import { foreignIssuer } from "../crl/read.js";
import { type Issuer, issuerOf } from "../issuer.js";
import { keyFits } from "../keys.js";
import { type SigningKey, signingKey } from "../signing/sign.js";

/** A CA of the chain whose key is here. */
export interface Signer {
  readonly certificate: Certificate;
  readonly issuer: Issuer;
  readonly key: SigningKey;
}

/** The authority as it is used. */
export interface LoadedAuthority {
  readonly record: AuthorityRecord;
  /** The signing certificate first. */
  readonly chain: readonly [Certificate, ...Certificate[]];
  readonly signing: Signer;
  readonly root: Signer | undefined;
  /** For peer identity: the same object as long as the authority is the same. */
  readonly trust: { readonly certificates: readonly X509Certificate[] };
}

const refused = (message: string, cause?: unknown) => new GatehouseError("start-refused", message, { cause });

/** @throws start-refused for an authority that could issue nothing that verifies */
export function loadAuthority(record: AuthorityRecord): LoadedAuthority {
  const [first, ...issuers] = chainOf(record.chain);
  if (first === undefined) throw refused("The authority has no certificate.");
  const chain = [first, ...issuers] as const;
  for (const [index, certificate] of chain.entries()) {
    if (!certificate.isCa)
      throw refused(`The authority's chain holds a certificate that is no CA: ${certificate.name}.`);
    const issuer = chain[index + 1];
    if (issuer !== undefined && !isIssuedBy(certificate, issuer)) {
      throw refused(`The authority's chain is broken: ${certificate.name} was not issued by ${issuer.name}.`);
    }
  }
  const last = chain[chain.length - 1] ?? first;
  return {
    record,
    chain,
    signing: signerOf(first, record.key),
    root: record.rootKey === null ? undefined : signerOf(last, record.rootKey),
    trust: { certificates: [new X509Certificate(first.der)] },
  };
}

function chainOf(pem: string): Certificate[] {
  try {
    return readCertificates(pem);
  } catch (thrown) {
    throw refused("The authority's chain cannot be read.", thrown);
  }
}

function signerOf(certificate: Certificate, pem: string): Signer {
  if (!keyFits(certificate.spki, pem))
    throw refused(`The key of ${certificate.name} is not the one of its certificate.`);
  return { certificate, issuer: issuerOf(certificate), key: signingKey(pem) };
}

/** What the store calls the issuer of a CA of the chain (see PublishedCrl). */
export function issuerId(certificate: Certificate, { signing, root }: LoadedAuthority): PublishedCrl["issuer"] {
  if (certificate === signing.certificate) return "signing";
  return certificate === root?.certificate ? "root" : foreignIssuer(certificate.subject);
}
