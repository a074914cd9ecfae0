import { X509Certificate } from "node:crypto";
import { type Clock, systemClock } from "@gatehouse/core/clock";
import { asGatehouseError, GatehouseError } from "@gatehouse/core/errors";
import type { Alias, Enrolment, Evidence } from "@gatehouse/core/nodes";
import { noteCaller, observedAddress, type RouteRequest, type RouteRow, type VerifiedPeer } from "@gatehouse/http";
import type { PuppetDeps } from "./deps.js";

/** The extension that makes a certificate one of who administers: no agent's. */
const ADMINISTERS = "pp_cli_auth";
/** What some put into a request to prove themselves: nothing for anybody to read. */
const SECRET = new Set(["pp_preshared_key", "1.3.6.1.4.1.34380.1.1.4"]);
/** Alternative names that count. */
const MOST_NAMES = 64;

export const aliasOf = (certname: string): Alias => ({ family: "puppet", kind: "certname", value: certname });

/**
 * The same rows, with the agents that call them known to the registry: whoever calls under a certificate of profile
 * puppet is enrolled with its first call, and again when it shows a new certificate.
 * @returns rows that refuse agents of a deactivated node, as puppetserver refuses a call
 */
export function withAgents(rows: readonly RouteRow[], deps: Pick<PuppetDeps, "registry" | "clock">): RouteRow[] {
  const note = noteAgents(deps);
  return rows.map((row) => ({
    ...row,
    handle: async (request) => {
      try {
        await note(request);
      } catch (thrown) {
        // What the authority answers from memory it answers while the database is away; the rest says so itself.
        if (asGatehouseError(thrown).code !== "database-unavailable") throw thrown;
      }
      return row.handle(request);
    },
  }));
}

function noteAgents({ registry, clock = systemClock }: Pick<PuppetDeps, "registry"> & { readonly clock?: Clock }) {
  return async (request: RouteRequest): Promise<void> => {
    const { peer } = request;
    if (peer.kind !== "verified" || peer.profile !== "puppet" || Object.hasOwn(peer.extensions, ADMINISTERS)) return;
    const known = await registry.recentAgent(aliasOf(peer.name));
    if (known !== undefined) noteCaller(request, known);
    if (known?.state === "deactivated") throw refusal(request, known.nodeId);
    if (known !== undefined && known.attributes["certificate"] === peer.serial) {
      registry.touch(known.agentId, clock.now());
      return;
    }
    const { agentId, nodeId, created } = await registry.enrol(enrolmentOf(peer, observedAddress(request.raw)));
    noteCaller(request, { agentId, nodeId });
    registry.touch(agentId, clock.now());
    if (created)
      request.log.info("agent enrolled", { protocol: "puppet", agent: peer.name, node: nodeId, name: peer.name });
  };
}

function refusal({ path, method }: RouteRequest, nodeId: string): GatehouseError {
  const message = `Forbidden request: ${path} (method :${method.toLowerCase()}). Please see the server logs for details.`;
  return new GatehouseError("forbidden", message, { detail: `rule: node ${nodeId} is deactivated, by an operator` });
}

/**
 * An agent as the registry takes it, from its certificate: what our authority signed counts more than what is said.
 * @param from the address that it calls from, where that is its own
 */
export function enrolmentOf(peer: VerifiedPeer, from: string | undefined): Enrolment {
  const { name, serial } = peer;
  const extensions = Object.fromEntries(Object.entries(peer.extensions).filter(([key]) => !SECRET.has(key)));
  const attested = (kind: Evidence["kind"], value: string | undefined): Evidence[] =>
    value === undefined ? [] : [{ kind, value, proof: "attested" }];
  return {
    alias: aliasOf(name),
    nodeName: name,
    evidence: [
      ...attested("name", name),
      ...attested("uuid", extensions["pp_uuid"]),
      ...attested("serial", extensions["pp_instance_id"]),
      ...altNames(peer.certificate).flatMap(([kind, value]) => attested(kind, value)),
      ...(from === undefined ? [] : [{ kind: "address" as const, value: from, proof: "observed" as const }]),
    ],
    trust: "certificate",
    traits: { extensions },
    role: "certificate",
    keyId: null,
    detail: { serial, extensions },
    merge: (before) => ({ ...before, certificate: serial }),
  };
}

/** The other names and addresses in a certificate. */
function altNames(pem: string): (readonly ["name" | "address", string])[] {
  let text: string | undefined;
  try {
    text = new X509Certificate(pem).subjectAltName;
  } catch {
    // One that cannot be read says no more than its name, which was read where it was verified.
  }
  return [...(text ?? "").matchAll(/(?:^|, )(DNS|IP Address):([^",\s]+)/g)]
    .slice(0, MOST_NAMES)
    .map(([, type, value = ""]) => [type === "DNS" ? "name" : "address", value] as const);
}
