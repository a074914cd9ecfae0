import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { EnrolmentSecret } from "@gatehouse/core/enrolment";
import { GatehouseError } from "@gatehouse/core/errors";

export interface SignedRequest {
  readonly headers: IncomingHttpHeaders;
  /** The bytes as they came: a re-serialised body has another digest. */
  readonly body: Buffer;
}

/**
 * The key that signed a registration: `Shared base64(HMAC-SHA-256(key, base64(SHA-256(body)) + "\n" + x-ms-date))`,
 * with the key's text as typed and the date's text as sent (both recorded from WMF 5.0, 5.1 and DSC for Linux).
 * Every key is tried, in constant time each.
 * @param skewSeconds 0: the date is not checked, so nodes with a wrong clock get in
 * @throws unauthenticated; the detail names the rule
 */
export function verifyRegistration(
  request: SignedRequest,
  keys: readonly EnrolmentSecret[],
  now: Date,
  skewSeconds: number,
): EnrolmentSecret {
  const { authorization } = request.headers;
  const date = request.headers["x-ms-date"];
  if (authorization === undefined) throw refused("no Authorization header");
  const [, signature] = /^shared +([A-Za-z0-9+/]{43}=)$/i.exec(authorization.trim()) ?? [];
  if (signature === undefined) throw refused("the Authorization header is not Shared with a base64 of 32 bytes");
  if (typeof date !== "string" || date === "") throw refused("no x-ms-date header");
  if (skewSeconds > 0) {
    const off = Math.abs(Date.parse(date) - now.getTime()) / 1000;
    if (!(off <= skewSeconds)) throw refused(`x-ms-date is off by ${Math.round(off)} s, more than ${skewSeconds} s`);
  }
  const sent = Buffer.from(signature, "base64");
  const toSign = `${createHash("sha256").update(request.body).digest("base64")}\n${date}`;
  let found: EnrolmentSecret | undefined;
  for (const key of keys) {
    const expected = createHmac("sha256", Buffer.from(key.secret, "utf8")).update(toSign, "latin1").digest();
    if (timingSafeEqual(expected, sent)) found ??= key;
  }
  if (found === undefined)
    throw refused(keys.length === 0 ? "there is no active key" : "the signature matches no active key");
  return found;
}

const refused = (rule: string) =>
  new GatehouseError("unauthenticated", "The registration is not signed with a registration key of this server.", {
    detail: `rule: ${rule}`,
  });

/**
 * What an operator should know of a registration key.
 * @returns warnings
 * @throws request-malformed for a key that no LCM could use, or that can be guessed
 */
export function checkRegistrationKey(secret: string): string[] {
  if (secret.length < 16 || secret.length > 256) {
    throw new GatehouseError("request-malformed", "A registration key has 16 to 256 characters.");
  }
  if (/[\p{C}]/u.test(secret) || secret.trim() !== secret) {
    throw new GatehouseError(
      "request-malformed",
      "A registration key holds no control characters, and no white space around it.",
    );
  }
  if (/^[A-Za-z0-9+/=-]+$/.test(secret)) return [];
  return [
    "DSC for Linux passes the key through a shell: it can only use keys of letters, digits, '+', '/', '=' and '-'.",
  ];
}
