import type { IncomingMessage } from "node:http";
import type { CertificateProfile } from "@gatehouse/core/certificates";

/** A caller whose certificate was issued here, has not ended, and is not revoked. */
export interface VerifiedPeer {
  readonly kind: "verified";
  readonly name: string;
  readonly profile: CertificateProfile;
  /** Upper-case hex. */
  readonly serial: string;
  /** PEM, as it was presented. */
  readonly certificate: string;
  /** Puppet's extensions by short name, else by OID. */
  readonly extensions: Readonly<Record<string, string>>;
}

/** A caller with a certificate that is not ours: it pins a DSC agent, and proves nothing else. */
export interface UnverifiedPeer {
  readonly kind: "unverified";
  /** SHA-1 over the DER, upper-case hex without colons, as a registration states it. */
  readonly thumbprint: string;
  /** Why it is not verified, for the log. */
  readonly why: string;
}

/** Who is at the other end of a request's connection. */
export type Peer = VerifiedPeer | UnverifiedPeer | { readonly kind: "none" };

/** Says who the peer of a request is, anew on each: a certificate may have been revoked since the last one. */
export type PeerIdentity = (req: IncomingMessage) => Peer;

/** Nobody presents a certificate. */
export const noPeer: PeerIdentity = () => ({ kind: "none" });
