import type { AuthorityFacts } from "@gatehouse/api";
import type { CertificateStore } from "@gatehouse/core/certificates";
import { GatehouseError } from "@gatehouse/core/errors";
import { type AuthorityService, describeAuthority } from "@gatehouse/pki";
import type { AuthorityHealth } from "../doctor/authority.js";
import type { Listener } from "../listeners.js";

export interface FactsParts {
  readonly store: Pick<CertificateStore, "authority" | "crls">;
  readonly serverNames: readonly string[];
  readonly listeners: readonly Pick<Listener, "url" | "secure" | "mounts">[];
}

/** The authority as operators see it, and where a new Puppet agent is pointed. */
export async function authorityFacts({ store, serverNames, listeners }: FactsParts): Promise<AuthorityFacts> {
  const record = await store.authority();
  if (record === undefined) throw new GatehouseError("not-found", "This database has no authority.");
  const puppet = listeners.find(({ secure, mounts }) => secure && mounts.includes("puppet"));
  return {
    origin: record.origin,
    createdAt: record.createdAt,
    ...describeAuthority(record, await store.crls()),
    bootstrap: {
      server: serverNames[0] ?? null,
      port: puppet === undefined ? null : Number(new URL(puppet.url).port),
    },
  };
}

/** What the doctor looks at. */
export async function authorityHealth(service: AuthorityService, crlDays: number): Promise<AuthorityHealth> {
  const { certificates, crls } = await service.expirations();
  const interrupted = (await service.interrupted()).map(({ serial }) => serial);
  return { ready: service.ready(), missingCrls: service.missingCrls(), interrupted, certificates, crls, crlDays };
}
