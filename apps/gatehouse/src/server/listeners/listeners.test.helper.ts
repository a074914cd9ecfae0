import { once } from "node:events";
import type { IncomingMessage, RequestListener } from "node:http";
import { type AddressInfo, connect as connectTcp, type Socket } from "node:net";
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from "node:tls";
import { isFromTrustedProxy, type PeerIdentity, remoteAddressOf, stripProxyHeaders } from "@gatehouse/http";
import { createTestAuthority, type Identity } from "@gatehouse/http/testing";
import { onTestFinished } from "vitest";
import { loadConfig } from "../../config/load.js";
import type { ListenerConfig } from "../../config/types.js";
import { closeListeners, type ListenersOptions, openListeners } from "../listeners.js";

export const authority = createTestAuthority();

/** A certificate for a server of these names. */
export const serverFor = (...names: string[]): Identity =>
  authority.issue({
    subject: `/CN=${names[0]}`,
    extensions: ["basicConstraints=CA:FALSE", `subjectAltName=${names.map((name) => `DNS:${name}`).join()}`],
  });

/** Answers with what is known of the caller, as the router asks for it. */
export const tells =
  (peerOf?: PeerIdentity): RequestListener =>
  (req: IncomingMessage, res) => {
    stripProxyHeaders(req);
    const { "x-client-verify": said } = req.headers;
    const text = JSON.stringify({
      from: remoteAddressOf(req),
      trusted: isFromTrustedProxy(req),
      ...(said === undefined ? {} : { said }),
      ...(peerOf === undefined ? {} : { peer: peerOf(req) }),
    });
    res.writeHead(200, { "Content-Length": text.length }).end(text);
  };

interface Said extends ListenersOptions {
  readonly own?: () => Promise<Identity>;
  readonly app?: RequestListener;
}

/** One listener, with what it logged. */
export async function open(listener: Partial<ListenerConfig>, { own, app = tells(), ...options }: Said = {}) {
  const config = loadConfig({}, {});
  const lines: Record<string, unknown>[] = [];
  const noteAt = (level: string) => (message: string, fields?: Record<string, unknown>) =>
    lines.push({ level, message, ...fields });
  const log = { debug: noteAt("debug"), info: noteAt("info"), warn: noteAt("warn"), error: noteAt("error") };
  const one: ListenerConfig = {
    ...{ address: "127.0.0.1:0", tls: "off", minVersion: "TLSv1.2", requestClientCertificate: true, mounts: ["dsc"] },
    ...listener,
  };
  const none = () => Promise.reject(new Error("no certificate is needed"));
  const listeners = await openListeners({ ...config, listeners: [one] }, own ?? none, app, { log, ...options });
  onTestFinished(() => closeListeners(listeners, 0));
  const [opened] = listeners;
  if (opened === undefined) throw new Error("no listener was opened");
  const { port } = opened.server.address() as AddressInfo;
  return { listener: opened, listeners, port, lines, log };
}

export const GET = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

export type TlsClient = Client & { readonly socket: TLSSocket; readonly session: Promise<Buffer> };

/** A client's connection: bytes go out as they are, and answers are read one by one. */
export class Client {
  readonly socket: Socket;
  #text = "";
  readonly closed: Promise<unknown>;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.setEncoding("latin1").on("data", (chunk: string) => {
      this.#text += chunk;
    });
    socket.on("error", () => undefined);
    // `once` would reject for a reset, which is one way to be closed.
    this.closed = new Promise((resolve) => socket.on("close", resolve));
    onTestFinished(() => {
      socket.destroy();
    });
  }

  static tcp(port: number): Client {
    return new Client(connectTcp(port, "127.0.0.1"));
  }

  /** @throws what the handshake failed with */
  static async tls(port: number, options: ConnectionOptions = {}): Promise<TlsClient> {
    const socket = connectTls({ port, host: "127.0.0.1", rejectUnauthorized: false, ...options });
    const session = new Promise<Buffer>((resolve) => socket.once("session", resolve));
    await once(socket, "secureConnect");
    return Object.assign(new Client(socket) as Client & { socket: TLSSocket }, { session });
  }

  /** Sends a request and reads its answer; undefined when the connection closes in place of it. */
  // biome-ignore lint/suspicious/noExplicitAny: an answer is looked at by matchers
  async ask(request: string | Buffer = GET): Promise<any> {
    this.socket.write(request);
    return this.answer();
  }

  /** The next answer. */
  // biome-ignore lint/suspicious/noExplicitAny: an answer is looked at by matchers
  async answer(): Promise<any> {
    for (;;) {
      const [, head = "", length] = /^([\s\S]*?content-length: (\d+)[\s\S]*?\r\n\r\n)/i.exec(this.#text) ?? [];
      if (head !== "" && this.#text.length >= head.length + Number(length)) {
        const body = this.#text.slice(head.length, head.length + Number(length));
        this.#text = this.#text.slice(head.length + Number(length));
        return JSON.parse(body);
      }
      if (this.socket.destroyed) return undefined;
      await Promise.race([new Promise((come) => this.socket.once("data", come)), this.closed]);
    }
  }

  /** Everything that came and was not read as an answer. */
  get rest(): string {
    return this.#text;
  }
}
