import type { CertificateStatus } from "@gatehouse/client";
import { certificateProfiles } from "@gatehouse/core/certificates";
import { closeTo } from "../close.js";
import { isLike } from "../like.js";
import { counted, fieldsText, isSince, type Kind, parts } from "./kind.js";

interface Spec {
  readonly name: string;
  readonly profile?: (typeof certificateProfiles)[number];
  readonly state?: CertificateStatus["state"] | readonly CertificateStatus["state"][];
  readonly [field: string]: unknown;
}

/** What a name stands for at the authority. `since` is about when it was issued, or asked for. */
export const certificate: Kind<Spec> = {
  schema: parts.mapping(
    {
      name: { ...parts.name, description: "As the authority knows it: a certname." },
      profile: { enum: certificateProfiles, description: "`puppet` unless said." },
      state: parts.oneOf(["requested", "signed", "revoked"], "A list: any of them."),
      altNames: parts.pattern("Such as `DNS:web01.example.org`; of a list, all of them are in it."),
      extensions: { type: "object", minProperties: 1, description: "Puppet's by short name, else by OID." },
      issuedBy: parts.pattern("Who signed it."),
    },
    { required: ["name"] },
  ),
  since: "ever",
  title: (spec) => `a certificate: ${fieldsText(spec)}`,
  async look(api, { name, profile, state, ...rest }, { since, enough }) {
    const found = await statusOf(api, name, profile);
    const fits = (one: CertificateStatus) =>
      isSince(one.certificate?.issuedAt ?? one.request?.receivedAt, since) &&
      (state === undefined || isLike(state, one.state)) &&
      isLike(rest, one.certificate ?? one.request ?? {});
    return counted(found === undefined ? [] : [found], fits, statusText, enough);
  },
  async instead(api, { name, profile }) {
    const found = await statusOf(api, name, profile);
    if (found !== undefined) return [statusText(found)];
    const ofProfile = { profile: profile ?? "puppet" } as const;
    const [asked, signed] = await Promise.all([
      api.ask((client) => client.GET("/certificate-requests", { params: { query: ofProfile } })),
      api.ask((client) => client.GET("/certificates", { params: { query: { ...ofProfile, limit: 500 } } })),
    ]);
    const close = closeTo(
      name,
      [...asked.requests, ...signed.certificates].map((one) => one.name),
    );
    return [
      `Nobody asked for a certificate of this name${close.length === 0 ? "." : `; close to it: ${close.join(", ")}.`}`,
    ];
  },
};

const statusOf = (api: Parameters<Kind<Spec>["look"]>[0], name: string, profile: Spec["profile"]) =>
  api.find((client) =>
    client.GET("/certificates/{name}", {
      params: { path: { name }, query: profile === undefined ? {} : { profile } },
    }),
  );

function statusText({ name, state, certificate: made, request }: CertificateStatus): string {
  const note = request?.note ? `: ${request.note}` : "";
  const names = made?.altNames ?? request?.altNames ?? [];
  const by = made === null ? "" : `, by ${made.issuedBy} at ${made.issuedAt}`;
  return `${name} is ${state}${note}${by}${names.length === 0 ? "" : `, with ${names.join(", ")}`}`;
}
