/** Work on a large tree in steps of a few milliseconds each, so that others get their turn in between. */
export type Steps<T> = Generator<undefined, T, undefined>;

/** Entries of a tree that one step looks at. */
export const ENTRIES_PER_STEP = 2_000;

/** Does the work at once. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** Does the work a step at a time. @param pause lets others have their turn */
export async function inTurns<T>(steps: Steps<T>, pause: () => Promise<unknown>): Promise<T> {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
    await pause();
  }
}

/** The items, with a step's end after each {@link ENTRIES_PER_STEP} of them. */
export function* stepping<T>(items: Iterable<T>, work: (item: T) => void): Steps<void> {
  let count = 0;
  for (const item of items) {
    work(item);
    if (++count % ENTRIES_PER_STEP === 0) yield;
  }
}
