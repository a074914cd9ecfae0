import type { AuditLog } from "@gatehouse/core/audit";
import { systemClock } from "@gatehouse/core/clock";
import { ConnectionsBySerial, createPeerIdentity, type Log, type PeerIdentity } from "@gatehouse/http";
import { type AuthorityService, createAuthority, extensionsOf, profileOf, signInThread } from "@gatehouse/pki";
import {
  AUTHORITY_CHANNEL,
  createAutosignRules,
  createCertificateStore,
  type Database,
  type SecretBox,
} from "@gatehouse/store";
import { oidNamesOf } from "../../config/authority.js";
import type { Config } from "../../config/types.js";
import { authoritySettings } from "./settings.js";

/** Revocations are known everywhere after this long, also where a notification was lost. */
const REFRESH_MS = 3_000;

export interface GatewayAuthorityParts {
  readonly config: Pick<Config, "ca" | "serverNames">;
  readonly db: Database;
  readonly box: SecretBox;
  readonly audit: AuditLog;
  readonly log: Log;
}

/** The authority of this gateway, with what keeps it going. */
export interface GatewayAuthority {
  readonly service: AuthorityService;
  readonly store: ReturnType<typeof createCertificateStore>;
  readonly rules: ReturnType<typeof createAutosignRules>;
  readonly peerOf: PeerIdentity;
  /** Loads or makes the authority, and listens for what other gateways change. @throws start-refused */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export function createGatewayAuthority({ config, db, box, audit, log }: GatewayAuthorityParts): GatewayAuthority {
  const store = createCertificateStore(db, box);
  const rules = createAutosignRules(db);
  const oids = oidNamesOf(config.ca);
  const connections = new ConnectionsBySerial();
  const signer = signInThread();
  const service = createAuthority({
    store,
    sign: signer.sign,
    clock: systemClock,
    settings: authoritySettings(config),
    // What stands in the configuration comes first: nobody changes it from afar.
    policy: async () => ({ rules: [...config.ca.autosign, ...(await rules.list()).map(({ rule }) => rule)] }),
    tokenUses: () => rules.uses(),
    audit,
    log,
    oids,
    onRevoked: (serials) => {
      const closed = connections.closeRevoked(serials);
      if (closed > 0) log.info("connections of revoked certificates closed", { closed });
    },
  });

  let failing = false;
  const refresh = async () => {
    try {
      await service.refresh();
      if (failing) log.info("revocations are known again");
      failing = false;
    } catch (thrown) {
      // Once, and not every three seconds for as long as a database is away: /readyz says it too.
      if (!failing) log.warn("revocations could not be asked for", { reason: (thrown as Error).message });
      failing = true;
    }
  };
  const soon = () => void refresh();
  const changes = db.notifications(AUTHORITY_CHANNEL, { onNotice: soon, onGap: () => undefined });
  let timer: NodeJS.Timeout | undefined;

  return {
    service,
    store,
    rules,
    peerOf: createPeerIdentity({
      trust: () => service.trust(),
      profileOf: (_, der) => profileOf(der),
      extensionsOf: (der) => extensionsOf(der, oids),
      isRevoked: (serial) => service.isRevoked(serial),
      clock: systemClock,
      connections,
    }),
    async start() {
      await service.start();
      timer = setInterval(soon, REFRESH_MS);
      timer.unref();
      await changes.listen();
    },
    async stop() {
      clearInterval(timer);
      await changes.close();
      await signer.close();
    },
  };
}
