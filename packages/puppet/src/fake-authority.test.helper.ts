import type { Bundle, Certificate, CertificateRequest, CertificateStatus } from "@gatehouse/core/certificates";
import { GatehouseError } from "@gatehouse/core/errors";
import type { PuppetAuthority } from "./deps.js";

const digest = (bytes: number, name: string) =>
  Array.from({ length: bytes }, (_, i) => ((name.charCodeAt(i % name.length) + i) % 256).toString(16).padStart(2, "0"))
    .join(":")
    .toUpperCase();
const fingerprints = (name: string) => ({ sha1: digest(20, name), sha256: digest(32, name), sha512: digest(64, name) });

export const requestOf = (name: string, parts: Partial<CertificateRequest> = {}): CertificateRequest => ({
  name,
  profile: "puppet",
  pem: `CSR of ${name}\n`,
  fingerprints: fingerprints(name),
  altNames: [],
  extensions: {},
  receivedAt: new Date("2026-11-20T19:38:00Z"),
  from: "192.0.2.20",
  note: null,
  ...parts,
});

export const certificateOf = (name: string, parts: Partial<Certificate> = {}): Certificate => ({
  serial: "0002",
  name,
  profile: "puppet",
  state: "issued",
  pem: `certificate of ${name}\n`,
  fingerprints: fingerprints(name),
  notBefore: new Date("2026-11-19T19:38:35Z"),
  notAfter: new Date("2031-11-19T19:38:35.999Z"),
  altNames: [`DNS:${name}`],
  extensions: {},
  issuedBy: "someone",
  issuedAt: new Date("2026-11-20T19:38:35Z"),
  revokedAt: null,
  revokedBy: null,
  cleaned: false,
  ...parts,
});

/** The authority of profile puppet, without cryptography: it remembers, and says what puppetserver's says. */
export class FakeAuthority implements PuppetAuthority {
  readonly requests = new Map<string, CertificateRequest>();
  readonly certificates = new Map<string, Certificate>();
  /** What it was asked to do, in order. */
  readonly calls: string[] = [];
  /** Whether policy signs what comes in. */
  autosign = false;
  /** Names that may not be signed, with the reason. */
  readonly forbidden = new Map<string, string>();
  renewals: "off" | "on" | "of another authority" = "on";
  ca: Bundle = { pem: "signing CA\nroot CA\n", modifiedAt: new Date("2026-11-20T19:34:01.500Z") };
  crls: Bundle = { pem: "own list\nroot's list\n", modifiedAt: new Date("2026-11-20T19:42:22.500Z") };
  /** Thrown by every method, when set. */
  broken: Error | undefined;

  async caBundle() {
    this.#note("caBundle");
    return this.ca;
  }
  async crlBundle() {
    this.#note("crlBundle");
    return this.crls;
  }
  async certificate(name: string) {
    this.#note(`certificate ${name}`);
    return this.certificates.get(name)?.pem ?? undefined;
  }
  async request(name: string) {
    this.#note(`request ${name}`);
    return this.requests.get(name)?.pem;
  }
  async submit({ name, csr, from }: Parameters<PuppetAuthority["submit"]>[0]) {
    this.#note(`submit ${name} from ${from} ${csr.length}`);
    if (!Buffer.from(csr).includes("BEGIN CERTIFICATE REQUEST"))
      throw new GatehouseError("request-malformed", "The body is no certificate request.");
    const known = this.#statusOf(name);
    if (known !== undefined)
      throw new GatehouseError(
        "conflict",
        `${name} already has a ${known.state} certificate; ignoring certificate request`,
      );
    this.requests.set(name, requestOf(name, { from, pem: Buffer.from(csr).toString() }));
    this.#refuseForbidden(name, "request-malformed");
    if (!this.autosign) return "pending";
    this.#issue(name);
    return "signed";
  }
  async deleteRequest(name: string, by: string) {
    this.#note(`deleteRequest ${name} by ${by}`);
    return this.requests.delete(name);
  }
  async status(name: string) {
    this.#note(`status ${name}`);
    return this.#statusOf(name);
  }
  async statuses(state?: CertificateStatus["state"]): Promise<CertificateStatus[]> {
    this.#note(`statuses ${state ?? "all"}`);
    return [...new Set([...this.requests.keys(), ...this.certificates.keys()])]
      .flatMap((known) => this.#statusOf(known) ?? [])
      .filter((status) => state === undefined || status.state === state);
  }
  async sign(name: string, { ttlSeconds, by }: { ttlSeconds?: number; by: string }) {
    this.#note(`sign ${name} by ${by}${ttlSeconds === undefined ? "" : ` for ${ttlSeconds}`}`);
    if (!this.requests.has(name)) throw new GatehouseError("not-found", "There is no such request.");
    this.#refuseForbidden(name, "conflict");
    this.#issue(name);
  }
  async revoke(name: string, by: string) {
    this.#note(`revoke ${name} by ${by}`);
    const certificate = this.certificates.get(name);
    if (certificate === undefined) throw new GatehouseError("not-found", "There is no such certificate.");
    this.certificates.set(name, { ...certificate, state: "revoked" });
  }
  async clean(names: readonly string[], by: string) {
    this.#note(`clean ${names.join(",")} by ${by}`);
    const missing = names.filter((name) => !this.certificates.has(name));
    for (const name of names) {
      this.certificates.delete(name);
      this.requests.delete(name);
    }
    return { missing };
  }
  async forget(name: string, by: string) {
    this.#note(`forget ${name} by ${by}`);
    const hadRequest = this.requests.delete(name);
    return this.certificates.delete(name) || hadRequest;
  }
  async renew({ pem, serial }: { pem: string; serial: string }) {
    this.#note(`renew ${serial} ${pem}`);
    if (this.renewals === "off") throw new GatehouseError("not-found", "Renewal is off.");
    if (this.renewals === "on") return `renewed ${pem}`;
    throw new GatehouseError("forbidden", "Certificate present, but does not match signature");
  }
  async takeCrls(pem: string, by: string) {
    this.#note(`takeCrls ${pem.length} by ${by}`);
    if (!pem.includes("BEGIN X509 CRL")) throw new GatehouseError("request-malformed", "No valid CRLs submitted.");
  }
  async expirations() {
    this.#note("expirations");
    return {
      certificates: { "Puppet CA: x": new Date("2041-11-16T19:34:01Z") },
      crls: { "Puppet CA: x": new Date("2031-11-20T19:42:22Z") },
    };
  }

  #note(call: string) {
    this.calls.push(call);
    if (this.broken !== undefined) throw this.broken;
  }
  #statusOf(name: string): CertificateStatus | undefined {
    const certificate = this.certificates.get(name);
    const request = this.requests.get(name);
    if (certificate !== undefined)
      return { state: certificate.state === "revoked" ? "revoked" : "signed", certificate };
    return request && { state: "requested", request };
  }
  #refuseForbidden(name: string, code: "request-malformed" | "conflict") {
    const reason = this.forbidden.get(name);
    if (reason !== undefined) throw new GatehouseError(code, reason);
  }
  #issue(name: string) {
    this.requests.delete(name);
    this.certificates.set(name, certificateOf(name));
  }
}
