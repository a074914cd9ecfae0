import type { Clock } from "@gatehouse/core/clock";
import type { AgentLogin, AgentLogins } from "@gatehouse/core/enrolment";
import { GatehouseError } from "@gatehouse/core/errors";
import { type AgentProof, isTrusted, noProof } from "@gatehouse/core/nodes";
import type { RouteRequest } from "../route-table.js";
import { loginOfToken } from "./access-token.js";
import { canBeLogin, credentialsIn } from "./credentials.js";
import type { FailedProofs } from "./failed-proofs.js";
import type { ProofOf } from "./types.js";

export interface ProofDeps {
  readonly logins: Pick<AgentLogins, "verify" | "find">;
  /** Signs access tokens: 32 bytes, the same on all gateways. */
  readonly tokenKey: Buffer;
  readonly clock: Clock;
  /** Shared by all who look at secrets of agents. */
  readonly failures: FailedProofs;
}

/**
 * What inventory agents prove themselves with: a login by Basic, an access token, or a certificate; of several the strongest.
 * One that is wrong is refused all the same: its sender is to hear of it.
 * @param deps without them there are no logins: every one is wrong
 */
export function createProofOf(deps?: ProofDeps): ProofOf {
  return async (request) => {
    const { authorization } = request.headers;
    const byLogin = authorization === undefined ? undefined : await loginProof(deps, authorization, request.from);
    return strongest(certificateProof(request), byLogin);
  };
}

/** @returns of equal ones the first; nothing proved where there is none */
export const strongest = (...shown: readonly (AgentProof | undefined)[]): AgentProof =>
  shown.reduce<AgentProof>(
    (best, proof) => (proof === undefined || isTrusted(best.trust, proof.trust) ? best : proof),
    noProof,
  );

async function loginProof(
  deps: ProofDeps | undefined,
  authorization: string,
  from: string | undefined,
): Promise<AgentProof> {
  const shown = credentialsIn(authorization);
  if (shown === undefined)
    throw new GatehouseError("unauthenticated", "Authorization is none of Basic, in UTF-8, and Bearer.");
  if (deps === undefined) throw new GatehouseError("unauthenticated", "There are no logins here.");
  if (shown.scheme === "bearer") return tokenProof(deps, shown.token);
  const login = await loginOf(deps, "basic", shown, from);
  if (login === undefined)
    throw new GatehouseError("unauthenticated", "There is no such login, or its secret is another.");
  return proofBy("basic", login);
}

/**
 * The live login with this name and secret.
 * @throws overloaded where too many wrong ones came from the address
 */
export function loginOf(
  { logins, failures }: Pick<ProofDeps, "logins" | "failures">,
  kind: AgentLogin["kind"],
  { name, secret }: { readonly name: string; readonly secret: string },
  from: string | undefined,
): Promise<AgentLogin | undefined> {
  return failures.check(from, JSON.stringify([kind, name, secret]), async () =>
    canBeLogin(name, secret) ? logins.verify(kind, name, secret) : undefined,
  );
}

/** Without a limit: nobody guesses a signature of 256 bits, and looking at one takes microseconds. */
async function tokenProof({ logins, tokenKey, clock }: ProofDeps, token: string): Promise<AgentProof> {
  const refused = (detail: string) =>
    new GatehouseError("unauthenticated", "The access token does not hold here.", { detail });
  const id = loginOfToken(tokenKey, token, clock.now());
  if (id === undefined) throw refused("rule: it was not signed here");
  const login = await logins.find(id);
  if (login?.kind !== "oauth") throw refused("rule: the login that it was given to is revoked");
  return proofBy("oauth", login);
}

const proofBy = (way: "basic" | "oauth", { name, agent }: AgentLogin): AgentProof => ({
  ...{ way, trust: agent === null ? "key" : "secret", by: name },
  ...(agent !== null && { agent }),
});

/**
 * A certificate that our authority issued to inventory agents, in the name of one of them. Of another profile it says nothing
 * here. A proxy shows its own with messages of others: that they come from one of ours is all that it proves then.
 */
function certificateProof({ peer, headers }: Pick<RouteRequest, "peer" | "headers">): AgentProof | undefined {
  if (peer.kind !== "verified" || peer.profile !== "inventory") return undefined;
  const name = peer.name.toLowerCase();
  const nearest = headers["glpi-proxy-id"]?.toString().split(",").at(-1)?.trim().toLowerCase();
  if (nearest === name) return { way: "certificate", trust: "key", by: peer.serial };
  return { way: "certificate", trust: "certificate", agent: name, by: peer.serial };
}
