import { packed } from "../inventory/agent.js";
import type { InventoryAnswer, InventoryConnection, InventoryRequest } from "../inventory/connection.js";
import { glpiText } from "../inventory/decode.js";
import { InventoryAgentError } from "../inventory/errors.js";
import { isObject, secondsOf } from "../inventory/reply.js";
import { openFrame, sealFrame } from "./frame.js";

/** A key that messages are encrypted with. */
export interface CommunicationKey {
  /** GLPI-CryptoKey-ID: of the agent or proxy that has it. */
  readonly owner: string;
  /** 16 bytes. */
  readonly secret: Buffer;
  readonly expiresAt: Date;
  /** An answer came under it: it is known to be the server's, too. */
  confirmed: boolean;
}

export interface ChannelOptions {
  readonly connection: Pick<InventoryConnection, "send">;
  readonly userAgent: string;
  /** How it waits between two looks for a pending answer, in milliseconds. */
  readonly wait: (milliseconds: number) => Promise<void>;
  /** Sees each request as it goes out. */
  readonly onRequest?: (request: InventoryRequest) => void;
}

/** Whose message goes out, and as what. */
export interface Outgoing {
  /** For errors, such as `contact`. */
  readonly operation: string;
  readonly agentId: string;
  /** GLPI-Request-ID: eight hex digits, each one higher than the last. */
  readonly requestId: string;
  /** Undefined: it goes out plain. */
  readonly key: CommunicationKey | undefined;
  /** False: a pending answer is an answer, and the message is sent again by who sent it (REGISTER in plain). */
  readonly polls: boolean;
  /** GLPI-Proxy-ID, of who passes on another's message. */
  readonly proxies?: string;
}

/** What came back, out of its frame and unpacked. */
export interface Received {
  readonly answer: InventoryAnswer;
  readonly text: string;
  /** Whether it came under the key. */
  readonly sealed: boolean;
}

const CONTENT_TYPE = "application/x-compress-zlib";
/** Looks for a pending answer before a sender gives up. */
export const MOST_POLLS = 12;

/** Messages in JSON to a server, plain or under a key, with looks for answers that are pending. */
export class RegisterChannel {
  readonly #options: ChannelOptions;

  constructor(options: ChannelOptions) {
    this.#options = options;
  }

  /**
   * Sends a message, and waits for an answer that is not pending, where it may be polled for.
   * @throws InventoryAgentError kind crypto for an answer that should be under the key and is not, or does not open; transport
   * and coding as ever. The status is the caller's to judge
   */
  async message(outgoing: Outgoing, text: string): Promise<Received> {
    let body = await packed(text);
    const { key, agentId, requestId } = outgoing;
    if (key !== undefined) {
      const ids = { keyId: key.owner, agentId, requestId };
      body = sealFrame(key.secret, { direction: "request", ...ids, contentType: CONTENT_TYPE }, body);
    }
    // What an answer may be bound to: this message, or an id that came under the key. Else earlier answers would open.
    const ids = [requestId];
    let received = await this.#exchange(outgoing, ids, "POST", body);
    for (let polls = 0; outgoing.polls && isPolled(received.text); polls++) {
      const { operation } = outgoing;
      if (polls === MOST_POLLS)
        throw new InventoryAgentError("protocol", operation, `Still pending after ${polls} looks`, received.answer);
      await this.#options.wait(1000 * (secondsOf(saidIn(received.text)["expiration"]) ?? 0));
      const told = received.answer.requestId;
      const isId = /^[0-9A-F]{8}$/.test(told);
      if (isId && received.sealed) ids.push(told);
      received = await this.#exchange({ ...outgoing, requestId: isId ? told : requestId }, ids, "GET");
    }
    return received;
  }

  async #exchange(
    outgoing: Outgoing,
    ids: readonly string[],
    method: "GET" | "POST",
    body?: Buffer,
  ): Promise<Received> {
    const { operation, agentId, requestId, key, proxies } = outgoing;
    const { userAgent } = this.#options;
    const request: InventoryRequest = {
      ...{ operation, method },
      headers: [
        ["Pragma", "no-cache"],
        ["User-Agent", userAgent],
        ["Content-Type", CONTENT_TYPE],
        ["GLPI-Agent-ID", agentId],
        ["GLPI-Request-ID", requestId],
        ...(key === undefined ? [] : [["GLPI-CryptoKey-ID", key.owner] as const]),
        ...(proxies === undefined ? [] : [["GLPI-Proxy-ID", proxies] as const]),
      ],
      ...(body === undefined ? {} : { body }),
    };
    this.#options.onRequest?.(request);
    const answer = await this.#options.connection.send(request);
    const opened = openedFrom(answer, outgoing, ids);
    const text = await glpiText(opened ?? answer);
    if (opened === undefined && key !== undefined) requireNothingSaid(answer, text);
    return { answer, text, sealed: opened !== undefined };
  }
}

/** @returns the answer out of its frame; undefined for a plain one */
function openedFrom(
  answer: InventoryAnswer,
  { operation, agentId, key }: Outgoing,
  ids: readonly string[],
): InventoryAnswer | undefined {
  if (answer.cryptoKeyId === "") return undefined;
  const fail = (words: string) => new InventoryAgentError("crypto", operation, words, answer);
  if (key === undefined || answer.cryptoKeyId.toLowerCase() !== key.owner.toLowerCase())
    throw fail("The answer is under a key that is not known.");
  const { contentType, status } = answer;
  for (const requestId of ids) {
    const binding = { keyId: key.owner, agentId, requestId, contentType, status };
    const body = openFrame(key.secret, { direction: "response", ...binding }, answer.body);
    if (body === undefined) continue;
    key.confirmed = true;
    return { ...answer, body };
  }
  throw fail("The answer does not open with the key.");
}

/** Whoever is in between may say that something failed, or that it is pending; that something is so, only who has the key. */
function requireNothingSaid(answer: InventoryAnswer, text: string): void {
  if (answer.status >= 400 || saidIn(text)["status"] === "pending") return;
  const words = "A plain answer to an encrypted message is not believed.";
  throw new InventoryAgentError("crypto", answer.operation, words, answer);
}

/** Pending, and not for what REGISTER needs next. */
function isPolled(text: string): boolean {
  const { status, needs } = saidIn(text);
  return status === "pending" && needs === undefined;
}

/** What an answer says; nothing where it is no JSON: whoever reads it tells so. */
function saidIn(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}
