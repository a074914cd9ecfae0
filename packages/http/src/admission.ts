import { GatehouseError } from "@gatehouse/core/errors";

/** Requests of one class share a limit, so that a flood of one kind leaves room for the others. */
export const admissionClasses = ["check-in", "content", "submission", "operator", "platform"] as const;
export type AdmissionClass = (typeof admissionClasses)[number];

export interface AdmissionLimits {
  /** Requests of a class that may be under way at once. */
  readonly requests: Readonly<Record<AdmissionClass, number>>;
  /** Body bytes of all classes that may be held in memory at once. */
  readonly bodyBytes: number;
}

/** Seconds, spread so that a turned-away fleet does not come back at once. */
export function jitteredRetryAfter(base = 5, random: () => number = Math.random): number {
  return Math.round(base + random() * base * 2);
}

/** Counts what is under way and turns away what is too much with 503 and a Retry-After. */
export class Admission {
  readonly #limits: AdmissionLimits;
  readonly #requests = new Map<AdmissionClass, number>();
  #bytes = 0;

  constructor(limits: AdmissionLimits) {
    this.#limits = limits;
  }

  /** @throws overloaded when the class is full. Pair with {@link leave}. */
  enter(name: AdmissionClass): void {
    this.refuseFull(name);
    this.#requests.set(name, this.inFlight(name) + 1);
  }

  /** For what is done whether there is a place or not. @returns whether there was one; {@link leave} it then */
  tryEnter(name: AdmissionClass): boolean {
    const hasRoom = this.inFlight(name) < this.#limits.requests[name];
    if (hasRoom) this.#requests.set(name, this.inFlight(name) + 1);
    return hasRoom;
  }

  /** Asked before a body is read that there would be no place for. @throws overloaded when the class is full */
  refuseFull(name: AdmissionClass): void {
    const now = this.inFlight(name);
    if (now < this.#limits.requests[name]) return;
    throw new GatehouseError("overloaded", "The gateway is busy; try again later.", {
      detail: `${now} requests of class ${name} under way`,
      retryAfterSeconds: jitteredRetryAfter(),
    });
  }

  leave(name: AdmissionClass): void {
    this.#requests.set(name, this.inFlight(name) - 1);
  }

  /** @throws overloaded when `bytes` more do not fit. Pair with {@link giveBack}. */
  take(bytes: number): void {
    if (this.#bytes + bytes > this.#limits.bodyBytes) {
      throw new GatehouseError("overloaded", "The gateway is busy; try again later.", {
        detail: `${this.#bytes} body bytes in flight, ${bytes} more asked for`,
        retryAfterSeconds: jitteredRetryAfter(),
      });
    }
    this.#bytes += bytes;
  }

  giveBack(bytes: number): void {
    this.#bytes -= bytes;
  }

  inFlight(name: AdmissionClass): number {
    return this.#requests.get(name) ?? 0;
  }

  get bytesInFlight(): number {
    return this.#bytes;
  }
}
