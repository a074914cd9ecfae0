import "reflect-metadata";
import { webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";

const KEY = { name: "ECDSA", namedCurve: "P-256" } as const;
const ALGORITHM = { name: "ECDSA", hash: "SHA-256", namedCurve: "P-256" } as const;
const HOUR = 3_600_000;

/** An authority of a library's making: what it reads and issues is a second opinion on our own requests. */
export class FakeAuthority {
  readonly pem: string;
  readonly crl: string;
  readonly server: { readonly cert: string; readonly key: string };
  readonly #keys: webcrypto.CryptoKeyPair;
  readonly #certificate: x509.X509Certificate;
  #serial = 100;

  private constructor(
    keys: webcrypto.CryptoKeyPair,
    certificate: x509.X509Certificate,
    crl: string,
    server: { cert: string; key: string },
  ) {
    this.#keys = keys;
    this.#certificate = certificate;
    this.pem = certificate.toString("pem");
    this.crl = crl;
    this.server = server;
  }

  static async make(): Promise<FakeAuthority> {
    const keys = await newKeys();
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({
      name: "CN=Fake CA",
      keys,
      serialNumber: "01",
      signingAlgorithm: ALGORITHM,
      notBefore: new Date(Date.now() - HOUR),
      notAfter: new Date(Date.now() + HOUR),
      extensions: [
        new x509.BasicConstraintsExtension(true, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      ],
    });
    const crl = await x509.X509CrlGenerator.create({
      issuer: certificate.subject,
      signingKey: keys.privateKey,
      signingAlgorithm: ALGORITHM,
      thisUpdate: new Date(Date.now() - HOUR),
      nextUpdate: new Date(Date.now() + HOUR),
    });
    const text = crl.toString("pem").replaceAll("BEGIN CRL", "BEGIN X509 CRL").replaceAll("END CRL", "END X509 CRL");
    const own = await newKeys();
    const server = await issue(keys, certificate, "02", "CN=fake", own.publicKey, ["localhost"]);
    const der = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", own.privateKey)).toString("base64");
    const key = `-----BEGIN PRIVATE KEY-----\n${der}\n-----END PRIVATE KEY-----\n`;
    return new FakeAuthority(keys, certificate, `${text}\n`, { cert: server.toString("pem"), key });
  }

  /** @throws when the request cannot be read, or is not signed by its own key */
  async sign(csr: string): Promise<{ pem: string; name: string; attributes: Record<string, string> }> {
    const request = new x509.Pkcs10CertificateRequest(csr);
    if (!(await request.verify())) throw new Error("the request is not signed by its own key");
    const name = request.subjectName.getField("CN")[0] ?? "";
    this.#serial += 1;
    const serial = this.#serial.toString(16).padStart(4, "0");
    const signed = await issue(this.#keys, this.#certificate, serial, request.subject, request.publicKey, [name]);
    const texts = request.attributes.map(({ type, values }) => {
      const [value = new ArrayBuffer(0)] = values;
      return [type, Buffer.from(value).subarray(2).toString("utf8")] as const;
    });
    return { pem: signed.toString("pem"), name, attributes: Object.fromEntries(texts) };
  }
}

const newKeys = () => webcrypto.subtle.generateKey(KEY, true, ["sign", "verify"]) as Promise<webcrypto.CryptoKeyPair>;

function issue(
  authority: webcrypto.CryptoKeyPair,
  issuer: x509.X509Certificate,
  serialNumber: string,
  subject: string,
  publicKey: x509.PublicKeyType,
  names: readonly string[],
): Promise<x509.X509Certificate> {
  return x509.X509CertificateGenerator.create({
    serialNumber,
    subject,
    issuer: issuer.subject,
    publicKey,
    signingKey: authority.privateKey,
    signingAlgorithm: ALGORITHM,
    notBefore: new Date(Date.now() - HOUR),
    notAfter: new Date(Date.now() + HOUR),
    extensions: [new x509.SubjectAlternativeNameExtension(names.map((value) => ({ type: "dns" as const, value })))],
  });
}
