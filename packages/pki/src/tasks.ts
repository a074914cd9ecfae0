import { type Signing, signer } from "./signing/sign.js";

/** Pure functions for threads. The authority's own thread keeps its keys instead: see signing/thread.ts. */
export const tasks = {
  /** The signature over `body`. */
  "pki.sign": ({ body, key }: Signing): Uint8Array => new Uint8Array(signer(key.pem)(body)),
};
