import { answerTo, keyIn, provesServer, serverSecretIn } from "./challenge.js";
import { MOST_POLLS } from "./channel.js";
import type { RegisterReply } from "./reply.js";

/** How an agent does wrong, for tests of servers. */
export interface Misbehaviour {
  /** What it answers a challenge with, in place of what it should. */
  readonly answer?: (challenge: string, honest: string) => string;
  /** Whether the answer to a message gets lost on its way back; asked once the server has answered. */
  readonly loses?: (operation: RegisterOperation) => boolean;
}

/** Messages of a registration: the first, the answer to a challenge, and that it failed. */
export type RegisterOperation = "register" | "validate" | "failure";

export interface Validation {
  /** UUIDs: of who the challenge is about. */
  readonly token: string | undefined;
  readonly ownId: string;
  readonly challenge: string;
  say(operation: RegisterOperation, message: object): Promise<RegisterReply>;
  wait(milliseconds: number): Promise<void>;
  readonly misbehaviour?: Misbehaviour | undefined;
}

/** How a registration by token ended, with the key that it gave. */
export interface Validated {
  readonly reply: RegisterReply;
  /** 16 bytes. */
  readonly key: Buffer | undefined;
  /** Why the agent said `failure`. */
  readonly failure: "challenge" | "server" | undefined;
}

/** Answers a challenge and looks at what comes back (chapters 6.2.2 and 6.2.4): what does not fit is told as `failure`. */
export async function validated(validation: Validation): Promise<Validated> {
  const { token, ownId, challenge, wait, misbehaviour } = validation;
  // A proxy has no answer yet: the same again at the expiration (chapter 6.1.4).
  const say = async (operation: RegisterOperation, message: object): Promise<RegisterReply> => {
    let reply = await validation.say(operation, message);
    for (let repeats = 0; reply.status === "pending" && repeats < MOST_POLLS; repeats++) {
      await wait(1000 * reply.expiration);
      reply = await validation.say(operation, message);
    }
    return reply;
  };
  const fail = async (failure: "challenge" | "server"): Promise<Validated> => {
    const reply = await say("failure", { action: "register", challenge: "failure" });
    return { reply, key: undefined, failure };
  };
  const secret = token === undefined ? undefined : serverSecretIn(challenge, token, ownId);
  if (token === undefined || secret === undefined) return fail("challenge");
  const sent = answerTo(secret, token);
  const answer = misbehaviour?.answer?.(challenge, sent.challenge) ?? sent.challenge;
  const reply = await say("validate", { action: "register", challenge: answer });
  if (reply.status !== "registered") return { reply, key: undefined, failure: undefined };
  if (!provesServer(reply.challenge, token, sent)) return fail("server");
  return { reply, key: reply.crypto === undefined ? undefined : keyIn(reply.crypto, token), failure: undefined };
}
