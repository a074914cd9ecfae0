import type { Authority, Certificate, CertificateRequest, CertificateStatus } from "@gatehouse/client";
import { pairs, section, table } from "./output.js";
import { when, whenAndAgo } from "./when.js";

/** A request or a certificate, as the list has it. */
export interface Listed {
  readonly name: string;
  readonly profile: Certificate["profile"];
  readonly state: Certificate["state"] | "requested";
  readonly fingerprint: string | null;
  readonly serial: string | null;
  readonly notAfter: string | null;
  readonly altNames: readonly string[];
  readonly extensions: Certificate["extensions"];
}

// The arc of authorization extensions, where a site has no names of its own for them.
const AUTHORISES =
  /^(?:pp_authorization|pp_auth_role|pp_auth_auto_renew|pp_cli_auth|1\.3\.6\.1\.4\.1\.34380\.1\.3\..+)$/;

const written = (extensions: Certificate["extensions"]) =>
  Object.entries(extensions).map(([name, value]) => `${name}=${value}`);

/** Entries of a cell in a list, and characters of each: the widest cell pads every row. `ca show` has all of it. */
const SHOWN = 3;
const WIDEST = 64;

function few(all: readonly string[]): string {
  const shown = all.slice(0, SHOWN).map((each) => (each.length > WIDEST ? `${each.slice(0, WIDEST - 1)}…` : each));
  return [shown.join(", "), ...(all.length > SHOWN ? [`+${all.length - SHOWN}`] : [])].join(" ");
}

/** The names beside its own. */
const others = (name: string, altNames: readonly string[]) => altNames.filter((each) => each !== `DNS:${name}`);

export function listText(certificates: readonly Listed[], isFiltered: boolean): string {
  const mixed = certificates.some(({ profile }) => profile !== "puppet");
  return table(
    ["NAME", "STATE", "FINGERPRINT (SHA-256)", "ALT NAMES", "AUTHORISES", "EXPIRES", ...(mixed ? ["PROFILE"] : [])],
    certificates.map(({ name, profile, state, fingerprint, altNames, extensions, notAfter }) => [
      name,
      state,
      fingerprint,
      few(others(name, altNames)),
      few(written(extensions).filter((each) => AUTHORISES.test(each.replace(/=.*/s, "")))),
      when(notAfter),
      ...(mixed ? [profile] : []),
    ]),
    isFiltered ? "Nothing is like that." : "No request waits to be signed. Certificates: gatehouse ca list --all",
  );
}

/** What a name stands for. */
export function statusText({ name, profile, state, request, certificate, pem }: CertificateStatus): string {
  const facts = pairs([
    ["name", name],
    ["profile", profile === "puppet" ? null : profile],
    ["state", state],
    ...(request === null ? [] : requestPairs(request)),
    ...(certificate === null ? [] : certificatePairs(certificate)),
  ]);
  return pem === null ? facts : `${facts}\n${pem}`;
}

type Pairs = readonly (readonly [string, unknown])[];

const requestPairs = ({ fingerprints, altNames, extensions, receivedAt, from, note }: CertificateRequest): Pairs => [
  ["fingerprint", `(SHA-256) ${fingerprints.sha256}`],
  ["alt names", altNames.join(", ")],
  ["extensions", written(extensions).join(", ")],
  ["received", whenAndAgo(receivedAt)],
  ["from", from],
  ["why it waits", note],
];

const certificatePairs = (certificate: Certificate): Pairs => [
  ["serial", certificate.serial],
  ["fingerprint", certificate.fingerprints && `(SHA-256) ${certificate.fingerprints.sha256}`],
  ["alt names", certificate.altNames.join(", ")],
  ["extensions", written(certificate.extensions).join(", ")],
  ["valid", `${when(certificate.notBefore)} to ${when(certificate.notAfter)}`],
  ["issued", `${when(certificate.issuedAt)}, by ${certificate.issuedBy}`],
  ["revoked", certificate.revokedAt && `${when(certificate.revokedAt)}, by ${certificate.revokedBy}`],
];

/** The authority at a glance. */
export function authorityText({ origin, createdAt, certificates, crls, bundleSha256 }: Authority): string {
  const facts = pairs([
    ["name", certificates[0]?.name],
    ["fingerprint", certificates[0] && `(SHA-256) ${certificates[0].fingerprint}`],
    [origin, when(createdAt)],
    ["ca_fingerprint", bundleSha256],
  ]);
  const chain = table(
    ["CA CERTIFICATE", "ENDS", "FINGERPRINT (SHA-256)"],
    certificates.map(({ name, notAfter, fingerprint }) => [name, when(notAfter), fingerprint]),
    "There is none.",
  );
  const lists = table(
    ["ISSUER", "NUMBER", "WRITTEN", "ENDS", "REVOKED"],
    crls.map(({ issuer, number, thisUpdate, nextUpdate, revoked }) => [
      issuer,
      number,
      when(thisUpdate),
      when(nextUpdate),
      revoked,
    ]),
    "There is none.",
  );
  return `${facts}${section("certificates", chain)}${section("revocation lists", lists)}`;
}
