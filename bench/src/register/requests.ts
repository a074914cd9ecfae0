import { agentId } from "../load/agent-id.js";
import type { RequestShape } from "../load/types.js";

/** As an agent without compression writes them: both subjects read the same bytes. */
const HEADERS = { "User-Agent": "GLPI-Agent_v1.12", "Content-Type": "application/json", Pragma: "no-cache" };

/** Any agent's id, in lower case as the protocol has it. */
export const idOf = (n: number): string => agentId(n).toLowerCase();

/** What an agent says first. */
const first = (deviceid: string) => ({
  ...{ action: "register", deviceid: `${deviceid}-2024-02-29-12-00-00`, port: 62354 },
  ...{ name: "GLPI-Agent", version: "1.12" },
});

/** A message of REGISTER as it goes on the wire. */
function wire(agent: string, said: object): string {
  const body = JSON.stringify(said);
  const headers = {
    Host: "gateway.example",
    ...HEADERS,
    "GLPI-Agent-ID": agent,
    "Content-Length": String(body.length),
  };
  const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST / HTTP/1.1\r\n${fields.join("")}\r\n${body}`;
}

/** An agent's first message. */
export const firstMessage = (agent: string): string => wire(agent, first(`srv-${agent.slice(0, 8)}`));

/** The same, for who records what is answered. */
export const firstShape = (agent: string): RequestShape => ({
  ...{ method: "POST", path: "/" },
  headers: { ...HEADERS, "GLPI-Agent-ID": agent },
  body: JSON.stringify(first(`srv-${agent.slice(0, 8)}`)),
});

/** Its answer to a challenge. */
export const challengeAnswer = (agent: string, challenge: string): string =>
  wire(agent, { action: "register", challenge });
