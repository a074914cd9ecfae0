import { loginFault } from "@gatehouse/core/enrolment";

/** What a request shows in Authorization. */
export type ShownCredentials =
  | { readonly scheme: "basic"; readonly name: string; readonly secret: string }
  | { readonly scheme: "bearer"; readonly token: string };

/** Characters of Authorization: of the longest name and secret, and more than any of our tokens. */
const LONGEST = 4096;

/**
 * What stands in Authorization: Basic (RFC 7617, in UTF-8) or Bearer (RFC 6750).
 * @returns undefined for what is neither, or cannot be read
 */
export function credentialsIn(authorization: string): ShownCredentials | undefined {
  if (authorization.length > LONGEST) return undefined;
  const [, scheme = "", said = ""] = /^(basic|bearer) +(\S+) *$/i.exec(authorization) ?? [];
  if (/^bearer$/i.test(scheme)) return { scheme: "bearer", token: said };
  return /^basic$/i.test(scheme) ? basicIn(said) : undefined;
}

function basicIn(encoded: string): ShownCredentials | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(encoded)) return undefined;
  const text = utf8(Buffer.from(encoded, "base64"));
  const colon = text?.indexOf(":") ?? -1;
  if (text === undefined || colon < 0) return undefined;
  return { scheme: "basic", name: text.slice(0, colon), secret: text.slice(colon + 1) };
}

/** @returns undefined for bytes that are no UTF-8 */
export function utf8(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Whether there can be a login of this name and secret: what is no text, or too long, is not looked for. */
export const canBeLogin = (name: string, secret: string): boolean =>
  loginFault({ kind: "basic", agent: null, name, secret }) === undefined;
