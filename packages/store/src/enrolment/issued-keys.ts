import { randomBytes, randomUUID } from "node:crypto";
import { type LiveKey, REGISTER_BYTES } from "@gatehouse/core/enrolment";
import type { Database } from "../database.js";
import type { SecretBox } from "../secret-box.js";
import { sealKey } from "./key-rows.js";
import { IS_LIVE } from "./token-rows.js";

/** Keys that are given in one statement. */
const MOST = 100;

/** For one token, which stays locked meanwhile: of those that come at once, no more are given than it is good for. */
const ISSUE = {
  name: "agent_keys.issue",
  text: `with token as (
           select t.id, least($2::int, coalesce(t.most_uses - t.uses, $2::int)) as granted
           from registration_tokens t where t.id = $1 and ${IS_LIVE} for update
         ), counted as (
           update registration_tokens t set uses = t.uses + token.granted from token where t.id = token.id and token.granted > 0
         )
         insert into agent_keys (id, owner, token_id, secret, expires_at)
         select said.id, said.owner, token.id, said.secret, now() + make_interval(secs => said.seconds)
         from token, unnest($3::uuid[], $4::text[], $5::bytea[], $6::float8[]) with ordinality as said (id, owner, secret, seconds, place)
         where said.place <= token.granted order by said.place
         returning id, expires_at as "expiresAt"`,
};

interface Wanted {
  readonly id: string;
  readonly owner: string;
  readonly seconds: number;
  readonly secret: Buffer;
  readonly resolve: (key: LiveKey | undefined) => void;
  readonly reject: (thrown: unknown) => void;
}

/**
 * Gives keys for tokens. A whole fleet may register with one token, whose row counts its uses: those that come while one
 * statement is under way go into the next one together, and do not stand in a queue for that row.
 */
export class IssuedKeys {
  readonly #db: Pick<Database, "run">;
  readonly #box: SecretBox;
  readonly #wanted = new Map<string, Wanted[]>();

  constructor(db: Pick<Database, "run">, box: SecretBox) {
    this.#db = db;
    this.#box = box;
  }

  /** @returns undefined when the token is revoked, has ended, or is used up */
  issue(owner: string, tokenId: string, seconds: number): Promise<LiveKey | undefined> {
    return new Promise((resolve, reject) => {
      const wanted = { id: randomUUID(), owner, seconds, secret: randomBytes(REGISTER_BYTES), resolve, reject };
      const queue = this.#wanted.get(tokenId);
      if (queue !== undefined) queue.push(wanted);
      else {
        this.#wanted.set(tokenId, [wanted]);
        // In the next turn: what comes in this one goes along.
        setImmediate(() => void this.#work(tokenId));
      }
    });
  }

  async #work(tokenId: string): Promise<void> {
    for (;;) {
      const batch = this.#wanted.get(tokenId)?.splice(0, MOST) ?? [];
      if (batch.length === 0) break;
      await this.#give(tokenId, batch);
    }
    this.#wanted.delete(tokenId);
  }

  async #give(tokenId: string, batch: readonly Wanted[]): Promise<void> {
    try {
      const rows = await this.#db.run<{ id: string; expiresAt: Date }>(ISSUE, [
        tokenId,
        batch.length,
        batch.map(({ id }) => id),
        batch.map(({ owner }) => owner),
        batch.map(({ id, owner, secret }) => sealKey(this.#box, { id, owner }, secret)),
        batch.map(({ seconds }) => seconds),
      ]);
      const ends = new Map(rows.map(({ id, expiresAt }) => [id, expiresAt]));
      for (const { id, owner, secret, resolve } of batch) {
        const expiresAt = ends.get(id);
        resolve(expiresAt && { id, owner, secret, expiresAt, confirmedAt: null, renewalAskedAt: null });
      }
    } catch (thrown) {
      for (const { reject } of batch) reject(thrown);
    }
  }
}
