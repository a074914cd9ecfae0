import { integer, listOf, moment, named, nullable, object, oneOf, text } from "../operation/schema.js";

const CaCertificate = named(
  "CaCertificate",
  object({
    name: text(),
    fingerprint: text({ description: "SHA-256 over the DER, upper-case hex with colons." }),
    notBefore: moment(),
    notAfter: moment(),
  }),
);

const RevocationList = named(
  "RevocationList",
  object({
    issuer: text(),
    number: text({ description: "Decimal; it may be larger than JSON's numbers hold." }),
    thisUpdate: moment(),
    nextUpdate: moment(),
    revoked: integer({ description: "How many serials it holds." }),
  }),
);

export const Authority = named(
  "Authority",
  object({
    origin: oneOf(["made", "imported"]),
    createdAt: moment(),
    bundleSha256: text({
      description: "SHA-256 over the bytes of `ca.pem`, hex: what Puppet's setting `ca_fingerprint` takes.",
    }),
    certificates: listOf(CaCertificate, { description: "The signing one first." }),
    crls: listOf(RevocationList, { description: "Our own first." }),
    bootstrap: object({
      server: nullable(text({ description: "A name of the server's certificate." })),
      port: nullable(integer({ description: "Of a listener where Puppet agents are served." })),
    }),
  }),
);
