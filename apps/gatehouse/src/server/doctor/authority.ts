import type { HealthCheck } from "@gatehouse/core/health";
import { failed, ok, warning } from "./check.js";
import { counted, lasting } from "./words.js";

const SOON_MS = 30 * 86_400_000;
/** Below this, agents that never fetch a list again run into its end (wire/decisions.md row 29). */
const CRL_DAYS = 1825;

/** What is looked at of the authority. */
export interface AuthorityHealth {
  /** Whether this gateway heard of revocations lately. */
  readonly ready: boolean;
  /** CAs of the chain without a revocation list. */
  readonly missingCrls: readonly string[];
  /** Signings that a crash cut off, by their serials. */
  readonly interrupted: readonly string[];
  /** When each CA certificate and each list ends, by name. */
  readonly certificates: Readonly<Record<string, Date>>;
  readonly crls: Readonly<Record<string, Date>>;
  /** As configured: how long a list holds. */
  readonly crlDays: number;
}

/** Whether agents will go on trusting what they are shown. */
export function authorityChecks(health: AuthorityHealth, now: Date): HealthCheck[] {
  return [authorityCheck(health, now), crlCheck(health, now)];
}

function authorityCheck({ ready, interrupted, certificates }: AuthorityHealth, now: Date): HealthCheck {
  const id = "authority";
  if (!ready)
    return failed(
      id,
      "This gateway has not heard of revocations lately: it issues nothing, and is not ready.",
      "See what is wrong with the database, or with the connection to it.",
    );
  const [name, end] = soonest(certificates);
  if (end === undefined) return failed(id, "There is no authority.", "Look at the log of this gateway's start.");
  const left = end.getTime() - now.getTime();
  if (left <= 0)
    return failed(
      id,
      `The certificate of ${name} ended ${lasting(-left)} ago.`,
      "No agent trusts this authority any more.",
    );
  if (left < 12 * SOON_MS)
    return warning(
      id,
      `The certificate of ${name} ends in ${lasting(left)}.`,
      "Plan for another authority: every agent has to be given it before then.",
    );
  if (interrupted.length > 0)
    return warning(
      id,
      `${counted(interrupted.length, "signing was", "signings were")} cut off: ${interrupted.slice(0, 5).join(", ")}.`,
      "Nothing is known to be signed with these serials. Revoke them: gatehouse ca revoke --serial SERIAL.",
    );
  return ok(id, `The authority's certificates last until ${end.toISOString().slice(0, 10)}.`);
}

function crlCheck({ missingCrls, crls, crlDays }: AuthorityHealth, now: Date): HealthCheck {
  const id = "revocation-lists";
  if (missingCrls.length > 0)
    return failed(
      id,
      `There is no revocation list of ${missingCrls.join(", ")}.`,
      "Agents connect to nothing without one of every CA: PUT it to /puppet-ca/v1/certificate_revocation_list.",
    );
  const [issuer, end] = soonest(crls);
  const left = (end?.getTime() ?? 0) - now.getTime();
  if (end === undefined || left <= 0)
    return failed(
      id,
      `The revocation list of ${issuer} has ended.`,
      "Agents refuse every certificate: bring a new list.",
    );
  if (left < SOON_MS)
    return warning(
      id,
      `The revocation list of ${issuer} ends in ${lasting(left)}.`,
      "Our own are renewed at half of their life; see the task crl-renewal. One of another issuer has to be brought.",
    );
  if (crlDays < CRL_DAYS)
    return warning(
      id,
      `Lists hold ${counted(crlDays, "day")} (ca.crlDays).`,
      "Puppet agents below 8 never fetch one again: theirs stops them when it ends, and so does that of a machine that was off for longer.",
    );
  return ok(id, `The revocation lists last until ${end.toISOString().slice(0, 10)}.`);
}

const soonest = (ends: Readonly<Record<string, Date>>): [name: string, end: Date | undefined] =>
  Object.entries(ends).toSorted(([, a], [, b]) => a.getTime() - b.getTime())[0] ?? ["", undefined];
