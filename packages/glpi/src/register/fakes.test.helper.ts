import { randomBytes, randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { Clock } from "@gatehouse/core/clock";
import type { AgentKeys, Challenge, LiveKey, RegistrationSecret } from "@gatehouse/core/enrolment";
import type { GlpiDeps } from "../deps.js";

interface Kept extends LiveKey {
  readonly tokenId: string;
  readonly confirmedAt: Date | null;
  readonly renewalAskedAt: Date | null;
  readonly numbers: ReadonlySet<number>;
  readonly gone: boolean;
  /** Milliseconds since 1970. */
  readonly givenAt: number;
}

/** What the ports of registrations remember; tests look at it, and change it. */
export interface Enrolled {
  readonly tokens: (RegistrationSecret & { left?: number })[];
  readonly keys: Kept[];
  readonly waiting: Map<string, Challenge>;
  /** A token that agents may register with. */
  token(more?: Partial<RegistrationSecret & { left: number }>): RegistrationSecret;
  /** Changes keys of an owner. */
  amend(owner: string, change: Partial<Kept>): void;
}

/** The ports of REGISTER as the store has them, in memory: small, and without its concurrency. */
export function enrolmentFakes(
  clock: Clock,
): Pick<GlpiDeps, "registrationTokens" | "challenges" | "agentKeys"> & { readonly enrolment: Enrolled } {
  const tokens: Enrolled["tokens"] = [];
  const keys: Kept[] = [];
  const waiting = new Map<string, Challenge>();
  const now = () => clock.now().getTime();
  const amend = (fits: (key: Kept) => boolean, change: Partial<Kept>) => {
    for (const [i, key] of keys.entries()) if (fits(key)) keys[i] = { ...key, ...change };
  };
  const keyOf = ({ agentId, from }: Pick<Challenge, "agentId" | "from">) => `${agentId} ${from}`;
  const isLive = (key: Kept) => !key.gone && key.expiresAt.getTime() > now();

  const agentKeys: Pick<AgentKeys, "issue" | "live" | "use" | "undo"> = {
    async issue({ owner, tokenId, seconds }) {
      const token = tokens.find(({ id, left = 1 }) => id === tokenId && left > 0);
      if (token === undefined) return undefined;
      if (token.left !== undefined) token.left--;
      const key: Kept = {
        ...{ id: randomUUID(), owner, tokenId, secret: randomBytes(16), confirmedAt: null, renewalAskedAt: null },
        ...{ expiresAt: new Date(now() + seconds * 1000), numbers: new Set(), gone: false },
        givenAt: now(),
      };
      keys.unshift(key);
      return key;
    },
    live: async (owner) => keys.filter((key) => key.owner === owner && isLive(key)).slice(0, 2),
    async use(id, number) {
      const key = keys.find((each) => each.id === id);
      if (key === undefined || !isLive(key) || key.numbers.has(number)) return false;
      if (number < Math.max(...key.numbers, 0) - 64) return false;
      const at = keys.indexOf(key);
      amend((each) => each.owner === key.owner && keys.indexOf(each) > at, { gone: true });
      amend((each) => each.id === id, { confirmedAt: clock.now(), numbers: new Set([...key.numbers, number]) });
      return true;
    },
    async undo(owner, seconds) {
      const newest = keys.find((key) => key.owner === owner && isLive(key));
      if (newest === undefined || newest.confirmedAt !== null || now() - newest.givenAt > seconds * 1000) return false;
      amend(({ id }) => id === newest.id, { gone: true });
      const token = tokens.find(({ id }) => id === newest.tokenId);
      if (token?.left !== undefined) token.left++;
      return true;
    },
  };

  return {
    agentKeys,
    registrationTokens: {
      usable: async () => tokens.filter(({ left = 1 }) => left > 0),
      async use(tokenId) {
        const token = tokens.find(({ id, left = 1 }) => id === tokenId && left > 0);
        if (token?.left !== undefined) token.left--;
        return token !== undefined;
      },
    },
    challenges: {
      async open(challenge, seconds) {
        const before = waiting.get(keyOf(challenge));
        const isSame =
          before !== undefined &&
          before.expiresAt.getTime() > now() &&
          before.of === challenge.of &&
          before.tokenId === challenge.tokenId &&
          isDeepStrictEqual(before.said, challenge.said);
        const after = isSame ? before : { ...challenge, expiresAt: new Date(now() + seconds * 1000) };
        waiting.set(keyOf(challenge), after);
        return after;
      },
      async take(agentId, from) {
        const theirs = [...waiting.values()].filter((each) => each.agentId === agentId);
        const taken = theirs.find((each) => each.from === from) ?? theirs.at(-1);
        if (taken !== undefined) waiting.delete(keyOf(taken));
        const token = tokens.find(({ id }) => id === taken?.tokenId);
        if (taken === undefined || token === undefined || taken.expiresAt.getTime() <= now()) return undefined;
        return { ...taken, token };
      },
    },
    enrolment: {
      ...{ tokens, keys, waiting },
      token(more = {}) {
        const token = { id: randomUUID(), name: "all", tag: null, agent: null, secret: randomBytes(16), ...more };
        tokens.unshift(token);
        return token;
      },
      amend: (owner, change) => amend((key) => key.owner === owner, change),
    },
  };
}
