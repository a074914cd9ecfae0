import type { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { createTestAuthority, type TestAuthority } from "@gatehouse/http/testing";
import type { CertificateIssuer } from "./certificate.js";

/** An issuer that openssl is, and the names that it was asked for. */
export function testIssuer(
  of: TestAuthority = createTestAuthority(),
  said: Partial<CertificateIssuer> = {},
): CertificateIssuer & { readonly asked: readonly (readonly string[])[] } {
  const asked: (readonly string[])[] = [];
  return {
    asked,
    issue: async (names) => {
      asked.push(names);
      const altNames = names.map((name) => `${isIP(name) ? "IP" : "DNS"}:${name}`).join();
      const extensions = ["basicConstraints=CA:FALSE", `subjectAltName=${altNames}`];
      return { ...of.issue({ subject: `/CN=${names[0]}`, extensions }), trust: of.cert };
    },
    vouchesFor: (certificate: X509Certificate) => certificate.verify(of.certificate.publicKey),
    ...said,
  };
}
