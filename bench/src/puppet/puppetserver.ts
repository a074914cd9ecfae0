import { execFile, spawn } from "node:child_process";
import { closeSync, cpSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import https from "node:https";
import { createServer } from "node:net";
import path from "node:path";
import { promisify } from "node:util";
import type { Client } from "../ca/identity.js";
import { stop, whileRunning } from "../process/child.js";

// Where Debian's package has it.
const JAR = "/usr/share/puppetserver/puppetserver.jar";
const SETTINGS = "/etc/puppet/puppetserver";
const LIBRARIES = "/usr/lib/puppetserver";

/** Whether Debian's puppetserver is installed. */
export const hasPuppetserver = [JAR, `${SETTINGS}/conf.d/auth.conf`, `${SETTINGS}/services.d/ca.cfg`].every(existsSync);

/** A puppetserver of the benchmark's own, with an authority of its own. */
export interface Puppetserver {
  readonly port: number;
  readonly pid: number;
  /** Who asks it. */
  readonly client: Client;
  stop(): Promise<void>;
}

const STARTS_WITHIN_MS = 240_000;

/**
 * Starts Debian's puppetserver with the settings of its package, and those that make it fastest: it reads environments
 * once, and keeps them.
 * @param dir a new folder of its own
 * @param environments what it serves: a folder with one folder for each
 * @param certname who asks
 * @param instances of JRuby; its own choice unless told
 */
export async function startPuppetserver(
  dir: string,
  environments: string,
  certname: string,
  instances?: number,
): Promise<Puppetserver> {
  const at = (...parts: string[]) => path.join(dir, ...parts);
  const port = await freePort();
  for (const part of ["", "ca", "code", "var", "run", "log", "conf.d"]) mkdirSync(at(part), { recursive: true });
  const config = at("puppet.conf");
  writeFileSync(
    config,
    `[main]\ncertname = server.bench.example\nserver = localhost\nserverport = ${port}\nkeylength = 2048\n` +
      `confdir = ${dir}\nssldir = ${at("ssl")}\ncadir = ${at("ca")}\nvardir = ${at("var")}\n` +
      `environmentpath = ${environments}\nenvironment_timeout = unlimited\n`,
  );
  const env = { PATH: process.env["PATH"] ?? "", HOME: dir, LANG: "C.UTF-8" };
  const ca = (...words: string[]) =>
    promisify(execFile)("puppetserver", ["ca", ...words, "--config", config], { env, cwd: dir });
  // It answers only to names of its certificate: also to that of the Host header.
  await ca("setup", "--subject-alt-names", "DNS:localhost,DNS:gateway.example,IP:127.0.0.1");
  await ca("generate", "--ca-client", "--force", "--certname", certname);
  writeSettings(dir, port, instances);
  const words = ["-Xms1g", "-Xmx1g", "-Djruby.logger.class=com.puppetlabs.jruby_utils.jruby.Slf4jLogger"];
  const bootstrap = ["--config", at("conf.d"), "--bootstrap-config", at("services.d")];
  const log = openSync(at("server.log"), "a");
  const child = spawn("java", [...words, "-Djruby.lib=/usr/share/jruby/lib", "-jar", JAR, ...bootstrap], {
    env,
    cwd: dir,
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  whileRunning(child);
  const until = Date.now() + STARTS_WITHIN_MS;
  while (!(await isUp(port))) {
    if (child.exitCode !== null || Date.now() > until) {
      await stop(child);
      throw new Error(`puppetserver did not start:\n${readFileSync(at("server.log"), "utf8").slice(-3000)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  const pem = (...parts: string[]) => readFileSync(at("ssl", ...parts), "utf8");
  return {
    port,
    pid: child.pid ?? 0,
    client: {
      ca: readFileSync(at("ca", "ca_crt.pem"), "utf8"),
      cert: pem("certs", `${certname}.pem`),
      key: pem("private_keys", `${certname}.pem`),
    },
    stop: () => stop(child),
  };
}

/** Debian's own, with every folder below this one. */
function writeSettings(dir: string, port: number, instances: number | undefined): void {
  const at = (...parts: string[]) => path.join(dir, ...parts);
  cpSync(path.join(SETTINGS, "services.d"), at("services.d"), { recursive: true });
  for (const file of ["auth.conf", "web-routes.conf"]) cpSync(path.join(SETTINGS, "conf.d", file), at("conf.d", file));
  const put = (file: string, value: unknown) => writeFileSync(at("conf.d", file), JSON.stringify(value));
  put("global.conf", { global: { "logging-config": at("logback.xml") } });
  put("ca.conf", { "certificate-authority": {} });
  put("metrics.conf", { metrics: { "server-id": "localhost", registries: { puppetserver: { reporters: {} } } } });
  put("webserver.conf", { webserver: { "ssl-host": "127.0.0.1", "ssl-port": port, "client-auth": "want" } });
  put("puppetserver.conf", {
    "jruby-puppet": {
      "ruby-load-path": [path.join(LIBRARIES, "ruby/vendor_ruby")],
      "gem-home": at("var/jruby-gems"),
      "gem-path": [at("var/jruby-gems"), path.join(LIBRARIES, "vendored-jruby-gems")],
      "server-conf-dir": dir,
      "server-code-dir": at("code"),
      "server-var-dir": at("var"),
      "server-run-dir": at("run"),
      "server-log-dir": at("log"),
      ...(instances === undefined ? {} : { "max-active-instances": instances }),
    },
  });
  writeFileSync(
    at("logback.xml"),
    '<configuration><appender name="O" class="ch.qos.logback.core.ConsoleAppender"><encoder><pattern>%m%n</pattern>' +
      '</encoder></appender><root level="info"><appender-ref ref="O"/></root></configuration>\n',
  );
}

const isUp = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    https
      .get(
        { host: "localhost", port, path: "/status/v1/simple", rejectUnauthorized: false, agent: false },
        (response) => {
          let text = "";
          response.setEncoding("utf8").on("data", (chunk: string) => {
            text += chunk;
          });
          response.on("end", () => resolve(text === "running"));
        },
      )
      .on("error", () => resolve(false));
  });

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
