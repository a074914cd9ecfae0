import type { Authority, Certificate, CertificateRequest, ProfileAuthority } from "@gatehouse/core/certificates";
import { AT, portOf } from "./api.test.helper.js";

const fingerprints = { sha1: "01", sha256: "AB:CD", sha512: "05" };

export const aCertificate = (said: Partial<Certificate> = {}): Certificate => ({
  serial: "000A",
  name: "web01",
  profile: "puppet",
  state: "issued",
  pem: "-----BEGIN CERTIFICATE-----",
  fingerprints,
  notBefore: AT,
  notAfter: AT,
  altNames: ["DNS:web01"],
  extensions: { pp_role: "web" },
  issuedBy: "ada",
  issuedAt: AT,
  revokedAt: null,
  revokedBy: null,
  cleaned: false,
  ...said,
});

export const aRequest = (said: Partial<CertificateRequest> = {}): CertificateRequest => ({
  name: "web02",
  profile: "puppet",
  pem: "-----BEGIN CERTIFICATE REQUEST----- with a password",
  fingerprints,
  altNames: [],
  extensions: { pp_role: "web", pp_preshared_key: "hunter2" },
  receivedAt: AT,
  from: "192.0.2.1",
  note: null,
  ...said,
});

/** An authority whose profiles are all alike; `calls` has the profile, the method and what it was told. */
export function anAuthority(said: Partial<ProfileAuthority>) {
  const calls: unknown[][] = [];
  const authority: Partial<Authority> = {
    of: (profile) =>
      portOf(
        "authority.of",
        Object.fromEntries(
          Object.entries(said).map(([name, method]) => [
            name,
            (...args: unknown[]) => {
              calls.push([profile, name, ...args]);
              return (method as (...args: unknown[]) => unknown)(...args);
            },
          ]),
        ) as Partial<ProfileAuthority>,
      ),
  };
  return { authority, calls };
}
