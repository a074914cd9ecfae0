import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Server } from "./agent.js";
import { type Ran, run } from "./programs.js";

/** What the command needs of whom it acts for: a certificate with pp_cli_auth, and what it verifies the server by. */
export interface Administrator {
  readonly certname: string;
  readonly certificate: string;
  readonly key: string;
  readonly ca: string;
  readonly crls: string;
}

/** `puppetserver ca`, unmodified, in a folder of its own. */
export interface CaCommand {
  readonly folder: string;
  /** `puppetserver ca ACTION …`. */
  ca(action: string, ...options: string[]): Promise<Ran>;
  /** Where it puts what `generate` makes. */
  readonly made: (certname: string) => { readonly certificate: string; readonly key: string };
  remove(): void;
}

export function newCaCommand(server: Server, administrator: Administrator): CaCommand {
  const folder = mkdtempSync(path.join(tmpdir(), "gatehouse-ca-"));
  const at = (...parts: string[]) => path.join(folder, ...parts);
  for (const part of ["certs", "private_keys", "public_keys"]) mkdirSync(at("ssl", part), { recursive: true });
  mkdirSync(at("ca"));
  const { certname, certificate, key, ca, crls } = administrator;
  writeFileSync(at("ssl", "certs", `${certname}.pem`), certificate);
  writeFileSync(at("ssl", "private_keys", `${certname}.pem`), key, { mode: 0o600 });
  writeFileSync(at("ssl", "certs", "ca.pem"), ca);
  writeFileSync(at("ssl", "crl.pem"), crls);
  // Without a cadir of its own it would look into the machine's.
  const settings = {
    certname,
    server: server.host,
    serverport: server.port,
    confdir: folder,
    ssldir: at("ssl"),
    cadir: at("ca"),
    keylength: "2048",
    certificate_revocation: "chain",
  };
  const config = at("puppet.conf");
  writeFileSync(
    config,
    `[main]\n${Object.entries(settings)
      .map(([name, value]) => `${name} = ${value}\n`)
      .join("")}`,
  );
  return {
    folder,
    ca: (action, ...options) => run("puppetserver", ["ca", action, "--config", config, ...options], folder),
    made: (name) => ({
      certificate: at("ssl", "certs", `${name}.pem`),
      key: at("ssl", "private_keys", `${name}.pem`),
    }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
