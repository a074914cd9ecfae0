import type { X509Certificate } from "node:crypto";
import type {
  Authority,
  Certificate,
  CertificateFilter,
  CertificateProfile,
  CertificateStatus,
  CertificateStore,
} from "@gatehouse/core/certificates";
import type { Clock } from "@gatehouse/core/clock";
import { GatehouseError } from "@gatehouse/core/errors";
import type { AutosignDeps } from "../autosign/evaluate.js";
import { createProgramRunner, type RunProgram } from "../autosign/executable.js";
import type { AutosignPolicy } from "../autosign/policy.js";
import type { Log } from "../log.js";
import { makeAuthority } from "../make.js";
import { type OidNames, puppetOids } from "../oids.js";
import type { Sign } from "../signing/sign.js";
import type { Context } from "./context.js";
import { Crls } from "./crls.js";
import { createGenerate } from "./generate.js";
import { createIssuer } from "./issue.js";
import { type LoadedAuthority, loadAuthority } from "./loaded.js";
import { createRenew } from "./renew.js";
import { Revocations } from "./revocations.js";
import { createRevoke } from "./revoke.js";
import type { AuthoritySettings } from "./settings.js";
import { createSign } from "./sign.js";
import { everyCertificate, standing, standingOf } from "./standing.js";
import { createSubmit } from "./submit.js";

export interface AuthorityDeps {
  readonly store: CertificateStore;
  /** Such as that of `signInThread`. */
  readonly sign: Sign;
  readonly clock: Clock;
  readonly settings: AuthoritySettings;
  readonly policy: Context["policy"];
  /** Counts one use of an autosign token. @returns false when there is none left */
  readonly takeToken: AutosignDeps["takeToken"];
  readonly log: Log;
  readonly oids?: OidNames;
  readonly run?: RunProgram;
  /** Told each serial as it becomes known here that it is revoked. */
  readonly onRevoked?: (serials: readonly string[]) => void;
}

/** The authority, and what the gateway does to keep it going. */
export interface AuthorityService extends Authority {
  /** Loads the authority, or makes one where there is none. @throws start-refused */
  start(): Promise<void>;
  /** Reads revocations and lists anew: on a notification, and every few seconds in case one was lost. */
  refresh(): Promise<void>;
  /** Signs lists anew that are past half of their life, or lack a revocation; every hour, say. @returns whose */
  renewCrls(): Promise<string[]>;
  /** Whether this replica heard of revocations lately; it issues nothing otherwise. */
  ready(): boolean;
  /** CAs of the chain without a revocation list: agents verify nothing then. */
  missingCrls(): string[];
  /** Issuers of verified peers; the same object as long as the authority is the same, undefined before the start. */
  trust(): { readonly certificates: readonly X509Certificate[] } | undefined;
  /** Revokes by serial: an interrupted signing has no other handle. @returns the serials newly revoked */
  revokeSerials(serials: readonly string[], by: string): Promise<string[]>;
  /** Serials with which nothing is known to be signed, of all names. */
  interrupted(): Promise<Certificate[]>;
}

const stateOf = ({ state }: Certificate): "signed" | "revoked" => (state === "revoked" ? "revoked" : "signed");

