import type { CertificateProfile, RequestIdentity } from "@gatehouse/core/certificates";
import { readCertificates } from "../certificate.js";
import { badRequestRefusal, subjectRefusal } from "../policy.js";
import { parseRequest, type SigningRequest } from "../request.js";
import type { Context } from "./context.js";

/**
 * Who hands in a request: for agents that hand in theirs again after an answer that was lost. That a certificate is for its key
 * counts only where the request is signed with that key: a public key can be copied.
 */
export function createIdentify({ store }: Pick<Context, "store">, profile: CertificateProfile) {
  async function standingOf(request: SigningRequest, isHeld: boolean): Promise<RequestIdentity["standing"]> {
    const of = { name: request.name, profile };
    const certificate = await store.certificate(of);
    if (certificate !== undefined) {
      const { pem } = certificate;
      if (!isHeld || pem === null || !isFor(pem, request.spki)) return "taken";
      return certificate.state === "revoked" ? "revoked" : "issued";
    }
    const pending = await store.request(of);
    if (pending === undefined) return "none";
    return pending.fingerprints.sha256 === request.fingerprints.sha256 ? "waiting" : "taken";
  }

  return async (csr: Uint8Array): Promise<RequestIdentity> => {
    const request = parseRequest(csr);
    const { name } = request;
    const refusal = subjectRefusal(name, request, profile) ?? badRequestRefusal(request, profile) ?? null;
    return { name, refusal, standing: await standingOf(request, refusal === null) };
  };
}

const isFor = (pem: string, spki: Uint8Array): boolean =>
  readCertificates(pem).some((certificate) => Buffer.compare(certificate.spki, spki) === 0);
