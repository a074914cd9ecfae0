import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { GatehouseError } from "@gatehouse/core/errors";

/** Of scrypt (RFC 7914), for new digests: 16 MiB, and some tens of milliseconds on one core. */
const NOW = { cost: 16_384, blockSize: 8, parallelization: 1 } as const;
const SALT_BYTES = 16;
const DIGEST_BYTES = 32;
/** Digests under way at once: half of the threads that files, names and compression are done on as well. */
const MOST_UNDER_WAY = 2;
/** Digests that wait for their turn: a few seconds' worth. */
const MOST_WAITING = 100;
const RETRY_AFTER_SECONDS = 5;

interface Parameters {
  readonly cost: number;
  readonly blockSize: number;
  readonly parallelization: number;
}

/**
 * Digests of secrets that people may have chosen: slow to try, one after another. A digest is a text that says how it was
 * made: `scrypt$COST$BLOCK$PARALLEL$SALT$DIGEST`, the last two in base64url.
 */
export class SecretDigests {
  #underWay = 0;
  readonly #waiting: (() => void)[] = [];
  /** What no secret has: comparing with it takes as long as with another. */
  readonly #nobodys = textOf(NOW, randomBytes(SALT_BYTES), randomBytes(DIGEST_BYTES));

  /** @throws overloaded */
  async make(secret: string): Promise<string> {
    const salt = randomBytes(SALT_BYTES);
    return textOf(NOW, salt, await this.#derive(secret, salt, NOW));
  }

  /**
   * Whether the digest is this secret's; in the same time whether it is or not, and where there is none.
   * @throws overloaded; an Error for a text that is no digest
   */
  async isOf(secret: string, digest: string | undefined): Promise<boolean> {
    const { salt, bytes, ...parameters } = parsed(digest ?? this.#nobodys);
    const same = timingSafeEqual(await this.#derive(secret, salt, parameters), bytes);
    return same && digest !== undefined;
  }

  async #derive(secret: string, salt: Buffer, { cost, blockSize, parallelization }: Parameters): Promise<Buffer> {
    await this.#turn();
    try {
      const maxmem = 256 * cost * blockSize * parallelization;
      return await new Promise<Buffer>((resolve, reject) => {
        scrypt(secret, salt, DIGEST_BYTES, { cost, blockSize, parallelization, maxmem }, (error, key) =>
          error === null ? resolve(key) : reject(error),
        );
      });
    } finally {
      // The turn goes over to the next one, if there is one.
      const next = this.#waiting.shift();
      if (next === undefined) this.#underWay--;
      else next();
    }
  }

  async #turn(): Promise<void> {
    if (this.#underWay < MOST_UNDER_WAY) {
      this.#underWay++;
      return;
    }
    if (this.#waiting.length >= MOST_WAITING)
      throw new GatehouseError("overloaded", "Too many secrets are being checked; try again in a moment.", {
        detail: `rule: at most ${MOST_WAITING} logins wait for their check`,
        retryAfterSeconds: RETRY_AFTER_SECONDS,
      });
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}

const textOf = ({ cost, blockSize, parallelization }: Parameters, salt: Buffer, bytes: Buffer): string =>
  ["scrypt", cost, blockSize, parallelization, salt.toString("base64url"), bytes.toString("base64url")].join("$");

function parsed(digest: string): Parameters & { readonly salt: Buffer; readonly bytes: Buffer } {
  const [, cost, blockSize, parallelization, salt, bytes] =
    /^scrypt\$(\d{1,7})\$(\d{1,2})\$(\d{1,2})\$([\w-]{22})\$([\w-]{43})$/.exec(digest) ?? [];
  if (salt === undefined || bytes === undefined) throw new Error("a digest of a secret was changed in the database");
  return {
    ...{ cost: Number(cost), blockSize: Number(blockSize), parallelization: Number(parallelization) },
    ...{ salt: Buffer.from(salt, "base64url"), bytes: Buffer.from(bytes, "base64url") },
  };
}
