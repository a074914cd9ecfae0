import { constants, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { createSecureContext, type SecureContext, type SecureContextOptions } from "node:tls";
import { GatehouseError } from "@gatehouse/core/errors";
import type { ListenerCertificate, ListenerConfig } from "../../config/types.js";

/** A certificate with its chain, and its key; both PEM. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/** Where a listener's certificates come from; asked at the start, and again when they are to be read anew. */
export interface CertificateSources {
  /** The gateway's own certificate. */
  readonly own: () => Promise<KeyPair>;
  /** PEM of the authority's certificates, for listeners that announce it; undefined while there is none. */
  readonly authority?: (() => Promise<string | undefined>) | undefined;
}

/** What a listener shows of itself. */
export interface Shown {
  readonly options: SecureContextOptions;
  /** SHA-256 of the first certificate, as Node writes it. */
  readonly fingerprint: string;
  /** The context for a name that a client asks for; undefined: that of `options`. */
  readonly contextFor: (name: string) => SecureContext | undefined;
}

/** @throws start-refused for a certificate that cannot be read, or used with its key */
export async function shownBy(listener: ListenerConfig, sources: CertificateSources): Promise<Shown> {
  const { address, announceAuthority = false, certificates = [], minVersion } = listener;
  const announced = announceAuthority ? await sources.authority?.() : undefined;
  const common: SecureContextOptions = {
    minVersion,
    // Always given: else every client's certificate is looked for in the list of public authorities.
    ca: announced ?? [],
    // In the middle of a connection, TLS 1.2 would let a client become another.
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
  };
  const contexts = [];
  for (const shown of [listener, ...certificates]) {
    const { cert, key } = await keyPair(shown, address, sources.own);
    const options = { ...common, cert, key };
    try {
      contexts.push({ options, certificate: new X509Certificate(cert), context: createSecureContext(options) });
    } catch (thrown) {
      throw unusable(address, "used with its key", thrown);
    }
  }
  const [first, ...others] = contexts;
  if (first === undefined) throw new Error("a listener shows at least one certificate");
  return {
    options: first.options,
    fingerprint: first.certificate.fingerprint256,
    contextFor: (name) =>
      isFor(first.certificate, name) ? undefined : others.find(({ certificate }) => isFor(certificate, name))?.context,
  };
}

function isFor(certificate: X509Certificate, name: string): boolean {
  try {
    return (isIP(name) ? certificate.checkIP(name) : certificate.checkHost(name)) !== undefined;
  } catch {
    // What a client sends is not always a name that can be looked for.
    return false;
  }
}

async function keyPair(
  { tls, certFile, keyFile }: ListenerCertificate | ListenerConfig,
  address: string,
  own: CertificateSources["own"],
): Promise<KeyPair> {
  if (tls === "own") return own();
  if (certFile === undefined || keyFile === undefined) {
    throw new GatehouseError("start-refused", `The listener ${address} has tls: files, and no certFile and keyFile.`);
  }
  try {
    return { cert: readFileSync(certFile, "utf8"), key: readFileSync(keyFile, "utf8") };
  } catch (thrown) {
    throw unusable(address, "read", thrown);
  }
}

const unusable = (address: string, what: string, thrown: unknown) =>
  new GatehouseError(
    "start-refused",
    `The certificate of ${address} cannot be ${what}: ${(thrown as Error).message.replace(/\.?\s*$/, ".")}`,
    { cause: thrown },
  );
