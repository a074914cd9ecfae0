import { X509Certificate } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

/** Characters of an URL-encoded certificate: a large one has 8,000. */
const LONGEST = 32_768;
const ONE_PEM = /^-----BEGIN CERTIFICATE-----\s([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----\s*$/;

/** What a proxy that ends TLS says of its client (nginx and Apache can; puppetserver reads the same headers). */
export interface ProxiedClient {
  /** Whether the proxy found the certificate good; it is looked at here all the same. */
  readonly success: boolean;
  /** Undefined when there was none, or not exactly one that can be read. */
  readonly certificate: X509Certificate | undefined;
  /** The subject as the proxy writes it: to compare, never to believe. */
  readonly subject: string | undefined;
}

/** Reads X-Client-Verify, X-Client-Cert and X-Client-DN. Call it only for a request that a trusted proxy wrote. */
export function proxiedClient(headers: IncomingHttpHeaders): ProxiedClient {
  return {
    success: headers["x-client-verify"] === "SUCCESS",
    certificate: certificateIn(one(headers["x-client-cert"])),
    subject: one(headers["x-client-dn"]),
  };
}

const one = (value: string | string[] | undefined): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;

function certificateIn(encoded: string | undefined): X509Certificate | undefined {
  if (encoded === undefined || encoded.length > LONGEST) return undefined;
  try {
    const base64 = ONE_PEM.exec(decodeURIComponent(encoded))?.[1];
    if (base64 === undefined) return undefined;
    const der = Buffer.from(base64, "base64");
    const certificate = new X509Certificate(der);
    // What follows the certificate would be another one, or nothing that belongs here.
    return certificate.raw.equals(der) ? certificate : undefined;
  } catch {
    return undefined;
  }
}

/** The common names in a subject written `CN=name,O=x` (RFC 2253) or `/O=x/CN=name`. */
export function commonNamesIn(subject: string): string[] {
  const legacy = subject.startsWith("/");
  const names: string[] = [];
  let part = "";
  const take = () => {
    const [, value] = /^\s*(?:CN|2\.5\.4\.3)\s*=\s*(.*?)\s*$/is.exec(part) ?? [];
    if (value !== undefined) names.push(value);
    part = "";
  };
  for (let at = 0; at < subject.length; at++) {
    const char = subject[at] ?? "";
    if (char === "\\" && !legacy) part += subject[++at] ?? "";
    else if (legacy ? char === "/" : char === "," || char === "+") take();
    else part += char;
  }
  take();
  return names;
}
