import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** A request for a certificate (PEM) with a new key, from openssl. */
export function csrFor(name: string, { challengePassword }: { readonly challengePassword?: string } = {}): string {
  const dir = mkdtempSync(path.join(tmpdir(), "gatehouse-csr-"));
  try {
    const told = challengePassword === undefined ? "" : `challengePassword=${challengePassword}\n`;
    const config = `[req]\nprompt=no\ndistinguished_name=dn\nattributes=told\n[dn]\nCN=${name}\n[told]\n${told}`;
    writeFileSync(path.join(dir, "cnf"), config);
    const key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key".split(" ");
    execFileSync("openssl", ["req", "-new", ...key, "-config", "cnf", "-out", "csr"], { cwd: dir, stdio: "pipe" });
    return readFileSync(path.join(dir, "csr"), "utf8");
  } finally {
    rmSync(dir, { recursive: true });
  }
}
