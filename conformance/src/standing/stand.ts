import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Condition, entryPoint, inOrder, readComposeFile, type Service } from "./compose-file.js";
import { mayHaveMachines, onMachine } from "./machine.js";
import { newPlaces, type Places } from "./places.js";
import { startPostgres } from "./postgres.js";

/** A program that ended. */
export interface Ended {
  readonly code: number | null;
  /** What it printed, on both. */
  readonly out: string;
}

/** The services of docker-compose.yml, run by hand on loopback: each has an address of its own there, and compose's ports. */
export interface Stand extends Pick<Places, "address" | "volume"> {
  /** What a service printed so far. */
  log(service: string): string;
  /** Starts services with all that they depend on, in compose's order, and waits as compose waits. */
  up(...services: string[]): Promise<void>;
  /** Runs the command of a service that ends by itself, with more variables or other words than compose gives it. */
  run(service: string, more?: { env?: Readonly<Record<string, string>>; words?: readonly string[] }): Promise<Ended>;
  /** kill -9; `up` starts it again. */
  kill(service: string): Promise<void>;
  /** Ends what runs, last started first. */
  down(): Promise<void>;
}

/** Longer than any service here takes; only one that is stuck waits so long. */
const PATIENCE_MS = 90_000;

/** @param variables for docker-compose.yml, as the environment of `docker compose` has them */
export function newStand(variables: Readonly<Record<string, string>> = {}): Stand {
  const folder = mkdtempSync(path.join(tmpdir(), "gatehouse-stand-"));
  // PostgreSQL is another user where we are root.
  chmodSync(folder, 0o755);
  const key = path.join(folder, "instance.key");
  writeFileSync(key, randomBytes(32).toString("hex"), { mode: 0o600 });
  // The balancer calls gateways from any address of loopback that the kernel likes.
  const services = readComposeFile({ GATEHOUSE_SUBNET: "127.0.0.0/8", ...variables });
  const places = newPlaces(services, folder, key);
  const logs = new Map<string, string>();
  const running = new Map<string, ChildProcess>();

  const serviceOf = (name: string): Service => {
    const service = services.get(name);
    if (service === undefined) throw new Error(`there is no service ${name}`);
    return service;
  };

  /** A service that names its host has a machine of its own, where we may make one: with its volumes where this one has such folders. */
  const machineOf = ({ name, hostname, mounts }: Service): readonly string[] => {
    if (hostname === undefined || !mayHaveMachines()) return [];
    const scratch = places.volume(`scratch-of-${name}`);
    mkdirSync(scratch, { recursive: true });
    const volumes = mounts.filter(({ target }) => existsSync(target));
    return onMachine(hostname, {
      "/var/tmp": scratch,
      ...Object.fromEntries(volumes.map(({ source, target }) => [target, places.volume(source)])),
    });
  };

  const start = (service: Service, words: readonly string[]): ChildProcess => {
    const [program = "", ...args] = [...machineOf(service), ...words.map((word) => places.put(service, word))];
    const given = Object.entries(service.environment).map(([name, value]) => [name, places.put(service, value)]);
    const env = {
      PATH: process.env["PATH"] ?? "",
      LANG: "C.UTF-8",
      HOME: folder,
      // In its container an agent keeps things in /var/lib/agent.
      AGENT_HOME: places.volume(`home-of-${service.name}`),
      ...Object.fromEntries(given),
    };
    return spawn(program === "node" ? process.execPath : program, args, {
      env,
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
    });
  };

  const begin = (service: Service): ChildProcess => {
    const { name, image, command, mounts, environment } = service;
    for (const { source } of mounts)
      if (!source.startsWith("./")) mkdirSync(places.volume(source), { recursive: true, mode: 0o700 });
    const child =
      name === "postgres"
        ? startPostgres(places.volume("postgres"), places.address(name), environment)
        : start(service, [...(image === "gatehouse:local" ? entryPoint() : []), ...command]);
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding("utf8").on("data", (text: string) => logs.set(name, (logs.get(name) ?? "") + text));
    return child;
  };

  /** The health check as it would be run in the container, until it succeeds. */
  const untilHealthy = async (service: Service, child: ChildProcess) => {
    const { name, healthcheck } = service;
    if (healthcheck === undefined) return;
    for (const until = Date.now() + PATIENCE_MS; (await untilGone(start(service, healthcheck))) !== 0; ) {
      const late = Date.now() > until;
      if (late || child.exitCode !== null) throw new Error(`${name} is not healthy:\n${logs.get(name)}`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  };

  const waitFor = async (name: string, condition: Condition) => {
    const child = running.get(name);
    if (child === undefined) throw new Error(`${name} does not run`);
    const ends = condition === "service_completed_successfully";
    const code = ends ? await untilGone(child) : child.exitCode;
    if (ends ? code !== 0 : code !== null) throw new Error(`${name} ended with ${code}:\n${logs.get(name)}`);
    if (condition === "service_healthy") await untilHealthy(serviceOf(name), child);
  };

  return {
    address: places.address,
    volume: places.volume,
    log: (name) => logs.get(name) ?? "",
    up: async (...wanted) => {
      for (const service of inOrder(services, wanted)) {
        if (running.has(service.name)) continue;
        for (const [other, condition] of service.dependsOn) await waitFor(other, condition);
        running.set(service.name, begin(service));
      }
      for (const { name, healthcheck } of wanted.map(serviceOf))
        if (healthcheck !== undefined) await waitFor(name, "service_healthy");
    },
    run: async (name, { env = {}, words } = {}) => {
      const { environment, command, ...service } = serviceOf(name);
      const before = (logs.get(name) ?? "").length;
      const child = begin({ ...service, environment: { ...environment, ...env }, command: words ?? command });
      const code = await untilGone(child);
      return { code, out: (logs.get(name) ?? "").slice(before) };
    },
    kill: async (name) => {
      const child = running.get(name);
      if (child === undefined) throw new Error(`${name} does not run`);
      running.delete(name);
      child.kill("SIGKILL");
      await untilGone(child);
    },
    down: async () => {
      for (const [name, child] of [...running].toReversed()) {
        // To PostgreSQL, SIGTERM means to wait for clients.
        child.kill(name === "postgres" ? "SIGINT" : "SIGTERM");
        await untilGone(child);
      }
      running.clear();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** @returns the exit code, null after a signal. @throws when it could not be started */
function untilGone(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve(child.exitCode);
    child.once("error", reject);
    child.once("close", resolve);
  });
}
