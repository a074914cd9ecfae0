import { createPrivateKey, generateKeyPair, X509Certificate } from "node:crypto";
import { promisify } from "node:util";
import { startOf } from "../inventory/decode.js";
import { InventoryAgentError } from "../inventory/errors.js";
import { certificateRequest } from "../puppet/certificate-request.js";
import type { RestClient } from "./client.js";
import { callUrl } from "./query.js";

/** A certificate of the server's, with its key, in PEM. */
export interface FusionIdentity {
  readonly cert: string;
  readonly key: string;
}

/** A key, and the request for its certificate, until the server has signed it. */
export interface CertificateRequest {
  readonly key: string;
  readonly csr: string;
}

const keyPair = promisify(generateKeyPair);

/** A new key of P-256, and a request for a certificate that names the machine. */
export async function newRequest(deviceId: string): Promise<CertificateRequest> {
  const keys = await keyPair("ec", { namedCurve: "P-256" });
  const key = keys.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  return { key, csr: await certificateRequest(deviceId, keys) };
}

/**
 * Hands in a request, as `requireSSLClientCert` asks (decisions, row 25).
 * @returns undefined as long as the server has not signed it: the same request is handed in again later
 * @throws InventoryAgentError for a refusal, and for a certificate of another key
 */
export async function certificateFor(
  client: RestClient,
  server: string,
  deviceId: string,
  { key, csr }: CertificateRequest,
): Promise<FusionIdentity | undefined> {
  const answer = await client.ask({
    operation: "getCertificate",
    method: "POST",
    url: callUrl(server, "getCertificate", { machineid: deviceId }),
    headers: { "Content-Type": "application/pkcs10" },
    body: Buffer.from(csr, "latin1"),
  });
  if (answer.status === 202) return undefined;
  const text = answer.body.toString("utf8");
  const fail = (kind: "status" | "protocol", words: string, cause?: unknown) =>
    new InventoryAgentError(kind, "getCertificate", words, answer, cause);
  if (answer.status !== 200) throw fail("status", `communication error: ${answer.status} ${startOf(text)}`);
  let cert: X509Certificate;
  try {
    cert = new X509Certificate(text);
  } catch (cause) {
    throw fail("protocol", `no certificate, starting with ${startOf(text)}`, cause);
  }
  if (!cert.checkPrivateKey(createPrivateKey(key))) throw fail("protocol", "The certificate is for another key");
  return { cert: text, key };
}
