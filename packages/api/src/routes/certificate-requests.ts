import { inProfile, mayChange, NAME_PART, noSuchCertificate, requestView } from "../certificates.js";
import { CertificateProfile, CertificateRequestList } from "../models/certificate.js";
import { done, json, nothing, ok } from "../operation/answers.js";
import { operation } from "../operation/operation.js";
import { optional } from "../operation/parameters.js";

export const listCertificateRequests = operation({
  id: "api.certificate-requests.list",
  method: "GET",
  path: "/certificate-requests",
  parts: {},
  summary: "Requests that wait to be signed, by name",
  description: "All of them: the authority takes only so many.",
  role: "viewer",
  query: { profile: optional("Of this profile.", CertificateProfile) },
  answers: { 200: json("The requests.", CertificateRequestList) },
  handle:
    ({ certificates }) =>
    async ({ query: { profile } }) =>
      ok({ requests: (await certificates.requests(profile)).map(requestView) }),
});

export const deleteCertificateRequest = operation({
  id: "api.certificate-requests.delete",
  method: "DELETE",
  path: "/certificate-requests/{name}",
  parts: { name: NAME_PART },
  summary: "Throw a request away; its host may ask again",
  role: "operator",
  query: inProfile,
  answers: { 204: nothing("It is gone.") },
  handle:
    ({ authority }) =>
    async ({ path: { name }, query: { profile }, actor, request }) => {
      mayChange(profile, request);
      if (!(await authority.of(profile).deleteRequest(name, actor))) throw noSuchCertificate();
      return done;
    },
});
