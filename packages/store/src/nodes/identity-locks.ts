/** Under it, shared, agents come to nodes; alone, people move them ("iden"). Taken before any row. */
const MOVES = 0x6964656e;

/** Expressions for `select`: no node is merged or split while a transaction holds the first, nothing comes or goes while it holds the second. */
export const AGENTS_COME = `pg_advisory_xact_lock_shared(${MOVES})`;
export const AGENTS_MOVE = `pg_advisory_xact_lock(${MOVES})`;

/** Stands for all evidence ("evid"). */
const EVIDENCE = 0x65766964;

/**
 * Locks pieces of evidence, in one order for all: of one machine's agents that come at the same time, the second sees
 * the first. Taken after those above, once, and before any row of a node. $1: their keys.
 */
export const LOCK_EVIDENCE = {
  name: "identity.lock-evidence",
  text: `select pg_advisory_xact_lock_shared(${EVIDENCE}), pg_advisory_xact_lock(key)
         from (select distinct hashtextextended('evidence/' || said, 0) as key from unnest($1::text[]) as said order by 1) as keys`,
};
/** Instead, for so many pieces that PostgreSQL's table of locks, which all connections share, might be full of them. */
export const LOCK_ALL_EVIDENCE = {
  name: "identity.lock-all-evidence",
  text: `select pg_advisory_xact_lock(${EVIDENCE})`,
};
/** Expressions for `select` that wait for nobody: whether pieces of evidence may be locked now, and whether one of this key is. */
export const MAY_LOCK_EVIDENCE = `pg_try_advisory_xact_lock_shared(${EVIDENCE})`;
export const tryLockEvidence = (key: string): string =>
  `pg_try_advisory_xact_lock(hashtextextended('evidence/' || ${key}, 0))`;
/** Ten connections' worth of them fits in our own PostgreSQL's table, of 3,840. */
export const MOST_LOCKS = 300;
