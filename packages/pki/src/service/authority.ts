import type { X509Certificate } from "node:crypto";
import type { AuditLog } from "@gatehouse/core/audit";
import {
  type Authority,
  type AuthorityBundles,
  type AuthorityRecord,
  type Certificate,
  type CertificateProfile,
  type CertificateStore,
  certificateProfiles,
  type ProfileAuthority,
} from "@gatehouse/core/certificates";
import type { Clock } from "@gatehouse/core/clock";
import { GatehouseError } from "@gatehouse/core/errors";
import { createProgramRunner, type RunProgram } from "../autosign/executable.js";
import type { Log } from "../log.js";
import { makeAuthority } from "../make.js";
import { type OidNames, puppetOids } from "../oids.js";
import type { Sign } from "../signing/sign.js";
import { createAudit } from "./audit.js";
import type { Context } from "./context.js";
import { Crls } from "./crls.js";
import { createIssuer } from "./issue.js";
import { type LoadedAuthority, loadAuthority } from "./loaded.js";
import { oneAtATime } from "./one-at-a-time.js";
import { everyCertificate } from "./pages.js";
import { createProfile } from "./profile.js";
import { Revocations } from "./revocations.js";
import { createRevoke } from "./revoke.js";
import type { AuthoritySettings } from "./settings.js";

export interface AuthorityDeps extends Pick<Context, "policy" | "tokenUses"> {
  readonly store: CertificateStore;
  /** Such as that of `signInThread`. */
  readonly sign: Sign;
  readonly clock: Clock;
  readonly settings: AuthoritySettings;
  /** Who did what; an act stands also where it cannot be written down. */
  readonly audit: Pick<AuditLog, "record">;
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
  /** Takes in what has changed: on a notification, and every few seconds in case one was lost. */
  refresh(): Promise<void>;
  /** Signs lists anew that are past half of their life, or lack a revocation; every hour, say. @returns whose */
  renewCrls(): Promise<string[]>;
  /** Whether this replica heard of revocations lately; it issues nothing otherwise. */
  ready(): boolean;
  /** CAs of the chain without a revocation list: agents verify nothing then. */
  missingCrls(): string[];
  /** Issuers of verified peers; the same object as long as the authority is the same, undefined before the start. */
  trust(): { readonly certificates: readonly X509Certificate[] } | undefined;
  /** Serials with which nothing is known to be signed, of all names. */
  interrupted(): Promise<Certificate[]>;
}

/** The certificate authority over a store. It holds no timer: the caller says when. */
export function createAuthority(deps: AuthorityDeps): AuthorityService {
  const { store, sign, clock, settings, policy, tokenUses, log, oids = puppetOids } = deps;
  let loaded: LoadedAuthority | undefined;
  const authority = (): LoadedAuthority => {
    if (loaded === undefined) throw new GatehouseError("internal", "The authority has not been started.");
    return loaded;
  };
  const { confirmWithin, crlTtl } = settings;
  const revocations = new Revocations({ store, clock, confirmWithin, onRevoked: deps.onRevoked });
  const crls = new Crls({ store, clock, sign, log, authority, revocations, crlTtl });
  const autosign = { clock, oids, run: deps.run ?? createProgramRunner() };
  const audit = createAudit(deps.audit, log);
  const plain = { store, sign, clock, log, audit, settings, oids, policy, tokenUses };
  const context: Context = { ...plain, autosign, revocations, crls, authority };
  const issue = createIssuer(context);
  const revoke = createRevoke(context);

  const bundles: AuthorityBundles = {
    async caBundle() {
      const { record } = authority();
      return { pem: record.chain, modifiedAt: record.createdAt };
    },
    async crlBundle() {
      return crls.bundle();
    },
    async expirations() {
      const { chain } = authority();
      return {
        certificates: Object.fromEntries(chain.map(({ name, notAfter }) => [name ?? "", notAfter])),
        crls: Object.fromEntries(crls.ends()),
      };
    },
    async takeCrls(pem, by) {
      for (const { issuer, number } of await crls.take(pem)) {
        await audit("ca.crl.take", by, issuer, { number: `${number}` });
      }
    },
  };

  const profiles = new Map<CertificateProfile, ProfileAuthority>(
    certificateProfiles.map((profile) => [profile, { ...bundles, ...createProfile(context, profile, issue, revoke) }]),
  );

  let known: string | undefined;
  const refresh = oneAtATime(async () => {
    const asked = clock.now();
    const version = await store.version();
    if (version === known) return revocations.confirmAsOf(asked);
    await Promise.all([revocations.refresh(), crls.refresh()]);
    known = version;
  });

  return {
    ...bundles,
    of(profile) {
      const found = profiles.get(profile);
      if (found === undefined) throw new TypeError(`no profile ${profile}`);
      return found;
    },
    async start() {
      loaded = loadAuthority(await recordOrNew(context));
      await refresh();
      await crls.renew();
      const missing = crls.missing();
      if (missing.length > 0)
        log.warn("CAs of the chain have no revocation list: agents will not connect", { missing });
    },
    refresh,
    renewCrls: () => crls.renew(),
    ready: () => loaded !== undefined && revocations.confirmed,
    missingCrls: () => crls.missing(),
    trust: () => loaded?.trust,
    revokeSerials: (serials, by) => revoke.serials(serials, by),
    async interrupted() {
      const found: Certificate[] = [];
      for await (const each of everyCertificate(store, { state: "intended" })) found.push(each);
      return found;
    },
    isRevoked: (serial) => revocations.has(serial),
  };
}

async function recordOrNew({ store, sign, clock, settings, log }: Context): Promise<AuthorityRecord> {
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
