import { type InventoryAnswer, InventoryConnection, type InventoryTls } from "../inventory/connection.js";
import { InventoryAgentError } from "../inventory/errors.js";
import { secondsOf } from "../inventory/reply.js";
import { serverSecretIn } from "./challenge.js";
import { type CommunicationKey, MOST_POLLS, type Received, RegisterChannel } from "./channel.js";
import type { HandedOn } from "./jobs.js";
import { jsonIn } from "./middle.js";
import { registerReply } from "./reply.js";
import { validated } from "./validation.js";

export interface UpstreamOptions {
  /** Of the server, or of the next proxy. */
  readonly serverUrl: string;
  readonly tls?: InventoryTls;
  /** The proxy's own id, and its token. */
  readonly agentId: string;
  readonly token?: string;
  readonly wait: (milliseconds: number) => Promise<void>;
  readonly now: () => Date;
}

/** Whose message is passed on. */
export interface Passed {
  readonly agentId: string;
  /** GLPI-Proxy-ID, with the proxy's own at its end. */
  readonly proxies: string;
  readonly requestId: string;
}

/** What nobody on the way can read. */
export interface PassedFrame extends Passed {
  readonly keyId: string;
  readonly contentType: string;
  /** Undefined: a look for an answer. */
  readonly body?: Buffer;
}

const USER_AGENT = "GLPI-Agent_v1.12";

/** What a proxy says to the next server on behalf of agents. */
export class Upstream {
  readonly #options: UpstreamOptions;
  readonly #connection: InventoryConnection;
  readonly #channel: RegisterChannel;
  /** The proxy's own, that it got where a challenge was about itself. */
  #key: CommunicationKey | undefined;
  #messages = 0;

  constructor(options: UpstreamOptions) {
    this.#options = options;
    this.#connection = new InventoryConnection(options);
    this.#channel = new RegisterChannel({ connection: this.#connection, userAgent: USER_AGENT, wait: options.wait });
  }

  get key(): CommunicationKey | undefined {
    return this.#key !== undefined && this.#key.expiresAt > this.#options.now() ? this.#key : undefined;
  }

  /**
   * A message of REGISTER. A challenge about the proxy it answers itself (chapter 6.2.1); one that it cannot read is for the
   * agent, and so is every last word.
   */
  async register(passed: Passed, message: object): Promise<HandedOn> {
    const say = (one: object) => this.#say("register", passed, JSON.stringify(one), undefined);
    const { token, agentId: ownId, wait, now } = this.#options;
    let received = await say(message);
    let reply = registerReply(received.answer, received.text);
    for (let repeats = 0; isLater(reply) && repeats < MOST_POLLS; repeats++) {
      await wait(1000 * reply.expiration);
      received = await say(message);
      reply = registerReply(received.answer, received.text);
    }
    const { challenge } = reply;
    const isMine = challenge !== undefined && token !== undefined && reply.status === "pending";
    if (!isMine || serverSecretIn(challenge, token, ownId) === undefined) return handedOn(received);
    let last = received;
    const ended = await validated({
      ...{ token, ownId, challenge, wait },
      say: async (_, one) => {
        last = await say(one);
        return registerReply(last.answer, last.text);
      },
    });
    const { status, expiration, message: words } = ended.reply;
    if (ended.key !== undefined) {
      const expiresAt = new Date(now().getTime() + 1000 * expiration);
      this.#key = { owner: ownId, secret: ended.key, expiresAt, confirmed: false };
    }
    // The key is the proxy's, and so is the proof: the agent behind it is told how it ended.
    const told = { status, expiration: `${expiration}s`, ...(words === undefined ? {} : { message: words }) };
    return handedOn({ ...last, text: JSON.stringify(told) });
  }

  /** Any other message that the proxy can read: under its own key where it has one. */
  async message(passed: Passed, operation: string, text: string): Promise<HandedOn> {
    return handedOn(await this.#say(operation, passed, text, this.key));
  }

  /** What is under a key of another, or a look for an answer: as it is, until its answer is there. */
  async frame(frame: PassedFrame): Promise<HandedOn> {
    let answer = await this.#pass(frame);
    for (let polls = 0; isPending(answer); polls++) {
      if (polls === MOST_POLLS)
        throw new InventoryAgentError("protocol", "proxy", `Still pending after ${polls} looks`, answer);
      await this.#options.wait(1000 * (secondsOf(jsonIn(answer)?.["expiration"]) ?? 0));
      const { agentId, proxies, keyId, contentType } = frame;
      const requestId = answer.requestId === "" ? frame.requestId : answer.requestId;
      answer = await this.#pass({ agentId, proxies, keyId, contentType, requestId });
    }
    const { status, contentType, cryptoKeyId, requestId, body } = answer;
    return { status, contentType, cryptoKeyId, requestId, body };
  }

  close(): void {
    this.#connection.close();
  }

  #say(operation: string, passed: Passed, text: string, key: CommunicationKey | undefined): Promise<Received> {
    const polls = operation !== "register";
    if (key === undefined) return this.#channel.message({ operation, ...passed, key, polls }, text);
    this.#messages += 1;
    const requestId = this.#messages.toString(16).toUpperCase().padStart(8, "0");
    return this.#channel.message({ operation, ...passed, requestId, key, polls }, text);
  }

  #pass({ agentId, proxies, requestId, keyId, contentType, body }: PassedFrame): Promise<InventoryAnswer> {
    return this.#connection.send({
      ...{ operation: "proxy", method: body === undefined ? "GET" : "POST" },
      headers: [
        ["Pragma", "no-cache"],
        ["User-Agent", USER_AGENT],
        ["Content-Type", contentType],
        ["GLPI-Agent-ID", agentId],
        ["GLPI-Request-ID", requestId],
        ...(keyId === "" ? [] : [["GLPI-CryptoKey-ID", keyId] as const]),
        ["GLPI-Proxy-ID", proxies],
      ],
      ...(body === undefined ? {} : { body }),
    });
  }
}

/** The next proxy has no answer yet, and wants the message again. */
const isLater = ({ status, needs }: { status: string; needs: string | undefined }): boolean =>
  status === "pending" && (needs === undefined || needs === "server-validation");

const isPending = (answer: InventoryAnswer): boolean =>
  answer.cryptoKeyId === "" && jsonIn(answer)?.["status"] === "pending";

const handedOn = ({ answer: { status }, text }: Received): HandedOn => ({
  ...{ status, contentType: "application/json", cryptoKeyId: "", requestId: "" },
  body: Buffer.from(text, "utf8"),
});
