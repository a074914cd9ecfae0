import { hostname } from "node:os";
import { type AuthoritySettings, defaultSettings } from "@gatehouse/pki";
import type { Config } from "../../config/types.js";
import { LOOPBACK } from "../certificate.js";

const DAY_SECONDS = 86_400;
/** Characters that a common name may have (RFC 5280). */
const LONGEST_NAME = 64;

/** What the authority is told of the configuration. */
export function authoritySettings({ ca, serverNames }: Pick<Config, "ca" | "serverNames">): AuthoritySettings {
  const own = (serverNames[0] ?? hostname()).toLowerCase();
  return {
    ...defaultSettings,
    name: ca.name === "" ? `Puppet CA: ${own}`.slice(0, LONGEST_NAME) : ca.name,
    selfSigned: ca.selfSigned,
    caKeyBits: ca.keyBits,
    caTtl: ca.caDays * DAY_SECONDS,
    certificateTtl: ca.certificateDays * DAY_SECONDS,
    crlTtl: ca.crlDays * DAY_SECONDS,
    autoRenewal: ca.autoRenewal,
    autoRenewalTtl: ca.autoRenewalDays * DAY_SECONDS,
    allowDuplicates: ca.allowDuplicates,
    allowSubjectAltNames: ca.allowSubjectAltNames,
    allowAuthorizationExtensions: ca.allowAuthorizationExtensions,
    leafKey: ca.leafKey,
    confirmWithin: ca.confirmSeconds,
    mostRequests: ca.pendingRequests,
    // The machine's own name is not among them: an agent on it may have that one.
    ownNames: [...serverNames.map((name) => name.toLowerCase()), ...LOOPBACK],
  };
}
