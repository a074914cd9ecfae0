import type { CertificateState } from "@gatehouse/core/certificates";
import { certificateView, inProfile, NAME_PART, noSuchCertificate, requestView, storedState } from "../certificates.js";
import {
  CertificatePage,
  CertificateProfile,
  CertificateStatus,
  CertificateState as State,
} from "../models/certificate.js";
import { given, page } from "../models/common.js";
import { json, ok } from "../operation/answers.js";
import { operation } from "../operation/operation.js";
import { optional, withDefault } from "../operation/parameters.js";
import { boolean, text } from "../operation/schema.js";

export const listCertificates = operation({
  id: "api.certificates.list",
  method: "GET",
  path: "/certificates",
  parts: {},
  summary: "Certificates by name: the one that stands for each, signed or revoked",
  role: "viewer",
  query: {
    ...page(500),
    state: optional("In this state.", State),
    profile: optional("Of this profile.", CertificateProfile),
    name: optional("Of exactly this name.", text({ minLength: 1, maxLength: 255 })),
    history: withDefault(false, "Every certificate that there ever was, cleaned and interrupted ones too.", boolean()),
  },
  answers: { 200: json("A page of certificates.", CertificatePage) },
  handle:
    ({ certificates }) =>
    async ({ query: { limit, after, state: shown, history, profile, name } }) => {
      const state: CertificateState | undefined = shown === undefined ? undefined : storedState(shown);
      // An interrupted one stands for nothing, and has to be found all the same.
      const standing = !history && state !== "intended";
      const found = await certificates.certificates({ limit, standing, ...given({ after, state, profile, name }) });
      return ok({ certificates: found.certificates.map(certificateView), next: found.next });
    },
});

export const showCertificate = operation({
  id: "api.certificates.show",
  method: "GET",
  path: "/certificates/{name}",
  parts: { name: NAME_PART },
  summary: "What a name stands for at the authority: a request, or a certificate with its PEM",
  role: "viewer",
  query: inProfile,
  answers: { 200: json("What is known of it.", CertificateStatus) },
  handle:
    ({ authority }) =>
    async ({ path: { name }, query: { profile } }) => {
      const status = await authority.of(profile).status(name);
      if (status === undefined) throw noSuchCertificate();
      const nothing = { request: null, certificate: null, pem: null };
      const { state } = status;
      if (state === "requested") return ok({ ...nothing, name, profile, state, request: requestView(status.request) });
      const certificate = certificateView(status.certificate);
      return ok({ ...nothing, name, profile, state, certificate, pem: status.certificate.pem });
    },
});
