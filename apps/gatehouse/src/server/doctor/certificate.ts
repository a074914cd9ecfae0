import type { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import type { HealthCheck } from "@gatehouse/core/health";
import { failed, ok, warning } from "./check.js";
import { lasting } from "./words.js";

const SOON_MS = 30 * 86_400_000;

/** What is looked at of a certificate. */
export type Shown = Pick<X509Certificate, "validFrom" | "validTo" | "subjectAltName" | "checkHost" | "checkIP">;

/** Whether agents will take a certificate: its time, and the names that they call the gateway by. */
export function certificateCheck(id: string, certificate: Shown, wanted: readonly string[], now: Date): HealthCheck {
  const names = namesOf(certificate);
  const left = Date.parse(certificate.validTo) - now.getTime();
  if (left <= 0)
    return failed(
      id,
      `The certificate ended ${lasting(-left)} ago.`,
      "Every agent refuses it. The gateway's own is made anew at a start; one of tls: files has to be renewed by you, and is read at a start.",
    );
  if (Date.parse(certificate.validFrom) > now.getTime())
    return failed(
      id,
      `The certificate is not valid before ${certificate.validFrom}.`,
      "Look at this machine's clock, and at the certificate.",
    );
  const missing = wanted.filter((name) => !isFor(certificate, name));
  if (missing.length > 0)
    return failed(
      id,
      `The certificate is not for ${missing.join(", ")}; it is for ${names.join(", ") || "no name"}.`,
      "Agents that call the gateway so refuse it. The gateway's own gets the serverNames at the next start; one of tls: files has to be issued for them.",
    );
  if (left < SOON_MS)
    return warning(
      id,
      `The certificate ends in ${lasting(left)}.`,
      "Start the gateway again to have its own made anew, and bring it to the nodes; renew one of tls: files.",
    );
  if (names.every(isLoopback))
    return warning(
      id,
      `The certificate is for ${names.join(", ") || "no name"} only.`,
      "Agents on other machines refuse it: put the name that they use into serverNames (GATEHOUSE_SERVER_NAMES), and start the gateway again.",
    );
  return ok(
    id,
    `The certificate is for ${names.join(", ")}, until ${new Date(certificate.validTo).toISOString().slice(0, 10)}.`,
  );
}

/** Whether a client that calls the server by this name would take the certificate for it. */
export const isFor = (certificate: Pick<Shown, "checkHost" | "checkIP">, name: string): boolean =>
  (isIP(name) ? certificate.checkIP(name) : certificate.checkHost(name)) !== undefined;

function namesOf({ subjectAltName }: Shown): string[] {
  return (subjectAltName ?? "").split(/,\s*/).flatMap((part) => /^(?:DNS|IP Address):(.+)$/.exec(part)?.[1] ?? []);
}

const isLoopback = (name: string) => /^(?:localhost|127\..*|::1|0:0:0:0:0:0:0:1)$/i.test(name);
