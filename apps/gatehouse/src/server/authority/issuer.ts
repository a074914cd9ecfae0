import { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { type AuthorityService, certnameRefusal } from "@gatehouse/pki";
import type { CertificateIssuer } from "../certificate.js";

/** The common name of the gateway's certificate where none of its names can be one. */
const NAMELESS = "gatehouse";

/** The authority, as what vouches for the gateway itself. */
export function serverIssuer(authority: AuthorityService): CertificateIssuer {
  return {
    async issue(names) {
      const name = names.find((each) => isIP(each) === 0 && certnameRefusal(each) === undefined) ?? NAMELESS;
      const { certificate, key } = await authority
        .of("server")
        .generate({ name, altNames: names, extensions: {}, by: "gateway" });
      const { roots, others } = partsOf((await authority.caBundle()).pem);
      // Windows takes one certificate of a file, and into its store of roots only a root.
      return { cert: certificate + others, key, trust: roots === "" ? others : roots };
    },
    vouchesFor: (certificate) => {
      const [signing] = authority.trust()?.certificates ?? [];
      return (
        signing !== undefined &&
        certificate.checkIssued(signing) &&
        certificate.verify(signing.publicKey) &&
        !authority.isRevoked(certificate.serialNumber)
      );
    },
  };
}

/** Of the authority's chain, what a client is to trust, and what it needs besides. */
function partsOf(bundle: string): { roots: string; others: string } {
  const chain = bundle.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n?/g) ?? [];
  const isRoot = (pem: string) => {
    const certificate = new X509Certificate(pem);
    return certificate.checkIssued(certificate);
  };
  return { roots: chain.filter(isRoot).join(""), others: chain.filter((pem) => !isRoot(pem)).join("") };
}
