import type { HealthCheck } from "@gatehouse/core/health";
import { LCM_HEADERS, pullServerCheck, serviceDocument } from "./agents-view.js";
import { certificateCheck } from "./certificate.js";
import { examined, failed, ok } from "./check.js";
import type { DoctorParts, ListenerFacts } from "./parts.js";
import { type Probed, probe } from "./probe.js";

type Parts = Pick<DoctorParts, "dscPrefixes" | "serverNames">;

/** Every listener, called from this machine as the agents on it call it, and its certificate. */
export async function listenerChecks(
  listeners: readonly ListenerFacts[],
  parts: Parts,
  now: Date,
): Promise<HealthCheck[]> {
  return (await Promise.all(listeners.map((listener) => listenerCheck(listener, parts, now)))).flat();
}

function listenerCheck(listener: ListenerFacts, parts: Parts, now: Date): Promise<HealthCheck[]> {
  const { host } = new URL(listener.url);
  const id = `listener:${host}`;
  const advice = `Nothing answers on ${listener.url} from this machine: look at the log, and at what filters connections here.`;
  return examined(id, advice, async () => {
    const dsc = listener.mounts.includes("dsc");
    const path = dsc ? serviceDocument(parts.dscPrefixes) : listener.mounts.includes("platform") ? "/healthz" : "/";
    const answer = await probe(listener.url, path, dsc ? LCM_HEADERS : {});
    const { certificate } = answer;
    if (certificate !== null && certificate.fingerprint256 !== listener.fingerprint)
      return failed(
        id,
        `${listener.url} shows another certificate than the one that this gateway started with.`,
        "Another program answers there: find it, or give this listener another address.",
      );
    const answers = dsc ? pullServerCheck(id, `${listener.url}${path}`, answer) : plainCheck(id, listener.url, answer);
    return certificate === null
      ? [answers]
      : [answers, certificateCheck(`certificate:${host}`, certificate, parts.serverNames, now)];
  });
}

const plainCheck = (id: string, url: string, { status }: Probed): HealthCheck =>
  status === 200
    ? ok(id, `${url} answers.`)
    : failed(id, `${url} answers ${status}.`, "Look at the log: the gateway is overloaded or stopping.");
