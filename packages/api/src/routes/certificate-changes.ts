import { roles } from "@gatehouse/core/access";
import { GatehouseError } from "@gatehouse/core/errors";
import { inProfile, mayChange, NAME_PART, noSuchCertificate } from "../certificates.js";
import { MadeCertificate, NewCertificate, RevokedSerials, Serials, Signing } from "../models/certificate.js";
import { given } from "../models/common.js";
import { created, done, json, nothing, ok } from "../operation/answers.js";
import { operation } from "../operation/operation.js";

// The authority itself writes what is done here to the audit trail: agents and Puppet's own command do it too.

const one = { method: "POST", parts: { name: NAME_PART }, role: "operator", query: inProfile } as const;

export const generateCertificate = operation({
  id: "api.certificates.generate",
  method: "POST",
  path: "/certificates",
  parts: {},
  summary: "Make a key and its certificate, for who cannot ask for one itself",
  role: "admin",
  body: NewCertificate,
  answers: { 201: json("The certificate with its key.", MadeCertificate) },
  refusals: [409],
  handle:
    ({ authority }) =>
    async ({ body: { name, profile = "puppet", altNames = [], extensions = {} }, actor }) => {
      const role: unknown = extensions["pp_auth_role"];
      if (profile === "operator" && !roles.some((known) => known === role))
        throw new GatehouseError(
          "request-malformed",
          `A certificate of profile operator needs the extension pp_auth_role: ${roles.join(", ")}.`,
        );
      return created(await authority.of(profile).generate({ name, altNames, extensions, by: actor }));
    },
});

export const signCertificate = operation({
  ...one,
  id: "api.certificates.sign",
  path: "/certificates/{name}/sign",
  summary: "Sign the request that waits under a name",
  body: Signing,
  answers: { 204: nothing("It is signed.") },
  refusals: [409],
  handle:
    ({ authority }) =>
    async ({ path: { name }, query: { profile }, body: { ttlSeconds, gatewayName }, actor, request }) => {
      mayChange(profile, request);
      await authority.of(profile).sign(name, { by: actor, ...given({ ttlSeconds, gatewayName }) });
      return done;
    },
});

export const revokeCertificate = operation({
  ...one,
  id: "api.certificates.revoke",
  path: "/certificates/{name}/revoke",
  summary: "Revoke every certificate of a name; the name stays taken until it is cleaned",
  answers: { 204: nothing("It is revoked.") },
  handle:
    ({ authority }) =>
    async ({ path: { name }, query: { profile }, actor, request }) => {
      mayChange(profile, request);
      await authority.of(profile).revoke(name, actor);
      return done;
    },
});

export const cleanCertificate = operation({
  ...one,
  id: "api.certificates.clean",
  path: "/certificates/{name}/clean",
  summary: "Revoke what a name has and take it out of the way, requests too: the name is free again",
  answers: { 204: nothing("The name is free.") },
  handle:
    ({ authority }) =>
    async ({ path: { name }, query: { profile }, actor, request }) => {
      mayChange(profile, request);
      const { missing } = await authority.of(profile).clean([name], actor);
      if (missing.length > 0) throw noSuchCertificate();
      return done;
    },
});

export const revokeSerials = operation({
  id: "api.certificates.revoke-serials",
  method: "POST",
  path: "/certificates/revoke",
  parts: {},
  summary: "Revoke certificates by their serials: an interrupted one has no other handle",
  role: "operator",
  body: Serials,
  answers: { 200: json("What was revoked.", RevokedSerials) },
  refusals: [404],
  handle:
    ({ authority, certificates }) =>
    async ({ body, actor, request }) => {
      const serials = [...new Set(body.serials.map(canonical))];
      for (const serial of serials) {
        const certificate = await certificates.bySerial(serial);
        if (certificate === undefined)
          throw new GatehouseError("not-found", `There is no certificate with the serial ${serial}; none was revoked.`);
        mayChange(certificate.profile, request);
      }
      return ok({ revoked: await authority.revokeSerials(serials, actor) });
    },
});

/** As the authority writes serials, whatever OpenSSL or a person makes of them. */
const canonical = (serial: string): string => serial.toUpperCase().replace(/^0+/, "").padStart(4, "0");
