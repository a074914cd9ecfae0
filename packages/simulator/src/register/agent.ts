import { deviceIdOf, type InventoryAgentOptions } from "../inventory/agent.js";
import { type InventoryAnswer, InventoryConnection, type InventoryRequest } from "../inventory/connection.js";
import { InventoryAgentError } from "../inventory/errors.js";
import { agentIdOf } from "../inventory/ids.js";
import { type JsonReply, jsonReply } from "../inventory/reply.js";
import { isUuid } from "./block.js";
import { type CommunicationKey, MOST_POLLS, type Received, RegisterChannel } from "./channel.js";
import { type RegisterReply, registerReply } from "./reply.js";
import { Term } from "./term.js";
import { type Misbehaviour, type RegisterOperation, validated } from "./validation.js";

export interface RegisterAgentOptions extends InventoryAgentOptions {
  /** GLPI-Agent-ID; made from the seed unless told. */
  readonly agentId?: string;
  /** deviceid; made from the name and the clock unless told. */
  readonly deviceId?: string;
  /** A UUID. Without one only simple registration is possible. */
  readonly token?: string;
  /** TCP port on which it is joinable, 0: on none; 62354 unless told. */
  readonly port?: number;
  /** Sends nothing but REGISTER without a key: nobody in between gets it to speak plainly. */
  readonly needsKey?: boolean;
  /** How it waits, in milliseconds; it really waits unless told. */
  readonly wait?: (milliseconds: number) => Promise<void>;
  readonly misbehaviour?: Misbehaviour;
  /** Called with every request, for measuring. */
  readonly onRequest?: (request: InventoryRequest) => void;
}

/** How a registration ended. */
export interface Registration {
  readonly status: RegisterReply["status"];
  readonly message: string | undefined;
  readonly needs: string | undefined;
  /** Seconds. */
  readonly expiration: number;
  /** Whether it gave a key. */
  readonly gaveKey: boolean;
  /** Why the agent said `failure`: the challenge was not its own, or the server did not prove itself. */
  readonly failure: "challenge" | "server" | undefined;
}

const VERSION = "1.12";
const PORT = 62_354;

/**
 * An agent as the draft of REGISTER has it, which no released one is: it registers by token or without, keeps its key, encrypts
 * with it, and renews (asked/glpi-json-protocol-1.0.md chapter REGISTER; wire/glpi.md section 8).
 */
export class RegisterAgent {
  readonly agentId: string;
  readonly deviceId: string;
  readonly #options: RegisterAgentOptions;
  readonly #connection: InventoryConnection;
  readonly #channel: RegisterChannel;
  readonly #term = new Term();
  #key: CommunicationKey | undefined;
  #messages = 0;
  #lastSealed: InventoryRequest | undefined;

