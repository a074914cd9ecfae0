import { randomBytes } from "node:crypto";
import type { NewRegistrationToken } from "@gatehouse/core/enrolment";
import type { Database } from "../database.js";
import { SecretBox } from "../secret-box.js";
import { createAgentKeys } from "./agent-keys.js";
import { createChallenges } from "./challenges.js";
import { createRegistrationTokens } from "./registration-tokens.js";

export const box = new SecretBox(randomBytes(32));

/** A token that says nothing but a name, and what the test adds. */
export const tokenOf = (name: string, said: Partial<NewRegistrationToken> = {}): NewRegistrationToken => ({
  ...{ name, tag: null, agent: null, mostUses: null, expiresAt: null },
  secret: randomBytes(16),
  ...said,
});

/** Tokens, challenges and keys of one process. */
export function processOn(db: Database) {
  const keys = createAgentKeys(db, box);
  const tokens = createRegistrationTokens(db, box, keys.forget);
  const challenges = createChallenges(db, box);
  const token = async (name: string, said: Partial<NewRegistrationToken> = {}) =>
    tokens.add(tokenOf(name, said), "ann");
  /** A key that the token is good for. */
  const key = async (owner: string, tokenId: string, seconds = 3_600) => {
    const given = await keys.issue({ owner, tokenId, seconds });
    if (given === undefined) throw new Error("no key was given");
    return given;
  };
  return { keys, tokens, challenges, token, key };
}

/** Takes away all that was registered. */
export async function sweep(db: Database): Promise<void> {
  for (const table of ["agent_keys", "registration_challenges", "registration_tokens"])
    await db.run(`delete from ${table}`);
}
