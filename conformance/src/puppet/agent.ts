import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Ran, run } from "./programs.js";

/** Where an agent is pointed; the name must be one of the server's certificate. */
export interface Server {
  readonly host: string;
  readonly port: string;
}

/** An unmodified Puppet or OpenVox agent with all its files in a folder of its own. */
export interface Agent {
  readonly certname: string;
  readonly folder: string;
  /** Files that it keeps. */
  readonly files: Readonly<Record<"certificate" | "key" | "ca" | "crl", string>>;
  read(file: keyof Agent["files"]): string;
  has(file: keyof Agent["files"]): boolean;
  /** Gets itself a certificate; asks again every so many seconds, or once for 0. */
  bootstrap(waitForCert?: number): Promise<Ran>;
  /** One whole run; with more settings for it. The exit code says what it did: 0 nothing, 2 changes, 4 failures, 6 both. */
  test(settings?: Readonly<Record<string, string>>): Promise<Ran>;
  /** Any other command, such as `facts upload`. */
  puppet(...words: string[]): Promise<Ran>;
  /** `puppet ssl ACTION`. */
  ssl(action: string, ...options: string[]): Promise<Ran>;
  /** What goes into its next request for a certificate (YAML). */
  csrAttributes(yaml: string): void;
  /** Forgets everything that it has. */
  forget(): void;
  remove(): void;
}

let major: number | undefined;

/** Settings changed their names: `masterport` until 6, and 7 has a folder more. */
async function versionOf(home: string): Promise<number> {
  major ??= Number.parseInt((await run("puppet", ["--version"], home)).out, 10);
  return major;
}

/**
 * A new agent of this name.
 * @param settings Puppet settings, such as `dns_alt_names`
 */
export function newAgent(server: Server, certname: string, settings: Readonly<Record<string, string>> = {}): Agent {
  const folder = mkdtempSync(path.join(tmpdir(), "gatehouse-agent-"));
  const at = (...parts: string[]) => path.join(folder, ...parts);
  const conf = at("conf");
  mkdirSync(conf);
  const files = {
    certificate: at("ssl", "certs", `${certname}.pem`),
    key: at("ssl", "private_keys", `${certname}.pem`),
    ca: at("ssl", "certs", "ca.pem"),
    crl: at("ssl", "crl.pem"),
  };

  const puppet = async (words: readonly string[], more: Readonly<Record<string, string>>) => {
    const version = await versionOf(folder);
    const all: Record<string, string> = {
      confdir: conf,
      vardir: at("var"),
      ssldir: at("ssl"),
      rundir: at("run"),
      logdir: at("log"),
      ...(version >= 7 ? { publicdir: at("public") } : {}),
      certname,
      server: server.host,
      [version >= 7 ? "serverport" : "masterport"]: server.port,
      ...settings,
      ...more,
    };
    const options = Object.entries(all).flatMap(([name, value]) =>
      // Of a setting that is true or false, the name says which.
      value === "true" ? [`--${name}`] : value === "false" ? [`--no-${name}`] : [`--${name}`, value],
    );
    return run("puppet", [...words, ...options, "--color", "false"], folder);
  };

  return {
    certname,
    folder,
    files,
    read: (file) => readFileSync(files[file], "utf8"),
    has: (file) => existsSync(files[file]),
    bootstrap: (waitForCert = 0) => puppet(["ssl", "bootstrap"], { waitforcert: String(waitForCert) }),
    test: (more = {}) => puppet(["agent", "--test"], { waitforcert: "0", ...more }),
    puppet: (...words) => puppet(words, {}),
    // Without a wait, an action whose server does not answer would try for ever.
    ssl: (action, ...options) => puppet(["ssl", action, ...options], { waitforcert: "0" }),
    csrAttributes: (yaml) => {
      writeFileSync(path.join(conf, "csr_attributes.yaml"), yaml);
      chmodSync(path.join(conf, "csr_attributes.yaml"), 0o600);
    },
    forget: () => rmSync(at("ssl"), { recursive: true, force: true }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
