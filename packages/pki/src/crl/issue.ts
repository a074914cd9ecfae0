import { wholeSeconds } from "../der/time.js";
import type { Issuer } from "../issuer.js";
import { signedDer } from "../leaf.js";
import { toPem } from "../pem.js";
import type { Sign, SigningKey } from "../signing/sign.js";
import { crlTbs } from "./write.js";

export interface NewCrl {
  readonly number: bigint;
  readonly entries: readonly Uint8Array[];
  readonly now: Date;
  readonly lifetimeMs: number;
}

export interface SignedCrl {
  readonly number: bigint;
  readonly pem: string;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date;
}

/** A list, signed. */
export async function issueCrl(
  { number, entries, now, lifetimeMs }: NewCrl,
  issuer: Issuer,
  key: SigningKey,
  sign: Sign,
): Promise<SignedCrl> {
  const thisUpdate = wholeSeconds(now);
  const nextUpdate = wholeSeconds(new Date(now.getTime() + lifetimeMs));
  const body = crlTbs({ number, thisUpdate, nextUpdate, entries }, issuer);
  const signature = await sign({ body, key });
  return { number, pem: toPem("X509 CRL", signedDer(body, issuer, signature)), thisUpdate, nextUpdate };
}
