import type { Clock } from "@gatehouse/core/clock";
import type { AgentLogin } from "@gatehouse/core/enrolment";
import { FailedProofs } from "./failed-proofs.js";
import type { ProofDeps } from "./proof.js";

/** What secrets are looked at with, over some logins; with the names that were looked for. */
export function provingWith(
  logins: readonly AgentLogin[],
  /** By the login's name. */
  secrets: Readonly<Record<string, string>>,
  clock: Clock,
): { readonly deps: ProofDeps; readonly verified: string[] } {
  const verified: string[] = [];
  const deps: ProofDeps = {
    logins: {
      verify: async (kind, name, secret) => {
        verified.push(name);
        return logins.find((login) => login.kind === kind && login.name === name && secrets[name] === secret);
      },
      find: async (id) => logins.find((login) => login.id === id),
    },
    tokenKey: Buffer.alloc(32, 7),
    clock,
    failures: new FailedProofs(clock),
  };
  return { deps, verified };
}
