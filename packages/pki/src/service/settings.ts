import type { PolicySettings } from "../policy.js";

/** How the authority behaves; times in seconds, as Puppet's `ttl` settings have them. */
export interface AuthoritySettings extends PolicySettings {
  /** Common name of the signing CA that is made where there is none; Puppet writes `Puppet CA: <host>`. */
  readonly name: string;
  /** Makes one self-signed CA instead of a root and an intermediate. */
  readonly selfSigned: boolean;
  readonly caTtl: number;
  readonly certificateTtl: number;
  /** Whether POST certificate_renewal is offered, and what asks for it gets a short life; `allow-auto-renewal`. */
  readonly autoRenewal: boolean;
  readonly autoRenewalTtl: number;
  /** How long a revocation list holds. Agents below 8 never fetch one again (wire/decisions.md row 29). */
  readonly crlTtl: number;
  /** Whether a request may come again for a name that has one; `allow-duplicate-certs`. */
  readonly allowDuplicates: boolean;
  /** Names that agents know the gateway by: no rule signs a node's request for them. */
  readonly ownNames: readonly string[];
  /** Bits of a CA key that is made. */
  readonly caKeyBits: number;
  /** The kind of key that `generate` makes. */
  readonly leafKey: "rsa-2048" | "rsa-4096" | "ec-p256";
  /** Nothing is issued by a replica that could not ask for revocations for this long. */
  readonly confirmWithin: number;
  /** Certificates that may be at work at once. */
  readonly mostAtWork: number;
  /** Requests of all profiles that may wait: anybody may send one. */
  readonly mostRequests: number;
}

const DAY = 86_400;
const YEAR = 365 * DAY;

/** Puppetserver's own values, but for renewal, which it ships switched off (wire/puppet.md section 4). */
export const defaultSettings: Omit<AuthoritySettings, "name"> = {
  selfSigned: false,
  caTtl: 15 * YEAR,
  certificateTtl: 5 * YEAR,
  autoRenewal: false,
  autoRenewalTtl: 90 * DAY,
  crlTtl: 5 * YEAR,
  allowDuplicates: false,
  allowSubjectAltNames: false,
  allowAuthorizationExtensions: false,
  ownNames: [],
  caKeyBits: 4096,
  leafKey: "rsa-2048",
  confirmWithin: 30,
  mostAtWork: 500,
  mostRequests: 5000,
};