  /** @throws TypeError for a token that is no UUID, and for a server that is no http(s) URL */
  constructor(options: RegisterAgentOptions) {
    if (options.token !== undefined && !isUuid(options.token)) throw new TypeError("A token of REGISTER is a UUID.");
    this.#options = options;
    this.agentId = options.agentId ?? agentIdOf(options.seed ?? options.name);
    this.deviceId = options.deviceId ?? deviceIdOf(options.name, this.#now());
    this.#connection = new InventoryConnection(options);
    this.#channel = new RegisterChannel({
      connection: this.#connection,
      userAgent: `GLPI-Agent_v${VERSION}`,
      wait: (milliseconds) => this.#wait(milliseconds),
      onRequest: (request) => {
        const isSealed = request.headers.some(([name]) => name === "GLPI-CryptoKey-ID");
        if (isSealed && request.body !== undefined) this.#lastSealed = request;
        options.onRequest?.(request);
      },
    });
  }

  /** The key that it encrypts with; undefined where it has none, or its time is over. */
  get key(): CommunicationKey | undefined {
    return this.#key !== undefined && this.#key.expiresAt > this.#now() ? this.#key : undefined;
  }

  /** Until when it is registered, and when it registers next. */
  get term(): Pick<Term, "expiresAt" | "nextAt" | "silentUntil"> {
    return this.#term;
  }

  /** Registers where it is time to. @returns undefined where it is not */
  async registerIfDue(): Promise<Registration | undefined> {
    return this.#term.isDue(this.#now()) ? this.register() : undefined;
  }

  /**
   * Registers now, under its key where it has one: all messages, up to the server's last word.
   * @throws InventoryAgentError where no answer came that says something; it begins again the next time
   */
  async register(): Promise<Registration> {
    try {
      return await this.#registered();
    } catch (thrown) {
      this.#term.unanswered(this.#now());
      throw thrown;
    }
  }

  /** CONTACT. It registers anew, after the answer, where that is asked for. @throws InventoryAgentError */
  async contact(): Promise<JsonReply> {
    const { tag } = this.#options;
    const tasks = ["inventory", "register"];
    const said = { "installed-tasks": tasks, "enabled-tasks": tasks, ...(tag === undefined ? {} : { tag }) };
    const message = { ...this.#head("contact"), name: "GLPI-Agent", version: VERSION, ...said };
    return this.ask("contact", JSON.stringify(message));
  }

  /** INVENTORY. @param content as the protocol has it. @throws InventoryAgentError */
  async inventory(content: object): Promise<JsonReply> {
    return this.ask("inventory", JSON.stringify({ ...this.#head("inventory"), itemtype: "Computer", content }));
  }

  /**
   * Sends a message in JSON, under its key where it has one. A key that the server does not take is given up: the agent registers
   * anew, and says it once more. It obeys `tasks.register.renew`.
   * @throws InventoryAgentError for an answer that is an error, or is not under the key
   */
  async ask(operation: string, text: string): Promise<JsonReply> {
    if (this.#term.isSilent(this.#now()))
      throw new InventoryAgentError("protocol", operation, "The server told the agent to be silent.");
    const hadKey = this.#key !== undefined;
    if (this.key === undefined && (hadKey || this.#options.needsKey === true)) await this.register();
    const key = this.key;
    let received: Received;
    try {
      received = await this.#send(operation, text, true);
      if (key !== undefined && isKeyRefused(received, key)) {
        this.#key = undefined;
        await this.register();
        received = await this.#send(operation, text, true);
      }
    } catch (thrown) {
      // Nothing tells a key that was garbled on its way but that nothing opens with it.
      if (key === undefined || key.confirmed || !isCrypto(thrown)) throw thrown;
      this.#key = undefined;
      await this.register();
      received = await this.#send(operation, text, true);
    }
    const reply = readReply(received);
    if (operation === "contact" && reply.expiration !== undefined) this.#term.leastSeconds = reply.expiration;
    if (reply.renew) await this.register();
    return reply;
  }

  /** Sends its last encrypted message again, byte by byte, as somebody would who saw it. @returns the answer as it came */
  async replay(): Promise<InventoryAnswer> {
    if (this.#lastSealed === undefined) throw new Error("nothing was sent under a key");
    return this.#connection.send(this.#lastSealed);
  }

  close(): void {
    this.#connection.close();
  }

  async #registered(): Promise<Registration> {
    const { tag, port = PORT } = this.#options;
    const first = { ...this.#head("register"), port, name: "GLPI-Agent", version: VERSION };
    const message = { ...first, ...(tag === undefined ? {} : { tag }) };
    let reply = await this.#say("register", message);
    for (let repeats = 0; reply.needs === "server-validation" && repeats < MOST_POLLS; repeats++) {
      await this.#wait(1000 * reply.expiration);
      reply = await this.#say("register", message);
    }
    const { challenge } = reply;
    if (reply.status !== "pending" || reply.needs !== "token-validation" || challenge === undefined)
      return this.#settled(reply, undefined, undefined);
    const { token, misbehaviour } = this.#options;
    const say = (operation: RegisterOperation, one: object) => this.#say(operation, one);
    const wait = (milliseconds: number) => this.#wait(milliseconds);
    const ended = await validated({ token, ownId: this.agentId, challenge, say, wait, misbehaviour });
    return this.#settled(ended.reply, ended.key, ended.failure);
  }

  #settled(reply: RegisterReply, secret: Buffer | undefined, failure: Registration["failure"]): Registration {
    const now = this.#now();
    this.#term.settle(reply, now);
    const expiresAt = new Date(now.getTime() + 1000 * reply.expiration);
    if (secret !== undefined) this.#key = { owner: this.agentId, secret, expiresAt, confirmed: false };
    const { status, message, needs, expiration } = reply;
    return { status, message, needs, expiration, gaveKey: secret !== undefined, failure };
  }

  async #say(operation: RegisterOperation, message: object): Promise<RegisterReply> {
    const text = JSON.stringify(message);
    let received = await this.#send(operation, text, this.key !== undefined);
    // A key that ended on the server's side: the registration begins without one.
    if (operation === "register" && this.#key !== undefined && isKeyRefused(received, this.#key)) {
      this.#key = undefined;
      received = await this.#send(operation, text, false);
    }
    if (this.#options.misbehaviour?.loses?.(operation) === true)
      throw new InventoryAgentError("transport", operation, "The answer got lost.", received.answer);
    return registerReply(received.answer, received.text);
  }

  async #send(operation: string, text: string, polls: boolean): Promise<Received> {
    const { key } = this;
    const isPlain = operation !== "register" && operation !== "validate" && operation !== "failure";
    if (key === undefined && isPlain && this.#options.needsKey === true)
      throw new InventoryAgentError("crypto", operation, "There is no key, and nothing is said without one.");
    this.#messages += 1;
    const requestId = this.#messages.toString(16).toUpperCase().padStart(8, "0");
    return this.#channel.message({ operation, agentId: this.agentId, requestId, key, polls }, text);
  }

  #head(action: string) {
    return { action, deviceid: this.deviceId };
  }

  #wait(milliseconds: number): Promise<void> {
    const { wait } = this.#options;
    return wait === undefined ? new Promise((resolve) => setTimeout(resolve, milliseconds)) : wait(milliseconds);
  }

  #now(): Date {
    return this.#options.clock?.() ?? new Date();
  }
}

/** An error that came plainly: the server does not know the key any more, or never could open what came under it. */
const isKeyRefused = ({ sealed, answer }: Received, key: CommunicationKey): boolean =>
  !sealed && (answer.status === 403 || (answer.status === 400 && !key.confirmed));

const isCrypto = (thrown: unknown) => thrown instanceof InventoryAgentError && thrown.kind === "crypto";

function readReply({ answer, text }: Received): JsonReply {
  if (answer.status >= 200 && answer.status < 300) return jsonReply(answer, text);
  const words = `communication error: ${answer.status} ${text.slice(0, 200)}`;
  throw new InventoryAgentError("status", answer.operation, words, answer);
}
