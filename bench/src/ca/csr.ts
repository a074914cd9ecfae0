import { generateKeyPair, type KeyObject } from "node:crypto";
import { promisify } from "node:util";
import { certificateRequest } from "@gatehouse/simulator";

/** What an agent's key is unless it is told otherwise (`keylength`). */
const KEY_BITS = 4096;

/** A request for a certificate, as an agent sends it. */
export interface Csr {
  readonly name: string;
  readonly pem: string;
}

/** Makes requests of as many hosts as are needed. They share one key, which takes the gateway the same work. */
export class Hosts {
  readonly #keys: { readonly publicKey: KeyObject; readonly privateKey: KeyObject };
  readonly #ready: Csr[] = [];
  #made = 0;

  private constructor(keys: { readonly publicKey: KeyObject; readonly privateKey: KeyObject }) {
    this.#keys = keys;
  }

  static async make(): Promise<Hosts> {
    return new Hosts(await promisify(generateKeyPair)("rsa", { modulusLength: KEY_BITS }));
  }

  get publicKey(): Buffer {
    return this.#keys.publicKey.export({ type: "spki", format: "der" });
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
    const csrs = names.map(async (name) => ({ name, pem: await certificateRequest(name, this.#keys) }));
    this.#ready.push(...(await Promise.all(csrs)));
  }
}