/** The certificate authority over a store. It holds no timer: the caller says when. */
export function createAuthority(deps: AuthorityDeps): AuthorityService {
  const { store, sign, clock, settings, policy, log, oids = puppetOids, run = createProgramRunner() } = deps;
  let loaded: LoadedAuthority | undefined;
  const authority = (): LoadedAuthority => {
    if (loaded === undefined) throw new GatehouseError("internal", "The authority has not been started.");
    return loaded;
  };
  const revocations = new Revocations({
    store,
    clock,
    confirmWithin: settings.confirmWithin,
    onRevoked: deps.onRevoked,
  });
  const crls = new Crls({ store, clock, sign, log, authority, revocations, crlTtl: settings.crlTtl });
  const autosign = { clock, oids, run, takeToken: deps.takeToken };
  const context: Context = { store, sign, clock, log, settings, oids, autosign, policy, revocations, crls, authority };
  const issue = createIssuer(context);
  const revoke = createRevoke(context);

  async function recordOrNew() {
    const existing = await store.authority();
    if (existing !== undefined) return existing;
    const { name, selfSigned, caTtl, crlTtl, caKeyBits } = settings;
    log.info("making a certificate authority", { name });
    const times = { now: clock.now(), lifetimeMs: caTtl * 1000, crlLifetimeMs: crlTtl * 1000 };
    const made = await makeAuthority({ name, selfSigned, keyBits: caKeyBits, ...times }, sign);
    try {
      return await store.found(made);
    } catch (thrown) {
      if (!(thrown instanceof GatehouseError) || thrown.code !== "conflict") throw thrown;
      // Another replica was first; ours was never used.
      const first = await store.authority();
      if (first === undefined) throw thrown;
      return first;
    }
  }

  async function status(name: string): Promise<CertificateStatus | undefined> {
    const { certificate } = await standingOf(store, name);
    if (certificate !== undefined) return { state: stateOf(certificate), certificate };
    const request = await store.request(name);
    return request && { state: "requested", request };
  }

  async function statuses({ state, name, profile }: CertificateFilter): Promise<CertificateStatus[]> {
    const wanted = (each: { name: string; profile: CertificateProfile }) =>
      (name === undefined || each.name === name) && (profile === undefined || each.profile === profile);
    const found: CertificateStatus[] = [];
    if (state === undefined || state === "requested") {
      for (const request of await store.requests()) if (wanted(request)) found.push({ state: "requested", request });
    }
    if (state === "requested") return found;
    for await (const certificate of standing(store, name === undefined ? {} : { name })) {
      const has = stateOf(certificate);
      if (wanted(certificate) && (state === undefined || state === has)) found.push({ state: has, certificate });
    }
    return found;
  }

  async function interrupted(): Promise<Certificate[]> {
    const found: Certificate[] = [];
    for await (const each of everyCertificate(store, {})) if (each.state === "intended") found.push(each);
    return found;
  }

  return {
    async start() {
      loaded = loadAuthority(await recordOrNew());
      await Promise.all([revocations.refresh(), crls.refresh()]);
      await crls.renew();
      const missing = crls.missing();
      if (missing.length > 0)
        log.warn("CAs of the chain have no revocation list: agents will not connect", { missing });
    },
    async refresh() {
      await Promise.all([revocations.refresh(), crls.refresh()]);
    },
    renewCrls: () => crls.renew(),
    ready: () => loaded !== undefined && revocations.confirmed,
    missingCrls: () => crls.missing(),
    trust: () => loaded?.trust,
    revokeSerials: (serials, by) => revoke.bySerials(serials, by),
    interrupted,

    async caBundle() {
      const { record } = authority();
      return { pem: record.chain, modifiedAt: record.createdAt };
    },
    async crlBundle() {
      return crls.bundle();
    },
    certificate: async (name) => (await standingOf(store, name)).certificate?.pem,
    request: async (name) => (await store.request(name))?.pem,
    submit: createSubmit(context, issue, revoke),
    deleteRequest: (name) => store.deleteRequest(name),
    status,
    statuses,
    sign: createSign(context, issue, revoke),
    revoke: (name, by) => revoke.byName(name, by),
    clean: (names, by) => revoke.clean(names, by),
    forget: async (name) => (await store.clean([name])).length > 0,
    renew: createRenew(context, issue),
    generate: createGenerate(context, issue, revoke),
    takeCrls: (pem) => crls.take(pem),
    async expirations() {
      const { chain } = authority();
      return {
        certificates: Object.fromEntries(chain.map(({ name, notAfter }) => [name ?? "", notAfter])),
        crls: Object.fromEntries(crls.ends()),
      };
    },
    isRevoked: (serial) => revocations.has(serial),
  };
}

/** A policy that is always the same, for tests and labs. */
export const fixedPolicy =
  (policies: Partial<Record<CertificateProfile, AutosignPolicy>>): Context["policy"] =>
  async (profile) =>
    policies[profile] ?? { rules: [] };
