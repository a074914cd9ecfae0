import { generateKeyPair, type KeyObject, sign } from "node:crypto";
import { promisify } from "node:util";

/** What an agent's key is unless it is told otherwise (`keylength`). */
const KEY_BITS = 4096;
const COMMON_NAME = Buffer.from("0603550403", "hex");
/** sha256WithRSAEncryption. */
const ALGORITHM = Buffer.from("300d06092a864886f70d01010b0500", "hex");

/** A request for a certificate, as an agent sends it. */
export interface Csr {
  readonly name: string;
  readonly pem: string;
}

/** Makes requests of as many hosts as are needed. They share one key, which takes the gateway the same work. */
export class Hosts {
  readonly #key: KeyObject;
  readonly #spki: Buffer;
  readonly #ready: Csr[] = [];
  #made = 0;

  private constructor(publicKey: KeyObject, privateKey: KeyObject) {
    this.#key = privateKey;
    this.#spki = publicKey.export({ type: "spki", format: "der" });
  }

  static async make(): Promise<Hosts> {
    const { publicKey, privateKey } = await promisify(generateKeyPair)("rsa", { modulusLength: KEY_BITS });
    return new Hosts(publicKey, privateKey);
  }

  get publicKey(): Buffer {
    return this.#spki;
  }

  /** Requests of hosts that nobody has heard of. */
  async take(count: number): Promise<Csr[]> {
    while (this.#ready.length < count) await this.#make(Math.min(64, count - this.#ready.length));
    return this.#ready.splice(0, count);
  }

  /** Takes back what was not sent. */
  giveBack(unsent: readonly Csr[]): void {
    this.#ready.push(...unsent);
  }

  async #make(count: number): Promise<void> {
    const names = Array.from({ length: count }, () => `host-${String(this.#made++).padStart(6, "0")}.bench.example`);
    this.#ready.push(...(await Promise.all(names.map((name) => this.#csr(name)))));
  }

  #csr(name: string): Promise<Csr> {
    const info = requestInfo(name, this.#spki);
    return new Promise((resolve, reject) =>
      sign("sha256", info, this.#key, (error, signature) => {
        if (error !== null) reject(error);
        else resolve({ name, pem: pemOf(tlv(0x30, info, ALGORITHM, tlv(0x03, Buffer.of(0), signature))) });
      }),
    );
  }
}

/** CertificationRequestInfo (RFC 2986) with a common name and no attributes. */
function requestInfo(name: string, spki: Buffer): Buffer {
  const subject = tlv(0x30, tlv(0x31, tlv(0x30, COMMON_NAME, tlv(0x0c, Buffer.from(name)))));
  return tlv(0x30, tlv(0x02, Buffer.of(0)), subject, spki, tlv(0xa0));
}

/** DER of one element. */
export function tlv(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...head), content]);
}

function pemOf(der: Buffer): string {
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE REQUEST-----\n${lines.join("\n")}\n-----END CERTIFICATE REQUEST-----\n`;
}
