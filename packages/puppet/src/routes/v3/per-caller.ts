import { limitPerName, type Peer } from "@gatehouse/http";

/** Work of one caller among that of others. @throws overloaded where too much of the caller's is under way */
export type PerCaller = <T>(peer: Peer, work: () => Promise<T>) => Promise<T>;

/**
 * Lets each caller have so much under way at once: agents do one thing after the other.
 * @param what of a caller, for the error: `files`
 */
export function limitPerCaller(most: number, what: string): PerCaller {
  const limit = limitPerName(most, `${what} of one node`);
  return (peer, work) => limit(nameOf(peer), work);
}

const nameOf = (peer: Peer) => (peer.kind === "verified" ? peer.name : "");
