import { isIP } from "node:net";
import type { HealthCheck } from "@gatehouse/core/health";
import { LCM_HEADERS, pullServerCheck, serviceDocument } from "../../server/doctor/agents-view.js";
import { certificateCheck } from "../../server/doctor/certificate.js";
import { examined, warning } from "../../server/doctor/check.js";
import { judgeClock } from "../../server/doctor/clock.js";
import type { ListenerFacts } from "../../server/doctor/parts.js";
import { probe } from "../../server/doctor/probe.js";

/** An address to call; `mounts` where it is known what is there. */
export type Address = Pick<ListenerFacts, "url"> & Partial<Pick<ListenerFacts, "mounts">>;

export interface AgentsView {
  readonly dscPrefixes: readonly string[];
  /** Names that agents use; the address's own when it is no loopback. */
  readonly serverNames: readonly string[];
  readonly now: Date;
}

/** An address called as an LCM on this machine calls it, and its certificate looked at with an LCM's eyes. */
export function reachChecks({ url, mounts }: Address, view: AgentsView): Promise<HealthCheck[]> {
  const { host, hostname } = new URL(url);
  const id = `agents:${host}`;
  const advice =
    "Agents on this machine do not reach it either: look at the address, at firewalls, and at the gateway.";
  return examined(id, advice, async () => {
    const path = serviceDocument(view.dscPrefixes);
    const answer = await probe(url, path, LCM_HEADERS);
    const isOpen = mounts !== undefined || answer.status !== 404;
    const pulls = isOpen
      ? pullServerCheck(id, `${url}${path}`, answer)
      : warning(
          id,
          `${url}${path} answers 404 to an LCM.`,
          "Nothing to do when this listener does not mount dsc; else compare the path with dsc.prefixes.",
        );
    if (answer.certificate === null) return pulls;
    const name = hostname.replace(/^\[|\]$/g, "");
    const names = isLoopback(name) ? view.serverNames : [...new Set([name, ...view.serverNames])];
    return [pulls, certificateCheck(`certificate:${host}`, answer.certificate, names, view.now)];
  });
}

const isLoopback = (name: string) =>
  name === "localhost" || name === "::1" || (isIP(name) === 4 && /^127\./.test(name));

/**
 * The gateway's clock by the Date of an answer.
 * @param now this machine's clock when the answer came
 */
export function serverClockCheck(date: string | null, now: Date): HealthCheck {
  const theirs = Date.parse(date ?? "");
  if (Number.isNaN(theirs))
    return warning("clock", "The answer has no Date.", "A proxy in between takes it away: compare the clocks by hand.");
  // A Date has whole seconds: half of one is what is cut off on average.
  return judgeClock("clock", "The gateway's clock", theirs + 500 - now.getTime(), {
    warningMs: 30_000,
    failedMs: 300_000,
    advice: "Let NTP set both machines' clocks: certificates, tokens and reports depend on them.",
  });
}
