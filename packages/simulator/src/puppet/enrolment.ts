import { generateKeyPair, type KeyObject } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { ATTRIBUTE, certificateRequest } from "./certificate-request.js";
import type { PuppetAnswer, PuppetConnection, PuppetRequest, PuppetTls } from "./connection.js";
import { PuppetAgentError, refused } from "./errors.js";
import { mannersOf, type PuppetVersion } from "./version.js";

/** What an agent has once it is enrolled. */
export type Identity = Required<Omit<PuppetTls, "rejectUnauthorized">>;

export interface EnrolmentPlan {
  readonly certname: string;
  readonly version: PuppetVersion;
  /** Of a rule of the autosign policy; told as the request's challengePassword. */
  readonly token?: string | undefined;
  /** Milliseconds between two looks for the certificate. */
  readonly waitMs: number;
  /** How often it looks, before it gives up. */
  readonly looks: number;
  readonly connect: (tls: PuppetTls) => PuppetConnection;
}

const PEM_LIST = /-----BEGIN X509 CRL-----[^-]+-----END X509 CRL-----/g;
const keyPair = promisify(generateKeyPair);

const ca = (operation: string, path: string): PuppetRequest => ({
  operation,
  method: "GET",
  path: `/puppet-ca/v1/${path}`,
  accept: "text/plain",
});

/**
 * Gets a certificate as agents do: the authority unverified, everything else verified by it; the request is sent again
 * at each look, and that it is there already is no error. The key is of P-256: quick to make for a whole fleet.
 * @throws PuppetAgentError when the authority refuses, or no certificate came at the last look
 */
export async function enrol(plan: EnrolmentPlan): Promise<Identity> {
  const bundle = await during(plan.connect({ rejectUnauthorized: false }), (first) =>
    taken(first, ca("certificate/ca", "certificate/ca")),
  );
  const lists = await during(plan.connect({ ca: bundle }), (second) =>
    taken(second, ca("certificate_revocation_list", "certificate_revocation_list/ca")),
  );
  const trust = { ca: bundle, crl: lists.match(PEM_LIST) ?? [] };
  const keys = await keyPair("ec", { namedCurve: "P-256" });
  const csr = await requestOf(plan, keys);
  const cert = await during(plan.connect(trust), (connection) => certificateFor(plan, csr, connection));
  return { ...trust, cert, key: keys.privateKey.export({ type: "pkcs8", format: "pem" }).toString() };
}

function requestOf(
  { certname, version, token }: EnrolmentPlan,
  keys: { publicKey: KeyObject; privateKey: KeyObject },
): Promise<string> {
  return certificateRequest(certname, keys, {
    ...(token === undefined ? {} : { [ATTRIBUTE.challengePassword]: token }),
    ...(mannersOf(version).autoRenew ? { [ATTRIBUTE.autoRenew]: "true" } : {}),
  });
}

async function certificateFor(plan: EnrolmentPlan, csr: string, connection: PuppetConnection): Promise<string> {
  const { certname, looks, waitMs } = plan;
  let put: PuppetAnswer | undefined;
  for (let look = 0; look < looks; look++) {
    if (look > 0) await sleep(waitMs);
    const path = `certificate_request/${certname}`;
    put = await connection.send({
      ...ca("certificate_request", path),
      method: "PUT",
      contentType: "text/plain",
      body: csr,
    });
    if (put.status !== 200 && put.status !== 400) throw refused(put);
    const got = await connection.send(ca("certificate", `certificate/${certname}`));
    if (got.status === 200) return got.body.toString("latin1");
    if (got.status !== 404) throw refused(got);
  }
  // A 400 may say that the request waits already, or why it never will be signed.
  if (put?.status === 400) throw refused(put);
  throw new PuppetAgentError("status", "certificate", "Certificate has not been signed yet.", put);
}

/** The body of a 200. @throws PuppetAgentError for any other answer */
async function taken(connection: PuppetConnection, request: PuppetRequest): Promise<string> {
  const answer = await connection.send(request);
  if (answer.status !== 200) throw refused(answer);
  return answer.body.toString("latin1");
}

async function during<T>(connection: PuppetConnection, use: (connection: PuppetConnection) => Promise<T>): Promise<T> {
  try {
    return await use(connection);
  } finally {
    connection.close();
  }
}
