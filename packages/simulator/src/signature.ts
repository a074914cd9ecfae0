import { createHash, createHmac } from "node:crypto";

/**
 * Signs a registration: base64(HMAC-SHA-256(key, base64(SHA-256(body)) + LF + x-ms-date)).
 *
 * @param body request body, the exact bytes that go over the wire
 * @param xMsDate value of the x-ms-date header, taken literally
 * @param registrationKey RegistrationKey as typed; letter case counts and base64-looking keys are not decoded
 * @returns value of the Authorization header, `Shared <base64>`
 * @see MS-DSCPM, RegisterDscAgent, as recorded from WMF 5.0, WMF 5.1 and DSC for Linux
 */
export function signRegistration(body: Buffer, xMsDate: string, registrationKey: string): string {
  const digest = createHash("sha256").update(body).digest("base64");
  const signature = createHmac("sha256", Buffer.from(registrationKey, "utf8"))
    .update(`${digest}\n${xMsDate}`, "utf8")
    .digest("base64");
  return `Shared ${signature}`;
}

/**
 * @param bytes file content
 * @returns checksum as the protocol writes it: SHA-256, upper-case hex, 64 characters
 */
export function checksumOf(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex").toUpperCase();
}
