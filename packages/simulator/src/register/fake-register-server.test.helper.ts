import { randomBytes } from "node:crypto";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { deflateSync, inflateSync } from "node:zlib";
import { bytesOfUuid, decryptBlock, encryptBlock, uuidOfBytes } from "./block.js";
import { openFrame, sealFrame } from "./frame.js";

/** A message as it arrived, out of its frame. */
export interface Said {
  readonly agentId: string;
  readonly proxies: readonly string[];
  readonly requestId: string;
  /** GLPI-CryptoKey-ID, "" for a plain message. */
  readonly keyId: string;
  readonly message: Readonly<Record<string, unknown>>;
}

interface Reply {
  readonly status?: number;
  readonly body: object;
  readonly plain?: boolean;
  readonly requestId?: string;
}

/** As little of a server as registers agents by token and opens what they encrypt: written from the chapter, too. */
export class FakeRegisterServer {
  readonly said: Said[] = [];
  /** Tokens, UUIDs, by the id of the agent or proxy that has one; "" for whoever is nobody in particular. */
  readonly tokens = new Map<string, string>();
  readonly keys = new Map<string, Buffer>();
  /** A word on REGISTER's first message or on any other, before the server's own. */
  handler: (said: Said) => Reply | undefined = () => undefined;
  expiration = "30d";
  givesKeys = true;
  readonly #open = new Map<string, { secret: Buffer; token: string; of: string }>();
  readonly #later = new Map<string, Reply>();
  readonly #server: http.Server;

  private constructor() {
    this.#server = http.createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => this.#answer(request, Buffer.concat(chunks), response));
    });
  }

  static async start(): Promise<FakeRegisterServer> {
    const server = new FakeRegisterServer();
    await new Promise<void>((resolve) => server.#server.listen(0, "127.0.0.1", resolve));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Actions so far, those under a key with a `+`. */
  actions(): string[] {
    return this.said.map(({ message, keyId }) => `${actionOf(message)}${keyId === "" ? "" : "+"}`);
  }

  /** A pending answer; the next GET with its id gets `reply`. */
  later(requestId: string, reply: Reply): Reply {
    this.#later.set(requestId, reply);
    return { status: 202, body: { status: "pending", expiration: "3s" }, requestId };
  }

  #answer(request: http.IncomingMessage, body: Buffer, response: http.ServerResponse): void {
    const header = (name: string) => request.headers[name]?.toString() ?? "";
    const [agentId, requestId, keyId] = ["glpi-agent-id", "glpi-request-id", "glpi-cryptokey-id"].map(header);
    const ids = { agentId: agentId ?? "", requestId: requestId ?? "", keyId: keyId ?? "" };
    const contentType = header("content-type");
    const secret = this.keys.get(ids.keyId);
    const answer = ({ status = 200, body: said, plain = false, requestId: own = ids.requestId }: Reply) => {
      const packed = deflateSync(JSON.stringify(said));
      const isSealed = !plain && secret !== undefined;
      const binding = { direction: "response", ...ids, contentType: "application/x-compress-zlib", status } as const;
      response.writeHead(status, {
        "Content-Type": "application/x-compress-zlib",
        ...{ "GLPI-Agent-ID": ids.agentId, "GLPI-Request-ID": own },
        ...(isSealed && { "GLPI-CryptoKey-ID": ids.keyId }),
      });
      response.end(isSealed ? sealFrame(secret, binding, packed) : packed);
    };
    const refusal = (status: number, message: string): Reply => ({
      status,
      body: { status: "error", message },
      plain: true,
    });
    const reply = (): Reply => {
      if (ids.keyId !== "" && secret === undefined) return refusal(403, "forbidden");
      if (request.method === "GET") return this.#later.get(ids.requestId) ?? refusal(404, "nothing waits");
      const binding = { direction: "request", ...ids, contentType } as const;
      const opened = secret === undefined ? body : openFrame(secret, binding, body);
      if (opened === undefined) return refusal(400, "malformed");
      const proxies = header("glpi-proxy-id").split(",").filter(Boolean);
      const said = { ...ids, proxies, message: JSON.parse(inflateSync(opened).toString("utf8")) };
      this.said.push(said);
      return this.handler(said) ?? this.#reply(said);
    };
    answer(reply());
  }

  #reply(said: Said): Reply {
    const { message, agentId } = said;
    if (message["action"] !== "register") return { body: { status: "ok", expiration: 24 } };
    const { challenge } = message;
    if (challenge === undefined) return this.#challenge(said);
    const open = this.#open.get(agentId);
    this.#open.delete(agentId);
    const failed = { status: 403, body: { status: "error", message: "challenge failed", expiration: "1h" } };
    if (open === undefined || typeof challenge !== "string" || challenge === "failure") return failed;
    const token = bytesOfUuid(open.token);
    const plain = decryptBlock(token, bytesOfUuid(challenge));
    const tail = bytesOfUuid(open.of).subarray(8);
    if (!plain.subarray(0, 8).equals(open.secret) || plain.subarray(8).equals(tail)) return failed;
    const secret = randomBytes(16);
    if (this.givesKeys) this.keys.set(open.of, secret);
    const final = encryptBlock(token, Buffer.concat([plain.subarray(8), open.secret]));
    const crypto = this.givesKeys ? { crypto: uuidOfBytes(encryptBlock(token, secret)) } : {};
    return { body: { status: "registered", expiration: this.expiration, challenge: uuidOfBytes(final), ...crypto } };
  }

  /** About the agent where it has a token, else about the first proxy that has one, else about the agent all the same. */
  #challenge({ agentId, proxies }: Said): Reply {
    const of = [agentId, ...proxies].find((id) => this.tokens.has(id)) ?? agentId;
    const token = this.tokens.get(of) ?? this.tokens.get("");
    if (token === undefined) return { body: { status: "registered", expiration: this.expiration } };
    const secret = this.#open.get(agentId)?.secret ?? randomBytes(8);
    this.#open.set(agentId, { secret, token, of });
    const block = encryptBlock(bytesOfUuid(token), Buffer.concat([secret, bytesOfUuid(of).subarray(8)]));
    const challenge = uuidOfBytes(block);
    return { body: { status: "pending", needs: "token-validation", expiration: "1m", challenge } };
  }
}

function actionOf({ action, challenge }: Said["message"]): string {
  if (challenge === undefined) return String(action);
  return challenge === "failure" ? "failure" : "validate";
}
