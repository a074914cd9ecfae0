import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { SnmpDevice } from "./snmp-devices.js";

/** Nobody: as root the simulator does not start. */
const NOBODY = 65_534;

/** Devices at addresses of this machine, played by Debian's snmpsim. */
export interface SnmpNetwork {
  /** The same at each address. */
  readonly port: number;
  stop(): Promise<void>;
}

/** @param devices by address, such as 127.0.0.2 @throws when a simulator ends before it listens */
export async function startSnmp(devices: ReadonlyMap<string, SnmpDevice>): Promise<SnmpNetwork> {
  const port = await freePort([...devices.keys()][0] ?? "127.0.0.1");
  const running: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const end of running) await end();
  };
  try {
    for (const [address, device] of devices) running.push(await startDevice(`${address}:${port}`, device));
  } catch (error) {
    await stop();
    throw error;
  }
  return { port, stop };
}

/** @returns what stops it */
async function startDevice(endpoint: string, { community, record }: SnmpDevice): Promise<() => Promise<void>> {
  const folder = mkdtempSync(path.join(tmpdir(), "gatehouse-snmp-"));
  const [data, cache] = [path.join(folder, "data"), path.join(folder, "cache")];
  for (const each of [data, cache]) mkdirSync(each);
  writeFileSync(path.join(data, `${community}.snmprec`), record);
  const asRoot = process.getuid?.() === 0;
  if (asRoot) {
    chmodSync(folder, 0o755);
    chmodSync(cache, 0o777);
  }
  const child = spawn(
    "snmpsimd",
    [
      ...[`--data-dir=${data}`, `--cache-dir=${cache}`, "--v2c-arch", "--logging-method=stderr"],
      `--agent-udpv4-endpoint=${endpoint}`,
    ],
    {
      env: { PATH: process.env["PATH"] ?? "", HOME: folder, LANG: "C.UTF-8" },
      ...(asRoot && { uid: NOBODY, gid: NOBODY }),
    },
  );
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  let log = "";
  await new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.stderr.on("data", (chunk) => {
      log += chunk;
      if (log.includes("Listening at UDP/IPv4")) resolve();
    });
    child.once("exit", (code) => reject(new Error(`snmpsimd ended with ${code}:\n${log}`)));
  });
  return stop;
}

function freePort(address: string): Promise<number> {
  const socket = createSocket("udp4");
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.bind(0, address, () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}
