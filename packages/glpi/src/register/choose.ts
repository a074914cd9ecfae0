import type { RegistrationSecret } from "@gatehouse/core/enrolment";

/** Who registers, as far as it decides with which token. */
export interface Registering {
  readonly agentId: string;
  readonly tag: string | undefined;
  /** The agent's side first. */
  readonly proxies: readonly string[];
  /** It registered with a token of its own before: by what others know too it cannot be taken over. */
  readonly byOwnOnly: boolean;
}

/** A token, and whose answer is expected. */
export interface Chosen {
  readonly token: RegistrationSecret;
  readonly of: string;
}

/**
 * The tokens that may be the agent's, all of one sort: the one that the policy names; else its own; else those for its tag;
 * else those of a proxy on the way; else those for anybody.
 * @param tokens that are usable, newest first
 * @param named by the policy
 */
export function tokensFor(
  tokens: readonly RegistrationSecret[],
  { agentId, tag, proxies, byOwnOnly }: Registering,
  named: string | undefined,
): readonly Chosen[] {
  const fitting = tokens.filter((token) => token.tag === null || token.tag === tag);
  const own = fitting.filter(({ agent, name }) => agent === agentId && (named === undefined || name === named));
  if (byOwnOnly) return of(own, agentId);
  if (named !== undefined) {
    const found = fitting.filter(({ name }) => name === named);
    return found.flatMap((token) => {
      if (token.agent === null) return [{ token, of: agentId }];
      return token.agent === agentId || proxies.includes(token.agent) ? [{ token, of: token.agent }] : [];
    });
  }
  const shared = fitting.filter(({ agent }) => agent === null);
  const sorts = [
    of(own, agentId),
    of(
      shared.filter((token) => token.tag !== null),
      agentId,
    ),
    ...proxies.map((proxy) =>
      of(
        fitting.filter(({ agent }) => agent === proxy),
        proxy,
      ),
    ),
    of(
      shared.filter((token) => token.tag === null),
      agentId,
    ),
  ];
  return sorts.find((sort) => sort.length > 0) ?? [];
}

const of = (tokens: readonly RegistrationSecret[], who: string): readonly Chosen[] =>
  tokens.map((token) => ({ token, of: who }));
