import { randomUUID } from "node:crypto";
import { bytesOf } from "@gatehouse/http";
import { AGENT, DEVICE, world, zlibbed } from "../glpi.test.helper.js";
import { agentAnswer, agentChecks, sealed, unsealed } from "../register/agent.test.helper.js";

export const PROXY = "e72a798f-e51b-11f1-9f32-aaea530464d7";
export const NEXT_PROXY = "c3447aa4-e519-11f1-9f32-aaea530464d7";
const TYPE = "application/x-compress-zlib";

/** An agent's first message, with what it may leave out. */
export const first = (more: object = {}) => ({
  ...{ action: "register", deviceid: DEVICE, port: 62_354, name: "GLPI-Agent", version: "1.12" },
  ...more,
});

type World = ReturnType<typeof world>;
interface Way {
  readonly agentId?: string;
  readonly proxies?: readonly string[];
  readonly from?: string;
  readonly tls?: boolean;
}

/** A world in which agents register. */
export function registering(said: Parameters<typeof world>[0] = {}) {
  const there = world(said);
  const numbers = new Map<string, number>();

  /** A plain message. */
  const plain = (message: object, { agentId = AGENT, proxies, from, tls }: Way = {}) =>
    there.call({
      headers: {
        ...{ "glpi-agent-id": agentId, "content-type": TYPE, "user-agent": "GLPI-Agent_v1.12" },
        ...(proxies !== undefined && { "glpi-proxy-id": proxies.join(",") }),
      },
      body: zlibbed(message),
      ...(from !== undefined && { from }),
      ...(tls !== undefined && { tls }),
    });

  /** A message under a key; `sent` and `headers` in the place of what it should be. */
  async function under(
    secret: Buffer,
    message: object,
    more: Way & {
      owner?: string;
      requestId?: string;
      headers?: Record<string, string>;
      sent?: (frame: Buffer) => Buffer;
    } = {},
  ) {
    const { agentId = AGENT, proxies, from, tls, owner = agentId, headers = {}, sent = (frame) => frame } = more;
    const number = (numbers.get(owner) ?? 0) + 1;
    if (more.requestId === undefined) numbers.set(owner, number);
    const requestId = more.requestId ?? number.toString(16).toUpperCase().padStart(8, "0");
    const about = { keyId: owner, agentId, requestId, contentType: TYPE };
    return there.call({
      headers: {
        ...{ "glpi-agent-id": agentId, "glpi-request-id": requestId, "glpi-cryptokey-id": owner, "content-type": TYPE },
        ...(proxies !== undefined && { "glpi-proxy-id": proxies.join(",") }),
        ...headers,
      },
      body: sent(sealed(secret, about, zlibbed(message))),
      ...(from !== undefined && { from }),
      ...(tls !== undefined && { tls }),
      opened: (reply, body) => {
        if (reply.headers?.["GLPI-CryptoKey-ID"] === undefined) return undefined;
        const contentType = reply.headers["Content-Type"] ?? "";
        const inside = unsealed(secret, { ...about, contentType, status: reply.status }, bytesOf(reply.body) ?? body);
        if (inside === undefined) throw new Error("the answer does not open");
        return inside;
      },
    });
  }

  /** All four steps. @returns what the agent makes of them */
  async function byToken(token: Buffer, way: Way & { of?: string; said?: object } = {}) {
    const { agentId = AGENT, of = agentId, said: more = {}, ...rest } = way;
    const asked = await plain(first(more), { agentId, ...rest });
    const answer = agentAnswer(token, of, String(asked.json.challenge));
    if (answer === undefined) throw new Error(`no challenge of ${of}: ${asked.text}`);
    const last = await plain({ action: "register", challenge: answer.answer }, { agentId, ...rest });
    const checked = last.json.challenge === undefined ? undefined : agentChecks(token, answer, last.json);
    return { asked, answer, last, key: checked?.key, isOurs: checked !== undefined };
  }

  return { ...there, plain, under, byToken };
}

export type Registering = World & ReturnType<typeof registering>;

export const otherId = (): string => randomUUID();
