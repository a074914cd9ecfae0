import { connect, type Socket } from "node:net";

/**
 * One kept HTTP/1.1 connection with one request under way at most. It reads no more of an answer than a benchmark must:
 * that it is a 200, its Content-Length, and that the body is the expected one. That costs a tenth of node:http's client,
 * so the client is not what is measured.
 */
export class Connection {
  readonly #socket: Socket;
  readonly #expected: Buffer;
  #answer: Buffer;
  #used = 0;
  #head = -1;
  #settle: { resolve: () => void; reject: (error: Error) => void } | undefined;
  #failure: Error | undefined;

  constructor(host: string, port: number, expected: Buffer) {
    this.#expected = expected;
    this.#answer = Buffer.allocUnsafe(expected.length + 16_384);
    this.#socket = connect({ host, port, noDelay: true });
    this.#socket.on("data", (chunk) => this.#take(chunk));
    this.#socket.on("error", (error) => this.#fail(error));
    this.#socket.on("close", () => this.#fail(new Error("the server closed a connection")));
    this.#socket.setTimeout(15_000, () => this.#fail(new Error("no answer within 15 s")));
  }

  /** Resolves when the whole answer has come. @throws for any other answer than the expected one */
  exchange(request: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      if (this.#failure === undefined) this.#socket.write(request, "latin1");
      else reject(this.#failure);
    });
  }

  close(): void {
    this.#socket.removeAllListeners("close");
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    const fault = this.#read(chunk);
    if (fault !== undefined) this.#fail(this.#wrong(fault));
  }

  /** @returns what is wrong with the answer, if anything */
  #read(chunk: Buffer): string | undefined {
    if (this.#used + chunk.length > this.#answer.length) return "is too long";
    chunk.copy(this.#answer, this.#used);
    this.#used += chunk.length;
    if (this.#head < 0) {
      this.#head = this.#answer.subarray(0, this.#used).indexOf("\r\n\r\n");
      if (this.#head < 0) return undefined;
      const head = this.#answer.toString("latin1", 0, this.#head);
      if (!head.startsWith("HTTP/1.1 200 ")) return "is no 200";
      const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? Number.NaN);
      if (length !== this.#expected.length) return "has another length than expected";
    }
    const start = this.#head + 4;
    if (this.#used < start + this.#expected.length) return undefined;
    if (this.#used > start + this.#expected.length) return "has bytes behind it";
    if (this.#expected.compare(this.#answer, start, this.#used) !== 0) return "has another body than expected";
    this.#used = 0;
    this.#head = -1;
    this.#settle?.resolve();
    return undefined;
  }

  #wrong(reason: string): Error {
    return new Error(`an answer ${reason}:\n${this.#answer.toString("latin1", 0, Math.min(this.#used, 1000))}`);
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#settle?.reject(this.#failure);
    this.#socket.destroy();
  }
}
