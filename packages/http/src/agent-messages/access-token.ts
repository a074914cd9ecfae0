import { createHmac, timingSafeEqual } from "node:crypto";
import { GatehouseError } from "@gatehouse/core/errors";

/** Seconds for which an access token holds. */
export const TOKEN_SECONDS = 3600;

const FORM = /^gat1\.([A-Za-z0-9_-]{1,200})\.(\d{1,12})\.([A-Za-z0-9_-]{43})$/;

/**
 * An access token for a login: its id and the token's end, signed. Nothing is stored of it: agents fetch one for each address
 * that they call (wire/glpi.md section 7).
 * @param key 32 bytes, the same on all gateways
 */
export function makeAccessToken(key: Buffer, loginId: string, now: Date): string {
  const until = Math.floor(now.getTime() / 1000) + TOKEN_SECONDS;
  const said = `gat1.${Buffer.from(loginId).toString("base64url")}.${until}`;
  return `${said}.${signed(key, said).toString("base64url")}`;
}

/**
 * The id of the login that a token was given to.
 * @returns undefined for one that this key did not sign
 * @throws unauthenticated for one that has ended
 */
export function loginOfToken(key: Buffer, token: string, now: Date): string | undefined {
  const [, id = "", until = "", signature = ""] = FORM.exec(token) ?? [];
  const said = token.slice(0, -signature.length - 1);
  if (signature === "" || !timingSafeEqual(signed(key, said), Buffer.from(signature, "base64url"))) return undefined;
  if (Number(until) * 1000 <= now.getTime()) throw new GatehouseError("unauthenticated", "The access token has ended.");
  return Buffer.from(id, "base64url").toString();
}

const signed = (key: Buffer, said: string): Buffer => createHmac("sha256", key).update(said).digest();
