let last: Promise<void> = Promise.resolve();

/**
 * Resolves in a turn of the event loop that nobody else has who asked here, in the order of the calls: for work of some
 * milliseconds. With an immediate each, all that wait would go on in one turn, and agents be kept waiting for all of them.
 * There is one event loop, so there is one queue for it, whoever asks.
 */
export function ownTurn(): Promise<void> {
  last = last.then(() => new Promise((resolve) => setImmediate(resolve)));
  return last;
}
