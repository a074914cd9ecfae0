import type { CertificateProfile, CertificateRequest } from "@gatehouse/core/certificates";
import { authorizationIn } from "../extensions.js";
import type { SigningRequest } from "../request.js";
import type { Context } from "./context.js";
import type { Taken } from "./duplicate.js";

/** What there is under a request's name when it comes. */
export interface Before {
  readonly pending: CertificateRequest | undefined;
  readonly taken: Taken | undefined;
  /** It is the one that waits, once more. */
  readonly repeats: boolean;
  /** It may come although the name is taken. */
  readonly replaces: boolean;
  /** It may not, unless a rule gives the name to a host again. */
  readonly duplicates: boolean;
  /** A rule may: nobody revoked the certificate, and it was no administrator's. */
  readonly mayReturn: boolean;
}

export async function lookBefore(
  { store, settings, oids }: Context,
  profile: CertificateProfile,
  { name, fingerprints }: SigningRequest,
): Promise<Before> {
  const pending = await store.request({ name, profile });
  const certificate = await store.certificate({ name, profile });
  const taken = certificate === undefined ? pending && "requested" : takenBy(certificate);
  const repeats = taken === "requested" && pending?.fingerprints.sha256 === fingerprints.sha256;
  const replaces = taken !== undefined && settings.allowDuplicates && !repeats;
  const duplicates = taken !== undefined && !replaces && !repeats;
  const mayReturn =
    certificate === undefined ||
    (certificate.state === "issued" && Object.keys(authorizationIn(certificate.extensions, oids)).length === 0);
  return { pending, taken, repeats, replaces, duplicates, mayReturn };
}

export const takenBy = ({ state }: { readonly state: string }): "signed" | "revoked" =>
  state === "revoked" ? "revoked" : "signed";
