// Runs on a thread, started by thread.ts.
import { parentPort } from "node:worker_threads";
import type { Answer, Order } from "./messages.js";
import { signer } from "./sign.js";

const keys = new Map<string, (body: Uint8Array) => Uint8Array>();

function answer({ keyId, pem, body }: Order): Answer {
  try {
    if (pem !== undefined) keys.set(keyId, signer(pem));
    const sign = keys.get(keyId);
    if (sign === undefined) return { failure: "the thread does not have the key" };
    // A Buffer may be a view of a shared pool, which cannot be handed over.
    return { signature: new Uint8Array(sign(body)) };
  } catch (thrown) {
    // OpenSSL's words name what is wrong with a key, never what is in it.
    return { failure: thrown instanceof Error ? thrown.message : "unknown" };
  }
}

parentPort?.on("message", (order: Order) => {
  const answered = answer(order);
  parentPort?.postMessage(answered, "signature" in answered ? [answered.signature.buffer as ArrayBuffer] : []);
});
