import type { InventoryAnswer } from "../inventory/connection.js";
import { InventoryAgentError } from "../inventory/errors.js";
import { decoded, secondsOf } from "../inventory/reply.js";

/** An answer of REGISTER (chapters 6.1.2 and 6.1.4), whatever its HTTP status. */
export interface RegisterReply {
  readonly status: "registered" | "pending" | "error";
  /** Seconds. */
  readonly expiration: number;
  readonly message: string | undefined;
  readonly needs: string | undefined;
  readonly challenge: string | undefined;
  readonly crypto: string | undefined;
}

/** Seconds that an agent waits where an answer says nothing usable: "the latest delay or configured one" (chapter 3.3.2). */
const DELAY = 3600;
const STATUSES: readonly unknown[] = ["registered", "pending", "error"] satisfies RegisterReply["status"][];

const textOf = (value: unknown) => (typeof value === "string" ? value : undefined);

/** @throws InventoryAgentError kind protocol for what is none of REGISTER's answers */
export function registerReply(answer: InventoryAnswer, text: string): RegisterReply {
  const say = (words: string) => new InventoryAgentError("protocol", answer.operation, words, answer);
  const value = decoded(answer, text);
  if (!STATUSES.includes(value["status"])) throw say("No supported answer: it has no status");
  const { status, message, needs, challenge, crypto } = value;
  return {
    status: status as RegisterReply["status"],
    expiration: secondsOf(value["expiration"]) ?? DELAY,
    message: textOf(message),
    needs: textOf(needs),
    challenge: textOf(challenge),
    crypto: textOf(crypto),
  };
}
