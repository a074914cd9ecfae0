/** To the thread: a job, with the key the first time that this thread is to use it. */
export interface Order {
  readonly keyId: string;
  readonly pem: string | undefined;
  readonly body: Uint8Array;
}

/** From the thread. */
export type Answer = { readonly signature: Uint8Array } | { readonly failure: string };
