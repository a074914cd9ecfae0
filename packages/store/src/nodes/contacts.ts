import type { Database } from "../database.js";

// An expired node that calls again is back; a deactivated one stays what an operator made it.
const WRITE = {
  name: "agent_contacts.write",
  text: `with seen as (
           select id, at, node_id from unnest($1::uuid[], $2::timestamptz[]) as said (id, at) join agents using (id)
         ), revived as (
           update nodes n set state = 'active', state_since = now(), state_by = 'policy' from seen
           where n.id = seen.node_id and n.state = 'expired'
         )
         insert into agent_contacts (agent_id, last_seen) select id, at from seen order by id
         on conflict (agent_id) do update set last_seen = excluded.last_seen where agent_contacts.last_seen < excluded.last_seen`,
};

/**
 * Last-seen times on their way to the database: one statement a second for all agents, the newest time of each.
 * What cannot be written is tried again with the next batch, and lost with the process: it is a hint, not a record.
 */
export class Contacts {
  readonly #db: Database;
  readonly #intervalMs: number;
  #pending = new Map<string, Date>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(db: Database, intervalMs = 1_000) {
    this.#db = db;
    this.#intervalMs = intervalMs;
  }

  touch(agentId: string, at: Date): void {
    const known = this.#pending.get(agentId);
    if (known === undefined || known < at) this.#pending.set(agentId, at);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      // A failure keeps the batch pending and is retried; the request path already reports a database that is away.
      this.flush().catch(() => undefined);
    }, this.#intervalMs).unref();
  }

  /** Writes what is pending. @throws database-unavailable; the batch then stays pending */
  flush(): Promise<void> {
    this.#writing = this.#writing.catch(() => undefined).then(() => this.#write());
    return this.#writing;
  }

  async #write(): Promise<void> {
    const batch = this.#pending;
    if (batch.size === 0) return;
    this.#pending = new Map();
    // Sorted, so that two replicas writing the same agents lock their rows in one order.
    const rows = [...batch].sort(([a], [b]) => (a < b ? -1 : 1));
    const ids = rows.map(([id]) => id);
    try {
      await this.#db.run(WRITE, [ids, rows.map(([, at]) => at)]);
    } catch (thrown) {
      for (const [id, at] of batch) this.touch(id, at);
      throw thrown;
    }
  }
}
