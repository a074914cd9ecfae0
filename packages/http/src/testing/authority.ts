import { execFileSync } from "node:child_process";
import { sign, X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** A certificate with its key, both PEM. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
}

export interface IssueOptions {
  /** As openssl writes it, such as `/CN=web01`. */
  readonly subject: string;
  readonly serial?: number | string;
  readonly days?: number;
  /** Lines of openssl's configuration, in place of those of a certificate for clients and servers. */
  readonly extensions?: readonly string[];
}

/** An authority that openssl is: what a test trusts was not made by the code under test. */
export interface TestAuthority extends Identity {
  readonly certificate: X509Certificate;
  issue(options: IssueOptions): Identity;
  /** The same certificate with `from` replaced by `to`, of the same length, in what is signed; signed again. */
  forge(identity: Identity, from: Buffer, to: Buffer): Identity;
  /** A CA below this one. */
  issueCa(subject: string): TestAuthority;
  /** Another root certificate for the same key, as a renewal makes. */
  again(subject: string, days: number): TestAuthority;
}

const LEAF = ["basicConstraints=critical,CA:FALSE", "extendedKeyUsage=serverAuth,clientAuth"];
const CA = ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign,cRLSign"];

/** A new root, RSA 2048. */
export function createTestAuthority(subject = "/CN=Test CA", options: Partial<IssueOptions> = {}): TestAuthority {
  return root(subject, options);
}

function root(subject: string, { days = 3650, extensions = CA }: Partial<IssueOptions>, key?: string): TestAuthority {
  return inFolder((dir) => {
    const config = writeConfig(dir, "ca.cnf", extensions);
    if (key !== undefined) writeFileSync(path.join(dir, "ca.key"), key);
    const from = key === undefined ? ["-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key"] : ["-key", "ca.key"];
    openssl(dir, "req", "-x509", ...from, "-out", "ca.crt", "-sha256", "-subj", subject, "-days", String(days), [
      ...["-config", config, "-extensions", "ext"],
    ]);
    return authorityOf({ cert: read(dir, "ca.crt"), key: read(dir, "ca.key") });
  });
}

function authorityOf(ca: Identity): TestAuthority {
  const issue = ({ subject, serial, days = 365, extensions = LEAF }: IssueOptions, key = ["ec"]): Identity =>
    inFolder((dir) => {
      writeFileSync(path.join(dir, "ca.crt"), ca.cert);
      writeFileSync(path.join(dir, "ca.key"), ca.key);
      const config = writeConfig(dir, "leaf.cnf", extensions);
      const curve = key[0] === "ec" ? ["-pkeyopt", "ec_paramgen_curve:P-256"] : [];
      openssl(dir, "req", "-new", "-newkey", key[0] ?? "", ...curve, "-nodes", "-keyout", "key", "-out", "csr", [
        ...["-subj", subject, "-multivalue-rdn", "-utf8", "-config", config],
      ]);
      const number = serial === undefined ? ["-CAcreateserial"] : ["-set_serial", String(serial)];
      openssl(dir, "x509", "-req", "-in", "csr", "-out", "crt", "-CA", "ca.crt", "-CAkey", "ca.key", ...number, [
        ...["-sha256", "-days", String(days), "-extfile", config, "-extensions", "ext"],
      ]);
      return { cert: read(dir, "crt"), key: read(dir, "key") };
    });
  return {
    ...ca,
    certificate: new X509Certificate(ca.cert),
    issue: (options) => issue(options),
    issueCa: (subject) => authorityOf(issue({ subject, extensions: CA }, ["rsa:2048"])),
    again: (subject, days) => root(subject, { days }, ca.key),
    forge: ({ cert, key }, from, to) => {
      const der = Buffer.from(new X509Certificate(cert).raw);
      const at = der.indexOf(from);
      if (at < 0 || to.length !== from.length) throw new Error("what is to be replaced is not there, or not as long");
      to.copy(der, at);
      // Both sequences have two bytes of length; an RSA signature is as long as the one before it, at the very end.
      const signed = der.subarray(4, 4 + 4 + der.readUInt16BE(6));
      const signature = sign("sha256", signed, ca.key);
      signature.copy(der, der.length - signature.length);
      return { cert: new X509Certificate(der).toString(), key };
    },
  };
}

function inFolder<T>(work: (dir: string) => T): T {
  const dir = mkdtempSync(path.join(tmpdir(), "gatehouse-authority-"));
  try {
    return work(dir);
  } finally {
    rmSync(dir, { recursive: true });
  }
}

function writeConfig(dir: string, name: string, extensions: readonly string[]): string {
  const file = path.join(dir, name);
  writeFileSync(file, `[req]\ndistinguished_name=dn\n[dn]\n[ext]\n${extensions.join("\n")}\n`);
  return file;
}

const read = (dir: string, name: string): string => readFileSync(path.join(dir, name), "utf8");

const openssl = (cwd: string, ...args: (string | string[])[]): void => {
  execFileSync("openssl", args.flat(), { cwd, stdio: ["ignore", "ignore", "pipe"] });
};
