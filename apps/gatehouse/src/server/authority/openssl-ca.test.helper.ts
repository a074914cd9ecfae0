import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { csrFor } from "../csr.test.helper.js";

const CONFIG = `[req]
distinguished_name=dn
[dn]
[root]
basicConstraints=critical,CA:TRUE
keyUsage=critical,keyCertSign,cRLSign
subjectKeyIdentifier=hash
[leaf]
basicConstraints=critical,CA:FALSE
extendedKeyUsage=critical,serverAuth,clientAuth
1.3.6.1.4.1.34380.1.1.13=ASN1:UTF8String:web
[ca]
default_ca=list
[list]
database=index.txt
crlnumber=crlnumber
default_md=sha256
default_crl_days=365
`;

/**
 * The folder of a Puppet CA in use, written by openssl: web01 (serial 2) is signed, web02 (3) is revoked, web03 asks.
 * The CA is self-signed, as Puppet's were before version 6.
 */
export function writePuppetCa(dir: string, { serial = 1n }: { readonly serial?: bigint } = {}): void {
  const work = mkdtempSync(path.join(tmpdir(), "gatehouse-openssl-"));
  const openssl = (command: string) => execFileSync("openssl", command.split(" "), { cwd: work, stdio: "pipe" });
  const put = (name: string, text: string) => writeFileSync(path.join(work, name), text);
  const made = (name: string) => readFileSync(path.join(work, name), "utf8");
  const year = String(new Date().getUTCFullYear() + 1);
  try {
    put("cnf", CONFIG);
    const subject = "-subj /CN=Puppet_CA_old -config cnf -extensions root";
    openssl(`req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.crt -days 3650 -set_serial ${serial} ${subject}`);
    for (const [i, name] of ["web01", "web02"].entries()) {
      openssl(`req -new -newkey rsa:2048 -nodes -keyout ${name}.key -out ${name}.csr -subj /CN=${name} -config cnf`);
      const signing = `-CA ca.crt -CAkey ca.key -set_serial ${i + 2} -days 365 -extfile cnf -extensions leaf`;
      openssl(`x509 -req -in ${name}.csr -out ${name}.pem ${signing}`);
    }
    put("index.txt", `R\t${year.slice(2)}0101000000Z\t200101000000Z\t03\tunknown\t/CN=web02\n`);
    put("crlnumber", "07\n");
    openssl("ca -gencrl -config cnf -cert ca.crt -keyfile ca.key -out ca.crl");
    const line = (number: number, name: string) =>
      `0x000${number} 2020-01-01T00:00:00UTC ${year}-01-01T00:00:00UTC /CN=${name}\n`;
    for (const folder of ["signed", "requests"]) mkdirSync(path.join(dir, folder), { recursive: true });
    const files = {
      "ca_crt.pem": made("ca.crt"),
      "ca_key.pem": made("ca.key"),
      "ca_crl.pem": made("ca.crl"),
      serial: "0004",
      "inventory.txt": line(2, "web01") + line(3, "web02"),
      "signed/web01.pem": made("web01.pem"),
      "signed/web02.pem": made("web02.pem"),
      "requests/web03.pem": csrFor("web03"),
      infra_serials: "",
    };
    for (const [file, text] of Object.entries(files)) writeFileSync(path.join(dir, file), text);
  } finally {
    rmSync(work, { recursive: true });
  }
}
