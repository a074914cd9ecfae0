import { answerTo, keyIn, provesServer, serverSecretIn } from "@gatehouse/simulator";
import type { Connection, Heard } from "../load/connection.js";
import { challengeAnswer, firstMessage } from "./requests.js";

/**
 * A whole registration: four messages.
 * @param token a UUID
 * @returns the key that it gave, 16 bytes
 * @throws when it ends otherwise, or the gateway does not prove itself
 */
export async function registerOne(connection: Connection, agent: string, token: string): Promise<Buffer> {
  const { challenge } = said(await connection.ask(firstMessage(agent)), agent);
  const secret = serverSecretIn(challenge, token, agent);
  if (secret === undefined) throw new Error(`the challenge of ${agent} is not its own`);
  const sent = answerTo(secret, token);
  const last = said(await connection.ask(challengeAnswer(agent, sent.challenge)), agent);
  if (!provesServer(last["challenge"], token, sent) || typeof last["crypto"] !== "string")
    throw new Error(`${agent} was given no key`);
  return keyIn(last["crypto"], token);
}

function said({ status, body }: Heard, agent: string): Readonly<Record<string, unknown>> {
  if (status !== 200) throw new Error(`${agent} got ${status}: ${body}`);
  return JSON.parse(body.toString("utf8")) as Readonly<Record<string, unknown>>;
}
