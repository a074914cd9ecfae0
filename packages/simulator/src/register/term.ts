import type { RegisterReply } from "./reply.js";

const after = (from: Date, seconds: number) => new Date(from.getTime() + 1000 * seconds);

/** When an agent registers next, and what it was told (chapter 6.1.2, "About expiration"). */
export class Term {
  /** Until when it is registered. */
  expiresAt: Date | undefined;
  /** When it is to register next; undefined: now. */
  nextAt: Date | undefined;
  /** Until when it is not even to communicate. */
  silentUntil: Date | undefined;
  /** CONTACT's expiration, in seconds: registrations are not more often. */
  leastSeconds = 0;

  isDue(now: Date): boolean {
    return !this.isSilent(now) && (this.nextAt === undefined || this.nextAt <= now);
  }

  isSilent(now: Date): boolean {
    return this.silentUntil !== undefined && this.silentUntil > now;
  }

  /** What the server's last word of a registration means for the next one. */
  settle({ status, expiration }: Pick<RegisterReply, "status" | "expiration">, now: Date): void {
    this.silentUntil = undefined;
    if (status === "registered") {
      this.expiresAt = after(now, expiration);
      this.nextAt = this.#halfwayTo(this.expiresAt, now);
      return;
    }
    this.nextAt = after(now, expiration);
    if (status === "error") this.silentUntil = this.nextAt;
  }

  /** No answer came: it waits for half of what is left. */
  unanswered(now: Date): void {
    this.nextAt = this.expiresAt === undefined || this.expiresAt <= now ? now : this.#halfwayTo(this.expiresAt, now);
  }

  #halfwayTo(end: Date, now: Date): Date {
    return after(now, Math.max((end.getTime() - now.getTime()) / 2000, this.leastSeconds));
  }
}
