import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { run } from "../puppet/programs.js";

/** Works in a folder that is gone afterwards. */
export async function inScratch<T>(
  work: (folder: string, put: (name: string, text: string | Buffer) => string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), "gatehouse-openssl-"));
  const put = (name: string, content: string | Buffer) => {
    const file = path.join(folder, name);
    writeFileSync(file, content, { mode: 0o600 });
    return file;
  };
  try {
    return await work(folder, put);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export interface Trust {
  /** PEM of the CA certificates. */
  readonly bundle: string;
  /** PEM of every list. */
  readonly crls: string;
}

/**
 * What OpenSSL says of certificates against the chain and every list of it, one line for each that it does not verify.
 * @param options more for `openssl verify`
 */
export const unverified = (
  { bundle, crls }: Trust,
  certificates: readonly string[],
  ...options: string[]
): Promise<string[]> =>
  inScratch(async (folder, put) => {
    const files = certificates.map((pem, index) => put(`leaf-${index}.pem`, pem));
    const { out } = await run(
      "openssl",
      [
        "verify",
        "-CAfile",
        put("ca.pem", bundle),
        "-CRLfile",
        put("crl.pem", crls),
        "-crl_check_all",
        ...options,
        ...files,
      ],
      folder,
    );
    const fine = new Set(out.split("\n").filter((line) => line.endsWith(": OK")));
    const left = files.filter((file) => !fine.has(`${file}: OK`));
    return left.map((file) => `${path.basename(file)} is not verified: ${out.slice(0, 2000)}`);
  });

export interface CrlText {
  readonly issuer: string;
  readonly number: bigint;
  readonly serials: readonly string[];
  readonly nextUpdate: Date;
}

/** What OpenSSL reads in each list of a bundle. */
export const readCrls = (bundle: string): Promise<CrlText[]> =>
  inScratch(async (folder, put) => {
    const lists = bundle.match(/-----BEGIN X509 CRL-----[^-]+-----END X509 CRL-----/g) ?? [];
    const read: CrlText[] = [];
    for (const pem of lists) {
      const file = put("list.pem", pem);
      const { out } = await run("openssl", ["crl", "-in", file, "-noout", "-text", "-nameopt", "oneline"], folder);
      const [, issuer = ""] = /Issuer: (.*)/.exec(out) ?? [];
      const [, number = "-1"] = /X509v3 CRL Number: *\n *(\S+)/.exec(out) ?? [];
      const [, next = ""] = /Next Update: (.*)/.exec(out) ?? [];
      const serials = [...out.matchAll(/Serial Number: ([0-9A-F]+)/g)].map(([, serial = ""]) => canonical(serial));
      read.push({ issuer, number: BigInt(number), serials, nextUpdate: new Date(next) });
    }
    return read;
  });

/** A serial as the authority writes it, of one as OpenSSL does. */
export const canonical = (serial: string): string => serial.toUpperCase().replace(/^0+/, "").padStart(4, "0");

/**
 * A request for a certificate, made by OpenSSL with a key of its own.
 * @param attributes by OpenSSL's name or OID; they are no part of the certificate
 */
export const opensslCsr = (
  name: string,
  attributes: Readonly<Record<string, string>> = {},
  extensions: Readonly<Record<string, string>> = {},
): Promise<{ csr: string; key: string }> =>
  inScratch(async (folder, put) => {
    const lines = (pairs: Readonly<Record<string, string>>) =>
      Object.entries(pairs).map(([key, value]) => `${key} = ${value}`);
    const config = [
      ...["[req]", "prompt = no", "string_mask = utf8only", "distinguished_name = dn", "attributes = attrs"],
      ...(Object.keys(extensions).length === 0 ? [] : ["req_extensions = exts"]),
      ...["[dn]", `CN = ${name}`, "[attrs]", ...lines(attributes), "[exts]", ...lines(extensions), ""],
    ];
    const [csr, key] = [path.join(folder, "csr.pem"), path.join(folder, "key.pem")];
    const { code, out } = await run(
      "openssl",
      [
        "req",
        "-new",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-config",
        put("req.cnf", config.join("\n")),
        "-keyout",
        key,
        "-out",
        csr,
      ],
      folder,
    );
    if (code !== 0) throw new Error(`openssl made no request: ${out}`);
    return { csr: readFileSync(csr, "utf8"), key: readFileSync(key, "utf8") };
  });

/** What OpenSSL prints of a certificate, without serial's neighbours that are another in each: its dates and signature. */
export const printed = (certificate: string): Promise<string> =>
  inScratch(async (folder, put) => {
    const file = put("leaf.pem", certificate);
    const args = ["x509", "-in", file, "-noout", "-text", "-certopt", "no_validity,no_sigdump"];
    return (await run("openssl", args, folder)).out;
  });

/** A certificate that nobody but itself vouches for. */
export const selfSigned = (key: string, subject: string): Promise<string> =>
  inScratch(async (folder, put) => {
    const args = ["req", "-x509", "-new", "-key", put("key.pem", key), "-subj", subject, "-days", "30"];
    const { code, out } = await run("openssl", args, folder);
    if (code !== 0) throw new Error(`openssl made no certificate: ${out}`);
    return out;
  });

/** Connects as any client of TLS, and says what came of it. @param options of `openssl s_client` */
export const sClient = (port: string, root: string, ...options: string[]): Promise<{ ok: boolean; out: string }> =>
  inScratch(async (folder, put) => {
    const { code, out } = await run(
      "openssl",
      [
        "s_client",
        "-connect",
        `127.0.0.1:${port}`,
        "-CAfile",
        put("root.pem", root),
        "-verify_return_error",
        ...options,
      ],
      folder,
    );
    return { ok: code === 0 && out.includes("Verify return code: 0 (ok)"), out };
  });
