import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { send } from "../wire.js";
import type { Server } from "./agent.js";
import { type Ran, run } from "./programs.js";

// Where Debian's package has it: the command runs it on the machine's own settings only.
const JAR = "/usr/share/puppetserver/puppetserver.jar";
const SETTINGS = "/etc/puppet/puppetserver";
const LIBRARIES = "/usr/lib/puppetserver";

/** Whether there is a puppetserver that a test may run for itself. */
export const hasPuppetserver = [JAR, `${SETTINGS}/conf.d/auth.conf`, `${SETTINGS}/services.d/ca.cfg`].every(existsSync);

/** A puppetserver of a test's own, unmodified: the authority that a fleet had before. */
export interface Puppetserver {
  readonly server: Server;
  /** Its authority's folder. */
  readonly cadir: string;
  /** Everything that it has, and what a test puts beside it; gone with it. */
  readonly folder: string;
  /** `puppetserver ca ACTION …` with its settings: on its files, or to whatever serves on its port. */
  ca(action: string, ...options: string[]): Promise<Ran>;
  read(file: string): string;
  start(): Promise<void>;
  stop(): Promise<void>;
  remove(): Promise<void>;
}

/**
 * Makes an authority as `puppetserver ca setup` does, and a certificate for whom may administer it.
 * @param autosign names that it signs by itself
 * @param more settings of its puppet.conf; `FOLDER` in them stands for its own
 */
export async function newPuppetserver(
  administrator: string,
  autosign: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<Puppetserver> {
  const folder = mkdtempSync(path.join(tmpdir(), "gatehouse-puppetserver-"));
  const at = (...parts: string[]) => path.join(folder, ...parts);
  const port = String(await freePort());
  for (const part of ["ca", "code", "var", "run", "log", "conf.d"]) mkdirSync(at(part));
  const config = at("puppet.conf");
  const others = Object.entries(more).map(([name, value]) => `${name} = ${value.replaceAll("FOLDER", folder)}\n`);
  const configure = (certname: string) =>
    writeFileSync(
      config,
      `[main]\ncertname = ${certname}\nserver = localhost\nserverport = ${port}\nkeylength = 2048\n` +
        `confdir = ${folder}\nssldir = ${at("ssl")}\ncadir = ${at("ca")}\nvardir = ${at("var")}\n` +
        others.join(""),
    );
  configure("old.example.org");
  writeFileSync(at("autosign.conf"), autosign.map((name) => `${name}\n`).join(""));
  writeSettings(folder, port);

  const ca = (action: string, ...options: string[]) =>
    run("puppetserver", ["ca", action, "--config", config, ...options], folder);
  const expectDone = ({ code, out }: Ran) => {
    if (code !== 0) throw new Error(`puppetserver ca ended with ${code}: ${out}`);
  };
  expectDone(await ca("setup", "--ca-name", "Puppet CA: old", "--subject-alt-names", "localhost"));
  expectDone(await ca("generate", "--ca-client", "--force", "--certname", administrator));

  let child: ChildProcess | undefined;
  const stop = async () => {
    const mine = child;
    child = undefined;
    if (mine === undefined || mine.exitCode !== null || mine.signalCode !== null) return;
    const gone = new Promise((resolve) => mine.once("exit", resolve));
    mine.kill("SIGTERM");
    await gone;
  };
  return {
    server: { host: "localhost", port },
    cadir: at("ca"),
    folder,
    ca: async (action, ...options) => {
      // It shows the certificate of whom its settings name.
      configure(administrator);
      try {
        return await ca(action, ...options);
      } finally {
        configure("old.example.org");
      }
    },
    read: (file) => readFileSync(at("ca", file), "utf8"),
    start: async () => {
      child = await startJava(folder, port);
    },
    stop,
    remove: async () => {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Its own settings, with every folder below this one. */
function writeSettings(folder: string, port: string): void {
  const at = (...parts: string[]) => path.join(folder, ...parts);
  cpSync(path.join(SETTINGS, "services.d"), at("services.d"), { recursive: true });
  for (const file of ["auth.conf", "web-routes.conf"]) {
    cpSync(path.join(SETTINGS, "conf.d", file), at("conf.d", file));
  }
  const put = (file: string, value: unknown) => writeFileSync(at(file), JSON.stringify(value));
  put("conf.d/global.conf", { global: { "logging-config": at("logback.xml") } });
  put("conf.d/ca.conf", { "certificate-authority": {} });
  put("conf.d/metrics.conf", {
    metrics: { "server-id": "localhost", registries: { puppetserver: { reporters: {} } } },
  });
  // Debian's does not answer what follows a PUT on its connection: agents come again once that is closed, after half a
  // minute by default.
  const https = { "ssl-host": "127.0.0.1", "ssl-port": port, "client-auth": "want", "idle-timeout-milliseconds": 1000 };
  put("conf.d/webserver.conf", { webserver: https });
  put("conf.d/puppetserver.conf", {
    "jruby-puppet": {
      "ruby-load-path": [path.join(LIBRARIES, "ruby/vendor_ruby")],
      "gem-home": at("var/jruby-gems"),
      "gem-path": [at("var/jruby-gems"), path.join(LIBRARIES, "vendored-jruby-gems")],
      "server-conf-dir": folder,
      "server-code-dir": at("code"),
      "server-var-dir": at("var"),
      "server-run-dir": at("run"),
      "server-log-dir": at("log"),
      "max-active-instances": 1,
    },
  });
  writeFileSync(
    at("logback.xml"),
    '<configuration><appender name="O" class="ch.qos.logback.core.ConsoleAppender"><encoder><pattern>%m%n</pattern>' +
      '</encoder></appender><root level="info"><appender-ref ref="O"/></root></configuration>\n',
  );
}

const STARTS_WITHIN_MS = 240_000;

async function startJava(folder: string, port: string): Promise<ChildProcess> {
  const settings = ["--config", path.join(folder, "conf.d"), "--bootstrap-config", path.join(folder, "services.d")];
  const options = ["-Xms256m", "-Xmx1g", "-XX:TieredStopAtLevel=1", "-Djruby.lib=/usr/share/jruby/lib"];
  const logger = "-Djruby.logger.class=com.puppetlabs.jruby_utils.jruby.Slf4jLogger";
  const env = { PATH: process.env["PATH"] ?? "", HOME: folder, LANG: "C.UTF-8" };
  const child = spawn("java", [...options, logger, "-jar", JAR, ...settings], { env, cwd: folder });
  let out = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (text) => {
      out += text;
    });
  }
  const until = Date.now() + STARTS_WITHIN_MS;
  const isUp = () =>
    send(`https://localhost:${port}`, { method: "GET", path: "/status/v1/simple" }).then(
      ({ body }) => body.toString() === "running",
      () => false,
    );
  while (!(await isUp())) {
    if (child.exitCode !== null || Date.now() > until) {
      child.kill("SIGKILL");
      throw new Error(`puppetserver did not start:\n${out.slice(-5000)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  return child;
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
