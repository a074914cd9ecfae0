import { isIP } from "node:net";
import { stringsOf } from "@gatehouse/core/assignment";
import type { AgentAttributes, Alias, Enrolment, Evidence } from "@gatehouse/core/nodes";
import type { CertificateInformation, RegistrationBody } from "./wire/registration.js";

// DSC for Linux cuts its list of addresses here, in the middle of one if need be.
const LINUX_ADDRESSES_LENGTH = 254;

const LONGEST_VERSION = 100;

const ROLES = ["ConfigurationRepository", "ResourceRepository", "ReportServer"] as const;

export const aliasOf = (agentId: string): Alias => ({ family: "dsc", kind: "agentid", value: agentId });

/** The names that an agent registered, from its attributes. */
export const registeredNames = (attributes: AgentAttributes) => stringsOf(attributes["configurationNames"]);

/** A certificate's SHA-1 as agents and TLS write it, in one form: 40 upper-case digits; undefined for anything else. */
export function thumbprintOf(text: unknown): string | undefined {
  const digits = typeof text === "string" ? text.replace(/[:\s]/g, "").toUpperCase() : "";
  return /^[0-9A-F]{40}$/.test(digits) ? digits : undefined;
}

/** A registration as the registry takes it. */
export function toEnrolment(agentId: string, body: RegistrationBody, keyId: string): Enrolment {
  const { LCMVersion, NodeName, IPAddress } = body.AgentInformation;
  const said = body.RegistrationInformation.RegistrationMessageType;
  const role = ROLES.find((known) => known.toLowerCase() === said?.toLowerCase());
  const thumbprint = body.RegistrationInformation.CertificateInformation?.Thumbprint;
  return {
    alias: aliasOf(agentId),
    nodeName: NodeName?.trim() || agentId,
    evidence: evidenceOf(NodeName ?? "", IPAddress ?? ""),
    role: role ?? "Other",
    keyId,
    detail: {
      agentInformation: { LCMVersion, NodeName, IPAddress },
      certificateInformation: certificateOf(body.RegistrationInformation.CertificateInformation),
      messageType: said ?? null,
    },
    traits: LCMVersion ? { version: LCMVersion.slice(0, LONGEST_VERSION) } : {},
    merge: ({ waitingThumbprint: _, ...before }) => ({
      ...before,
      lcmVersion: LCMVersion ?? null,
      ipAddress: IPAddress ?? null,
      thumbprint: thumbprint ?? null,
      certificate: certificateAttribute(body.RegistrationInformation.CertificateInformation),
      configurationNames: namesAfter(registeredNames(before), role ?? said ?? undefined, body.ConfigurationNames),
    }),
  };
}

const CERTIFICATE_LEAVES = [
  "FriendlyName",
  "Issuer",
  "NotAfter",
  "NotBefore",
  "Subject",
  "PublicKey",
  "Thumbprint",
  "Version",
] as const;

/** What the protocol knows of a certificate, and nothing else that an agent may have written there. */
function certificateOf(said: CertificateInformation | null | undefined): object | null {
  return said ? Object.fromEntries(CERTIFICATE_LEAVES.map((leaf) => [leaf, said[leaf] ?? null])) : null;
}

/** What operators want to know of an agent's certificate: whose it is, and until when. */
export function certificateAttribute(said: CertificateInformation | null | undefined): object | null {
  const leaf = (text: string | null | undefined) => text?.slice(0, 1024) ?? null;
  return said
    ? {
        subject: leaf(said.Subject),
        issuer: leaf(said.Issuer),
        notBefore: leaf(said.NotBefore),
        notAfter: leaf(said.NotAfter),
      }
    : null;
}

/**
 * Names after a registration. One PUT comes per manager block: only a ConfigurationRepository may change the names,
 * and it takes them away by leaving the property out; an agent that states no type may set them, not remove them.
 */
function namesAfter(before: string[], type: string | undefined, names: readonly string[] | null | undefined): string[] {
  if (type === "ConfigurationRepository") return [...(names ?? [])];
  return type === undefined && names ? [...names] : before;
}

/** The host's name and its routable addresses; loopback and what was cut off at the end say nothing. */
function evidenceOf(nodeName: string, addresses: string): Evidence[] {
  const parts = addresses.split(";");
  if (addresses.length >= LINUX_ADDRESSES_LENGTH && !addresses.endsWith(";")) parts.pop();
  const found = parts
    .map((part) => part.trim().replace(/%.*$/, "").toLowerCase())
    .filter((part) => isIP(part) !== 0 && part !== "::1" && !part.startsWith("127."));
  const evidence: Evidence[] = [...new Set(found)].slice(0, 64).map((value) => ({ kind: "address", value }));
  if (nodeName.trim() !== "") evidence.unshift({ kind: "name", value: nodeName.trim() });
  return evidence;
}
