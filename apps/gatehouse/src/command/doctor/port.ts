import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { createServer } from "node:net";
import type { HealthCheck } from "@gatehouse/core/health";
import { failed, ok } from "../../server/doctor/check.js";
import { probe } from "../../server/doctor/probe.js";

/** Whether a gateway could listen on a configured address; who has it when not. */
export async function portCheck(address: string): Promise<HealthCheck> {
  const id = `port:${address}`;
  const colon = address.lastIndexOf(":");
  const host = address.slice(0, colon).replace(/^\[|\]$/g, "");
  const port = Number(address.slice(colon + 1));
  if (port === 0) return ok(id, "A free port is taken at the start.");
  const error = await bindingError(host, port);
  if (error === undefined) return ok(id, `${address} is free.`);
  if (error.code === "EADDRINUSE")
    return failed(
      id,
      `${address} is taken by ${await holder(port)}.`,
      "End that program, or give the gateway another address (listeners, --http, --https).",
    );
  if (error.code === "EACCES")
    return failed(
      id,
      `${address} may not be listened on by this user.`,
      "Ports below 1024 need a right of their own: take a higher one, or give it to the service.",
    );
  return failed(id, `${address} cannot be listened on: ${error.message}.`, "Look at the listener's address.");
}

function bindingError(host: string, port: number): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", resolve);
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

async function holder(port: number): Promise<string> {
  const program = programOn(port) ?? "another program";
  for (const scheme of ["https", "http"]) {
    const answer = await probe(`${scheme}://127.0.0.1:${port}`, "/").catch(() => undefined);
    if (answer?.text.startsWith("Gatehouse\n")) return `${program}, which is a gateway`;
    const server = answer?.headers["server"];
    if (server !== undefined) return `${program}, which calls itself ${String(server).replace(/\p{C}/gu, "")}`;
  }
  return program;
}

/** Linux says which socket listens on a port, and, of processes that we may look at, which one has that socket. */
function programOn(port: number): string | undefined {
  const sockets = new Set(["/proc/net/tcp", "/proc/net/tcp6"].flatMap((file) => listening(quietly(file), port)));
  if (sockets.size === 0) return undefined;
  for (const pid of names("/proc").filter((name) => /^\d+$/.test(name))) {
    const handles = names(`/proc/${pid}/fd`).map((handle) => link(`/proc/${pid}/fd/${handle}`));
    if (!handles.some((target) => sockets.has(/^socket:\[(\d+)\]$/.exec(target)?.[1] ?? ""))) continue;
    return `${quietly(`/proc/${pid}/comm`).trim() || "a program"} (process ${pid})`;
  }
  return undefined;
}

const LISTENING = "0A";

/** Inodes of the sockets that listen on a port. @param table as /proc/net/tcp has it */
export function listening(table: string, port: number): string[] {
  const wanted = port.toString(16).toUpperCase().padStart(4, "0");
  return table.split("\n").flatMap((line) => {
    const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
    return state === LISTENING && local?.split(":")[1] === wanted && inode !== undefined ? [inode] : [];
  });
}

/** What cannot be read, or is of another user, tells nothing. */
function otherwise<T>(look: () => T, nothing: T): T {
  try {
    return look();
  } catch {
    return nothing;
  }
}
const quietly = (file: string) => otherwise(() => readFileSync(file, "utf8"), "");
const names = (dir: string) => otherwise(() => readdirSync(dir), []);
const link = (file: string) => otherwise(() => readlinkSync(file), "");
