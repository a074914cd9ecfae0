import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Ran, run } from "../puppet/programs.js";

/** An unmodified agent with all that it keeps in a folder of its own. */
export interface InventoryAgent {
  /** One whole session with the server. @param options as on its command line, besides where it is pointed */
  run(url: string, ...options: string[]): Promise<Ran>;
  remove(): void;
}

/** FusionInventory Agent, with what it keeps. */
export interface FusionInventoryAgent extends InventoryAgent {
  /** What makes a FusionInventory Agent of this machine keep everything there. */
  readonly environment: Readonly<Record<"PERL5LIB" | "PERL5OPT", string>>;
  /** Its name for this machine, once it ran. */
  deviceId(): string;
  /** Begins to serve: it comes at times of its own, and when it is woken on this port. @param options as for a run */
  daemon(url: string, port: number, ...options: string[]): Promise<AgentDaemon>;
  /** From its next run on it shows this certificate to whoever asks for one. @param files in PEM */
  showCertificate(files: { readonly certificate: string; readonly key: string }): void;
}

/** An agent that serves. */
export interface AgentDaemon {
  /** All that it logged so far. */
  log(): string;
  stop(): Promise<void>;
}

const SETUP = "/usr/share/fusioninventory/lib/setup.pm";
const DEFAULTS = "certificate_defaults";

/**
 * The agent has no option for a certificate of its own. The library below it, IO::Socket::SSL, has defaults for the whole
 * program: a module that Perl loads before the agent sets them, and nothing else.
 */
const certificateDefaults = (certificate: string, key: string): string => `package ${DEFAULTS};
use IO::Socket::SSL;
IO::Socket::SSL::set_client_defaults(SSL_cert_file => '${certificate}', SSL_key_file => '${key}', SSL_use_cert => 1);
1;
`;

/**
 * FusionInventory Agent. Debian's has its folder in a module of its own, which may be another one: all else is as
 * installed.
 */
export function fusionInventoryAgent(): FusionInventoryAgent {
  const folder = mkdtempSync(path.join(tmpdir(), "gatehouse-fusioninventory-"));
  const [lib, kept] = [path.join(folder, "lib"), path.join(folder, "var")];
  for (const each of [lib, kept]) mkdirSync(each);
  const setup = readFileSync(SETUP, "utf8").replace(/vardir(\s*)=> ".*?"/, `vardir$1=> "${kept}"`);
  writeFileSync(path.join(lib, "setup.pm"), setup);
  const preloaded = ["-Msetup"];
  const environment = () => ({ PERL5LIB: lib, PERL5OPT: preloaded.join(" ") });
  const commandOf = (url: string, options: readonly string[]) => [
    ...[...Object.entries(environment()).map((pair) => pair.join("=")), "fusioninventory-agent"],
    ...["--config=none", "--logger=stderr", "--debug", "--debug", `--server=${url}`, ...options],
  ];
  return {
    get environment() {
      return environment();
    },
    deviceId: () => {
      const state = path.join(kept, "FusionInventory-Agent.dump");
      const { stdout } = spawnSync("perl", ["-MStorable", "-e", "print retrieve(shift)->{deviceid}", state], {
        encoding: "utf8",
      });
      return stdout;
    },
    showCertificate: ({ certificate, key }) => {
      writeFileSync(path.join(lib, `${DEFAULTS}.pm`), certificateDefaults(certificate, key));
      if (!preloaded.includes(`-M${DEFAULTS}`)) preloaded.push(`-M${DEFAULTS}`);
    },
    run: (url, ...options) => run("env", commandOf(url, ["--no-httpd", ...options]), folder),
    daemon: (url, port, ...options) => {
      const own = ["--daemon", "--no-fork", "--pidfile=", `--httpd-port=${port}`, "--httpd-ip=127.0.0.1"];
      return serve("env", commandOf(url, [...own, ...options]), folder, "HTTPD service started");
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Starts a program, and waits until it logs that it serves. @throws when it ends before */
async function serve(program: string, args: readonly string[], home: string, serving: string): Promise<AgentDaemon> {
  const env = { PATH: process.env["PATH"] ?? "", HOME: home, LANG: "C.UTF-8" };
  const child = spawn(program, args, { env, cwd: home });
  let log = "";
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  await new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => {
        log += text;
        if (log.includes(serving)) resolve();
      });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`${program} ended with ${code}:\n${log}`)));
  });
  return {
    log: () => log,
    stop: () => {
      child.kill("SIGTERM");
      return ended;
    },
  };
}

/** OCS Inventory NG's agent for Unix. As Debian installs it, it writes to a folder; said on the command line, a server counts. */
export function ocsAgent(): InventoryAgent {
  const folder = mkdtempSync(path.join(tmpdir(), "gatehouse-ocs-"));
  const kept = path.join(folder, "var");
  mkdirSync(kept);
  return {
    run: (url, ...options) =>
      run(
        "ocsinventory-agent",
        ["--debug", "--local=0", `--basevardir=${kept}`, `--server=${url}`, ...options],
        folder,
      ),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
