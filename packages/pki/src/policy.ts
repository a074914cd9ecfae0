import type { CertificateProfile } from "@gatehouse/core/certificates";
import { altNameText, isDnsName } from "./alt-names.js";
import { certnameRefusal, machineIdRefusal, shown } from "./names.js";
import { Arc, isBelow, Oid } from "./oids.js";
import type { SigningRequest } from "./request.js";

export interface PolicySettings {
  /** Whether a request may ask for names beside its own; puppetserver's `allow-subject-alt-names`. */
  readonly allowSubjectAltNames: boolean;
  /** Whether it may ask for pp_auth_role and the like; puppetserver's `allow-authorization-extensions`. */
  readonly allowAuthorizationExtensions: boolean;
}

/** Why not, in words fit for the sender; undefined where nothing speaks against it. */
export type Refusal = string | undefined;

const LEAST_RSA_BITS = 2048;
/** Above this, every handshake of the node costs the server more than it is worth. */
const MOST_RSA_BITS = 8192;
/** Each is kept, listed, and sent in every handshake of the node. */
const MOST_ALT_NAMES = 100;
const MOST_PUPPET_EXTENSIONS = 50;
/** Characters. */
const LONGEST_VALUE = 1024;
/** Object identifiers that a message names. */
const NAMED = 10;
const CURVES = ["EC P-256", "EC P-384", "EC P-521"];

export const nameRefusal = (name: string, profile: CertificateProfile): Refusal =>
  profile === "inventory" ? machineIdRefusal(name) : certnameRefusal(name);

/** The subject against the name that the request came under; asked before it is stored. */
export function subjectRefusal(name: string, request: SigningRequest, profile: CertificateProfile): Refusal {
  if (request.name !== name) {
    return `Instance name "${shown(request.name)}" does not match requested key "${shown(name)}"`;
  }
  return nameRefusal(name, profile);
}

/**
 * What no setting and no operator can make good: weak keys, forged signatures, names with asterisks, extensions that are
 * nobody's to ask for, more than a node could need. It is refused before it is stored, and the name stays free for the host's next try; puppetserver
 * stores it, and signs weak keys (wire/puppet.md section 4).
 */
export function badRequestRefusal(request: SigningRequest, profile: CertificateProfile): Refusal {
  return (
    altNameFormRefusal(request) ??
    extensionsRefusal(request, profile) ??
    valuesRefusal(request) ??
    keyRefusal(request) ??
    forged(request)
  );
}

const forged = (request: SigningRequest): Refusal =>
  request.isSigned() ? undefined : "CSR contains a public key that does not correspond to the signing key";

/** Keys that are too weak, and digests that can be forged. */
function keyRefusal({ publicKey, signatureAlgorithm }: SigningRequest): Refusal {
  const { type, bits, label } = publicKey;
  if (type === "rsa" && bits < LEAST_RSA_BITS)
    return `The key is too weak: ${label}, at least RSA ${LEAST_RSA_BITS} is needed.`;
  if (type === "rsa" && bits > MOST_RSA_BITS)
    return `The key is too long: ${label}, at most RSA ${MOST_RSA_BITS} is taken.`;
  if (type !== "rsa" && !CURVES.includes(label)) return `Keys of this kind are not signed: ${shown(label)}.`;
  if (signatureAlgorithm.broken) return `The request is signed with a broken digest: ${signatureAlgorithm.name}.`;
  if (signatureAlgorithm.hash === null)
    return `The request is signed in a way that is not known: ${signatureAlgorithm.name}.`;
  return undefined;
}

/**
 * What puppetserver checks before it signs, in its words (`process-csr-submission!` after autosign said yes,
 * `validate-csr` after an operator did): other names, authorization, and what nothing makes good.
 */
export function signingRefusal(
  request: SigningRequest,
  profile: CertificateProfile,
  settings: PolicySettings,
): Refusal {
  // Who signs for a server or an operator is an administrator who wrote the names himself.
  const altNames = profile === "server" || (profile === "puppet" && settings.allowSubjectAltNames);
  return (
    (altNames ? undefined : extraNamesRefusal(request)) ??
    authorizationRefusal(request, settings) ??
    badRequestRefusal(request, profile)
  );
}

function extraNamesRefusal({ name, altNames }: SigningRequest): Refusal {
  const extra = altNames.filter(({ kind, value }) => kind !== "DNS" || value !== name);
  if (extra.length === 0) return undefined;
  const names = shown(extra.map(altNameText).join(", "));
  return (
    `CSR '${shown(name)}' contains extra subject alternative names (${names}), which are disallowed. ` +
    "To allow subject alternative names, set allow-subject-alt-names to true for the authority."
  );
}

function altNameFormRefusal({ altNames }: SigningRequest): Refusal {
  if (altNames.length > MOST_ALT_NAMES) {
    return `The request asks for ${altNames.length} alternative names, at most ${MOST_ALT_NAMES} are taken.`;
  }
  if (altNames.some(({ kind }) => kind !== "DNS" && kind !== "IP")) {
    return "Only DNS and IP names are allowed in the Subject Alternative Names extension";
  }
  for (const { kind, value } of altNames) {
    if (value.includes("*")) return `Cert subjectAltName contains a wildcard, which is not allowed: ${shown(value)}`;
    if (kind === "DNS" && !isDnsName(value)) return `Cert subjectAltName is not a DNS name: ${shown(value)}`;
  }
  return undefined;
}

function authorizationRefusal({ name, extensions }: SigningRequest, settings: PolicySettings): Refusal {
  if (settings.allowAuthorizationExtensions || !extensions.some(({ oid }) => isBelow(Arc.authorization, oid))) return;
  return (
    `CSR '${shown(name)}' contains an authorization extension, which is disallowed. ` +
    "To allow authorization extensions, set allow-authorization-extensions to true for the authority."
  );
}

function extensionsRefusal({ extensions }: SigningRequest, profile: CertificateProfile): Refusal {
  const bad = extensions.filter(({ oid }) => !isPermitted(oid, profile)).map(({ oid }) => oid);
  if (bad.length === 0) return undefined;
  const more = bad.length > NAMED ? ` and ${bad.length - NAMED} more` : "";
  return `Found extensions that are not permitted: ${bad.slice(0, NAMED).join(", ")}${more}`;
}

/** What Puppet's extensions hold: people and terminals read it in lists. */
function valuesRefusal({ puppet }: SigningRequest): Refusal {
  if (puppet.length > MOST_PUPPET_EXTENSIONS) {
    return `The request asks for ${puppet.length} Puppet extensions, at most ${MOST_PUPPET_EXTENSIONS} are taken.`;
  }
  for (const { oid, value } of puppet) {
    if (value.length > LONGEST_VALUE) {
      return `The value of the extension ${oid} is too long: ${value.length} characters, at most ${LONGEST_VALUE} are taken.`;
    }
    if (/\p{Cc}/u.test(value)) return `The value of the extension ${oid} holds control characters.`;
  }
  return undefined;
}

/** `allowed-extension?`: pp_cli_auth makes an administrator, and comes from one or not at all. */
function isPermitted(oid: string, profile: CertificateProfile): boolean {
  if (oid === Oid.subjectAltName) return true;
  if (profile === "inventory") return false;
  const authorization = isBelow(Arc.authorization, oid) && oid !== Oid.cliAuth;
  return authorization || isBelow(Arc.registered, oid) || isBelow(Arc.private, oid);
}
