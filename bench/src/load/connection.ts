import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { TlsIdentity } from "./types.js";

/** An answer of whatever status, with a body of the caller's own. */
export interface Heard {
  readonly status: number;
  readonly body: Buffer;
}

/** What is waited for: a 200 with exactly this body, or whatever comes. */
interface Waiting {
  readonly expected: Buffer | undefined;
  readonly resolve: (heard: Heard) => void;
  readonly reject: (error: Error) => void;
}

const NOTHING = Buffer.alloc(0);
/** Bytes that an answer may have beyond the expected body; a buffer of an unexpected size grows. */
const ROOM = 16_384;

/**
 * One kept HTTP/1.1 connection with one request under way at most. It reads no more of an answer than a benchmark must:
 * its status, its Content-Length, and whether the body is the expected one. That costs a tenth of node:http's client,
 * so the client is not what is measured.
 */
export class Connection {
  readonly #socket: Socket;
  readonly #opened: Promise<void>;
  #answer = Buffer.allocUnsafe(ROOM);
  #used = 0;
  #status = 0;
  #start = -1;
  #end = 0;
  #chunked = false;
  #waiting: Waiting | undefined;
  #failure: Error | undefined;

  constructor(host: string, port: number, tls?: TlsIdentity) {
    this.#socket = tls === undefined ? connectTcp({ host, port }) : connectTls({ ...tls, host, port });
    this.#socket.setNoDelay(true);
    this.#socket.on("data", (chunk) => this.#take(chunk));
    this.#socket.on("error", (error) => this.#fail(error));
    this.#socket.on("close", () => this.#fail(new Error("the server closed a connection")));
    this.#socket.setTimeout(15_000, () => this.#fail(new Error("no answer within 15 s")));
    this.#opened = new Promise((resolve, reject) => {
      this.#socket.once(tls === undefined ? "connect" : "secureConnect", () => resolve());
      this.#socket.once("error", reject);
    });
    // Whoever does not wait for it learns of a failure at the first request.
    this.#opened.catch(() => undefined);
  }

  /** Resolves when the connection stands, its handshake done. */
  opened(): Promise<void> {
    return this.#opened;
  }

  /**
   * Resolves when the whole answer has come.
   * @param expected its body; undefined where any will do
   * @throws for any other answer than a 200 with the expected body
   */
  async exchange(request: string | Buffer, expected: Buffer | undefined): Promise<void> {
    const { status, body } = await this.#send(request, expected);
    if (status !== 200) throw new Error(`an answer is no 200:\n${status} ${body.toString("latin1", 0, 1000)}`);
  }

  /** Resolves with the answer, whatever it is. */
  ask(request: string | Buffer): Promise<Heard> {
    return this.#send(request, undefined);
  }

  close(): void {
    this.#socket.removeAllListeners("close");
    this.#socket.destroy();
  }

  #send(request: string | Buffer, expected: Buffer | undefined): Promise<Heard> {
    return new Promise((resolve, reject) => {
      this.#waiting = { expected, resolve, reject };
      if (this.#failure !== undefined) reject(this.#failure);
      else if (typeof request === "string") this.#socket.write(request, "latin1");
      else this.#socket.write(request);
    });
  }

  #take(chunk: Buffer): void {
    const fault = this.#read(chunk);
    if (fault !== undefined) this.#fail(this.#wrong(fault));
  }

  /** @returns what is wrong with the answer, if anything */
  #read(chunk: Buffer): string | undefined {
    const expected = this.#waiting?.expected;
    this.#keep(chunk);
    if (this.#start < 0) {
      const head = this.#answer.subarray(0, this.#used).indexOf("\r\n\r\n");
      if (head < 0) return undefined;
      const fault = this.#readHead(this.#answer.toString("latin1", 0, head), expected);
      if (fault !== undefined) return fault;
      this.#start = head + 4;
      this.#end += this.#start;
    }
    if (this.#chunked && !this.#unchunk()) return undefined;
    if (this.#used < this.#end) return undefined;
    if (this.#used > this.#end) return "has bytes behind it";
    if (expected !== undefined && expected.compare(this.#answer, this.#start, this.#end) !== 0)
      return "has another body than expected";
    const body = expected === undefined ? Buffer.from(this.#answer.subarray(this.#start, this.#end)) : NOTHING;
    this.#used = 0;
    this.#start = -1;
    this.#waiting?.resolve({ status: this.#status, body });
    return undefined;
  }

  /** Learns the status and, in `#end`, the length. */
  #readHead(head: string, expected: Buffer | undefined): string | undefined {
    this.#status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1] ?? Number.NaN);
    this.#chunked = /\r\ntransfer-encoding: *chunked/i.test(head);
    const length = this.#chunked || this.#status === 204 ? "0" : /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    if (length === undefined || Number.isNaN(this.#status)) return "cannot be read";
    this.#end = Number(length);
    if (expected === undefined) return undefined;
    if (this.#status !== 200) return "is no 200";
    if (this.#chunked) return undefined;
    return this.#end === expected.length ? undefined : "has another length than expected";
  }

  /** Puts the chunks of a whole answer together, in their place. @returns false while some are missing */
  #unchunk(): boolean {
    const chunks: Buffer[] = [];
    let at = this.#start;
    for (;;) {
      const line = this.#answer.subarray(at, this.#used).indexOf("\r\n");
      if (line < 0) return false;
      const size = Number.parseInt(this.#answer.toString("latin1", at, at + line), 16);
      const begin = at + line + 2;
      at = begin + size + 2;
      // Also for what is no number: then the answer never is whole, and is told as late.
      if (!(at <= this.#used)) return false;
      if (size === 0) break;
      chunks.push(this.#answer.subarray(begin, begin + size));
    }
    const body = Buffer.concat(chunks);
    body.copy(this.#answer, this.#start);
    this.#chunked = false;
    this.#end = this.#start + body.length;
    this.#used = this.#end + (this.#used - at);
    return true;
  }

  #keep(chunk: Buffer): void {
    const needed = this.#used + chunk.length;
    if (needed > this.#answer.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, this.#end, 2 * this.#answer.length) + ROOM);
      this.#answer.copy(larger, 0, 0, this.#used);
      this.#answer = larger;
    }
    chunk.copy(this.#answer, this.#used);
    this.#used = needed;
  }

  #wrong(reason: string): Error {
    return new Error(`an answer ${reason}:\n${this.#answer.toString("latin1", 0, Math.min(this.#used, 1000))}`);
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#waiting?.reject(this.#failure);
    this.#socket.destroy();
  }
}
