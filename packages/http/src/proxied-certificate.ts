import { X509Certificate } from "node:crypto";

const ONE_PEM = /^-----BEGIN CERTIFICATE-----\s([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----\s*$/;

/**
 * The client's certificate as a proxy that ends TLS passes it on in X-Client-Cert (nginx's `$ssl_client_escaped_cert`;
 * puppetserver reads the same header). Call it only for a request that a trusted proxy wrote.
 * @returns undefined when it is not exactly one that can be read
 */
export function certificateIn(encoded: string): X509Certificate | undefined {
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
    if (char === "\\" && !legacy) part += subject[++at] ?? char;
    else if (legacy ? char === "/" : char === "," || char === "+") take();
    else part += char;
  }
  take();
  return names;
}
