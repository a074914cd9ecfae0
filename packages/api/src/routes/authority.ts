import { createHash } from "node:crypto";
import { Authority } from "../models/authority.js";
import { json, ok, pem } from "../operation/answers.js";
import { operation } from "../operation/operation.js";

export const showAuthority = operation({
  id: "api.authority.show",
  method: "GET",
  path: "/authority",
  parts: {},
  summary: "The certificate authority: its certificates, its revocation lists, and where new agents are pointed",
  role: "viewer",
  answers: { 200: json("What is known of it.", Authority) },
  handle:
    ({ authority, authorityFacts }) =>
    async () => {
      const [{ crls, ...same }, bundle] = await Promise.all([authorityFacts(), authority.caBundle()]);
      return ok({
        ...same,
        bundleSha256: createHash("sha256").update(bundle.pem).digest("hex"),
        crls: crls.map(({ number, ...list }) => ({ ...list, number: String(number) })),
      });
    },
});

export const fetchCaBundle = operation({
  id: "api.authority.ca",
  method: "GET",
  path: "/authority/ca.pem",
  parts: {},
  summary: "The CA certificates, the signing one first, as Puppet agents get them",
  role: "viewer",
  answers: { 200: pem("The certificates.") },
  handle:
    ({ authority }) =>
    async () =>
      ok((await authority.caBundle()).pem),
});

export const fetchCrlBundle = operation({
  id: "api.authority.crl",
  method: "GET",
  path: "/authority/crl.pem",
  parts: {},
  summary: "The revocation lists, our own first, as Puppet agents get them",
  role: "viewer",
  answers: { 200: pem("The lists.") },
  handle:
    ({ authority }) =>
    async () =>
      ok((await authority.crlBundle()).pem),
});
