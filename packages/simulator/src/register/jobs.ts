/** An answer as a proxy hands it on. */
export interface HandedOn {
  readonly status: number;
  readonly contentType: string;
  /** GLPI-CryptoKey-ID, "" for a plain one. */
  readonly cryptoKeyId: string;
  /** GLPI-Request-ID where the answer has one of its own, "" for that of the request. */
  readonly requestId: string;
  readonly body: Buffer;
}

/** A message that was passed on, until its answer was fetched. */
export interface Job {
  /** Digest of the message: the same again is the same job. */
  readonly digest: string;
  readonly since: Date;
  /** Undefined as long as there is none. */
  answer: HandedOn | undefined;
}

const MOST = 1000;
const KEPT_MS = 10 * 60_000;

/** What a proxy has under way, by agent and request; forgotten after ten minutes, and the oldest first where they are many. */
export class Jobs {
  readonly #jobs = new Map<string, Job>();

  get size(): number {
    return this.#jobs.size;
  }

  find(name: string, now: Date): Job | undefined {
    const job = this.#jobs.get(name);
    return job !== undefined && now.getTime() - job.since.getTime() < KEPT_MS ? job : undefined;
  }

  /** @returns a new job, in the place of another of its name */
  open(name: string, digest: string, now: Date): Job {
    const job: Job = { digest, since: now, answer: undefined };
    this.#jobs.delete(name);
    this.#jobs.set(name, job);
    const [oldest] = this.#jobs.keys();
    if (this.#jobs.size > MOST && oldest !== undefined) this.#jobs.delete(oldest);
    return job;
  }

  close(name: string): void {
    this.#jobs.delete(name);
  }
}
