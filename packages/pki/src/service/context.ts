import type { AutosignPolicy, CertificateStore } from "@gatehouse/core/certificates";
import type { Clock } from "@gatehouse/core/clock";
import type { AutosignDeps } from "../autosign/evaluate.js";
import type { Log } from "../log.js";
import type { OidNames } from "../oids.js";
import type { Sign } from "../signing/sign.js";
import type { Audit } from "./audit.js";
import type { Crls } from "./crls.js";
import type { LoadedAuthority } from "./loaded.js";
import type { Revocations } from "./revocations.js";
import type { AuthoritySettings } from "./settings.js";

/** What the acts of the authority work with. */
export interface Context {
  readonly store: CertificateStore;
  readonly sign: Sign;
  readonly clock: Clock;
  readonly log: Log;
  readonly audit: Audit;
  readonly settings: AuthoritySettings;
  readonly oids: OidNames;
  readonly autosign: AutosignDeps;
  /** Of every profile. Asked on each request: operators change it while the gateway runs. */
  readonly policy: () => Promise<AutosignPolicy>;
  /** How often each token was used, by its hash. */
  readonly tokenUses: () => Promise<ReadonlyMap<string, number>>;
  readonly revocations: Revocations;
  readonly crls: Crls;
  /** @throws internal before the start */
  readonly authority: () => LoadedAuthority;
}
