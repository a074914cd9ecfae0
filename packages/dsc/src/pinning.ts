import { X509Certificate } from "node:crypto";
import { GatehouseError } from "@gatehouse/core/errors";
import type { KnownAgent } from "@gatehouse/core/nodes";
import type { Peer } from "@gatehouse/http";
import type { DscConfig } from "./config.js";
import { thumbprintOf } from "./mapping.js";

/** The setting by which an operator vouches for a certificate that the agent did not register. */
export const DSC_TRUSTED_THUMBPRINT = "dsc.trustedThumbprint";

/** The thumbprint of the certificate whose key the peer holds: TLS has made it prove that. */
export function presentedThumbprint(peer: Peer): string | undefined {
  if (peer.kind === "none") return undefined;
  return thumbprintOf(peer.kind === "unverified" ? peer.thumbprint : new X509Certificate(peer.certificate).fingerprint);
}

/** The certificates that prove this agent: the one that it registered or rotated to, and the one an operator trusts. */
export function trustedThumbprints({ attributes, settings }: Pick<KnownAgent, "attributes" | "settings">): string[] {
  return [attributes["thumbprint"], settings[DSC_TRUSTED_THUMBPRINT]].flatMap((value) => thumbprintOf(value) ?? []);
}

/**
 * Why a peer may not speak for an agent, or undefined where it may (wire/decisions.md row 5).
 * `pin`: who presents a certificate must present the agent's; `require`: and everybody must present one.
 */
export function pinBroken(
  mode: DscConfig["certificates"],
  agent: Pick<KnownAgent, "attributes" | "settings">,
  peer: Peer,
): string | undefined {
  if (mode === "off") return undefined;
  const presented = presentedThumbprint(peer);
  if (presented === undefined) return mode === "require" ? "no client certificate" : undefined;
  const trusted = trustedThumbprints(agent);
  if (trusted.includes(presented)) return undefined;
  // A registration that named none has nothing to be held against; it is there for agents of before the pinning.
  if (trusted.length === 0) return mode === "require" ? "no thumbprint is registered" : undefined;
  return `the client certificate ${presented} is neither the registered one nor trusted by an operator`;
}

/** Whether the registered certificate has ended: a new one is then no sign of an impostor, and waits for an operator. */
export function pinHasEnded({ attributes }: Pick<KnownAgent, "attributes">, now: Date): boolean {
  const certificate = attributes["certificate"] as { notAfter?: unknown } | null | undefined;
  const end = typeof certificate?.notAfter === "string" ? Date.parse(certificate.notAfter) : Number.NaN;
  return end < now.getTime();
}

/** The refusal of a peer that may not speak for an agent. */
export const unproven = (rule: string): GatehouseError =>
  new GatehouseError("unauthenticated", "The certificate of this agent is needed.", { detail: `rule: ${rule}` });
