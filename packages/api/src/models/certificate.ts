import { certificateProfiles } from "@gatehouse/core/certificates";
import {
  boolean,
  described,
  integer,
  listOf,
  mapOf,
  moment,
  named,
  nullable,
  object,
  oneOf,
  text,
} from "../operation/schema.js";
import { next } from "./common.js";

export const CertificateProfile = named(
  "CertificateProfile",
  described(
    "What a certificate may be used for here; a name means something within its profile.",
    oneOf(certificateProfiles),
  ),
);

export const CertificateState = named(
  "CertificateState",
  described(
    "interrupted: a serial was taken, and nothing is known to be signed with it; it counts as valid until it is revoked.",
    oneOf(["signed", "revoked", "interrupted"]),
  ),
);

const Fingerprints = named(
  "Fingerprints",
  described("Over the DER, upper-case hex with colons.", object({ sha1: text(), sha256: text(), sha512: text() })),
);

const asked = {
  name: text(),
  profile: CertificateProfile,
  altNames: listOf(text(), { description: "Such as `DNS:web01.example.org`." }),
  extensions: mapOf(text(), { description: "Puppet's by short name, else by OID; a pre-shared key is not shown." }),
};

export const Certificate = named(
  "Certificate",
  object({
    ...asked,
    serial: text({ description: "Upper-case hex." }),
    state: CertificateState,
    fingerprints: nullable(Fingerprints),
    notBefore: nullable(moment()),
    notAfter: nullable(moment()),
    issuedBy: text(),
    issuedAt: moment(),
    revokedAt: nullable(moment()),
    revokedBy: nullable(text()),
    cleaned: boolean({ description: "It was taken out of its name's way." }),
  }),
);
export const CertificatePage = named("CertificatePage", object({ certificates: listOf(Certificate), next }));

/** Never its PEM: it may hold a password. */
export const CertificateRequest = named(
  "CertificateRequest",
  object({
    ...asked,
    fingerprints: Fingerprints,
    receivedAt: moment(),
    from: nullable(text({ description: "The peer that sent it." })),
    note: nullable(text({ description: "Why no rule signed it." })),
  }),
);
export const CertificateRequestList = named("CertificateRequestList", object({ requests: listOf(CertificateRequest) }));

export const CertificateStatus = named(
  "CertificateStatus",
  object({
    name: text(),
    profile: CertificateProfile,
    state: oneOf(["requested", "signed", "revoked"]),
    request: nullable(CertificateRequest),
    certificate: nullable(Certificate),
    pem: nullable(text({ description: "The certificate." })),
  }),
);

export const NewCertificate = named(
  "NewCertificate",
  object(
    { name: text({ minLength: 1, maxLength: 255 }) },
    {
      profile: described(
        "`operator` needs the extension `pp_auth_role`: viewer, operator or admin.",
        oneOf(["puppet", "operator", "inventory"]),
      ),
      altNames: listOf(text({ minLength: 1, maxLength: 300 }), {
        description: "Such as `web01.example.org` or `IP:192.0.2.7`.",
        maxItems: 100,
      }),
      extensions: mapOf(text({ maxLength: 1000 }), {
        description: "By Puppet's short name or by OID.",
        maxProperties: 100,
      }),
    },
  ),
);
export const MadeCertificate = named(
  "MadeCertificate",
  object({
    certificate: text({ description: "PEM." }),
    key: text({ description: "PEM; no other answer has it, and it is not kept." }),
  }),
);

const CENTURY_SECONDS = 3_155_760_000;
export const Signing = named(
  "Signing",
  object(
    {},
    {
      ttlSeconds: integer({
        minimum: 1,
        maximum: CENTURY_SECONDS,
        description: "How long the certificate is valid; as the authority is set when left out.",
      }),
      gatewayName: boolean({
        description: "Also where a name is one that agents know a gateway by: who has the certificate can be it.",
      }),
    },
  ),
);

/** In one call. */
export const MOST_SERIALS = 100;
export const Serials = named(
  "Serials",
  object({
    serials: listOf(text({ pattern: "^[0-9A-Fa-f]{1,64}$" }), { minItems: 1, maxItems: MOST_SERIALS }),
  }),
);
export const RevokedSerials = named(
  "RevokedSerials",
  object({ revoked: listOf(text(), { description: "Those that were not revoked before." }) }),
);
