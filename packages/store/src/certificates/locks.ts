/** Held by intents together, and by a revocation alone: none begins or ends while it looks for what there is to revoke. */
const KEY = "hashtextextended('certificates', 2)";

/** For an intent: any number of them at once. */
export const INTENDING = `select pg_advisory_xact_lock_shared(${KEY})`;

/** For a revocation: it waits for the intents under way, and those after it see what it did. */
export const REVOKING = `select pg_advisory_xact_lock(${KEY})`;
