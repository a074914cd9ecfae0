import { createHash } from "node:crypto";
import { type ApiToken, type ApiTokens, tokenFault, type WantedToken } from "@gatehouse/core/access";
import { GatehouseError } from "@gatehouse/core/errors";
import type { Queryable, Run } from "./database.js";
import { breaksUnique } from "./failures.js";

type Ensured = Awaited<ReturnType<ApiTokens["ensure"]>>;

// Ours are 256 random bits, and those that others make are long: a plain hash is not guessed backwards, and it is
// computed at every call.
export const hashOf = (secret: string): Buffer => createHash("sha256").update(secret).digest();

export const TOKEN_COLUMNS = `id, name, role, created_at as "createdAt", expires_at as "expiresAt", revoked_at as "revokedAt"`;

/** {@link ApiTokens.ensure} */
export async function ensureToken(db: Pick<Queryable, "transaction">, wanted: WantedToken): Promise<Ensured> {
  const fault = tokenFault(wanted);
  if (fault !== undefined) throw new GatehouseError("request-malformed", fault);
  try {
    return await db.transaction((run) => ensureIn(run, wanted));
  } catch (thrown) {
    if (!breaksUnique(thrown, "api_tokens_live_name") && !breaksUnique(thrown, "api_tokens_hash")) throw thrown;
    throw new GatehouseError("conflict", `Somebody else made a token named ${wanted.name} just now; try again.`);
  }
}

async function ensureIn(run: Run, { name, role, secret, expiresAt }: WantedToken): Promise<Ensured> {
  // Two that ensure the same would both find nothing.
  await run("select pg_advisory_xact_lock(hashtext('api_tokens.ensure'))");
  const hash = hashOf(secret);
  const [same] = await run<ApiToken>(`select ${TOKEN_COLUMNS} from api_tokens where hash = $1 for update`, [hash]);
  if (same === undefined) {
    const replaced = await run(
      "update api_tokens set revoked_at = now() where name = $1 and revoked_at is null returning id",
      [name],
    );
    const [token] = await run<ApiToken>(
      `insert into api_tokens (name, role, hash, expires_at) values ($1, $2, $3, $4) returning ${TOKEN_COLUMNS}`,
      [name, role, hash, expiresAt ?? null],
    );
    return { token: known(token), change: replaced.length > 0 ? "replaced" : "made" };
  }
  // Whoever revoked it may have done so because others know it.
  if (same.revokedAt !== null)
    throw new GatehouseError("conflict", `The secret of token ${name} was revoked before: make a new one.`);
  if (same.name !== name)
    throw new GatehouseError("conflict", `The secret of token ${name} is the one of token ${same.name}.`);
  if (same.role === role && same.expiresAt?.getTime() === expiresAt?.getTime()) return { token: same, change: "none" };
  const [token] = await run<ApiToken>(
    `update api_tokens set role = $2, expires_at = $3 where id = $1 returning ${TOKEN_COLUMNS}`,
    [same.id, role, expiresAt ?? null],
  );
  return { token: known(token), change: "altered" };
}

function known<T>(row: T | undefined): T {
  if (row === undefined) throw new Error("a statement returned no row");
  return row;
}
