import { type AgentAnswer, type AgentBody, observedAddress } from "@gatehouse/http";
import { readXml } from "@gatehouse/http/agent-xml";
import { agentIdAlias } from "@gatehouse/inventory";
import { secondsOf } from "../delay.js";
import type { GlpiDeps } from "../deps.js";
import { admitted, enrolled, type Sent } from "../enrol.js";
import { expirationOf } from "../expiration.js";
import { commonHeaders } from "../headers.js";

/** Bytes: recorded ones have 160. */
const LONGEST_PROLOG = 16 << 10;

/**
 * The deviceid of a PROLOG; undefined for what is no PROLOG. What is no XML is another's to refuse.
 */
export function prologOf({ bytes }: AgentBody): string | undefined {
  if (bytes.length > LONGEST_PROLOG) return undefined;
  try {
    const { children } = readXml(bytes, { levels: 8, elements: 100, text: 1000 });
    const said = new Map(children.map(({ name, text }) => [name, text.trim()]));
    return said.get("QUERY") === "PROLOG" ? said.get("DEVICEID") : undefined;
  } catch {
    return undefined;
  }
}

/**
 * An agent's first message to a server that it does not know, with its GLPI-Agent-ID. Answered in JSON, it knows us; with
 * `pending` and no delay it sends CONTACT at once (recording glpi-prolog-pending), with `ok` in its next run only (recording
 * glpi-native). Who owes us all of an inventory is answered in XML, and sends it in XML.
 */
export async function prolog(deps: GlpiDeps, deviceId: string, sent: Sent): Promise<AgentAnswer> {
  const { request } = sent;
  const { agentId, proxies } = commonHeaders(request.headers, deps.config.mostProxies);
  const known = agentId === undefined ? undefined : await deps.registry.findAgent(agentIdAlias(agentId));
  const verdict = await admitted(deps, { known, deviceId, ...(agentId !== undefined && { agentId }) }, sent);
  if (known !== undefined) deps.registry.touch(known.agentId, deps.clock.now());
  // Its CONTACT tells one that is held that it has nothing to do.
  if (verdict === "held") return json(202, { status: "pending", expiration: 0 });
  if (deps.config.forceFull && known?.attributes["needsFull"] === true) {
    const hours = hoursOf(expirationOf(await deps.assignments.of(known), deps));
    return {
      ...{ status: 200, syntax: "xml" },
      text: `<?xml version="1.0" encoding="UTF-8"?>\n<REPLY><RESPONSE>SEND</RESPONSE><PROLOG_FREQ>${hours}</PROLOG_FREQ></REPLY>\n`,
    };
  }
  if (deps.config.prolog === "pending") return json(202, { status: "pending", expiration: 0 });
  const from = observedAddress(request.raw);
  const said = { deviceId, proxies, ...(agentId !== undefined && { agentId }), ...(from !== undefined && { from }) };
  const { agent, verdict: now } = known === undefined ? await enrolled(deps, said, sent) : { agent: known, verdict };
  if (now === "held") return json(202, { status: "pending", expiration: 0 });
  return json(200, { status: "ok", expiration: expirationOf(await deps.assignments.of(agent), deps) });
}

const json = (status: number, value: object): AgentAnswer => ({ status, syntax: "json", text: JSON.stringify(value) });

/** PROLOG_FREQ counts in hours, and may have a fraction. */
function hoursOf(delay: string): number {
  return Math.round((secondsOf(delay) / 3600) * 10_000) / 10_000;
}
