/** A promise with its two ends, as Promise.withResolvers of Node 22 makes it. */
export interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: Error) => void;
}

export function deferred<T>(): Deferred<T> {
  let ends: Omit<Deferred<T>, "promise"> | undefined;
  const promise = new Promise<T>((resolve, reject) => {
    ends = { resolve, reject };
  });
  // Nobody may be waiting when it fails.
  promise.catch(() => {});
  return { promise, ...(ends as Omit<Deferred<T>, "promise">) };
}
