import { createSocket } from "node:dgram";
import { once } from "node:events";
import { hostname, networkInterfaces } from "node:os";

/** What Puppet tells code of the server besides its version. */
export interface ServerFacts {
  readonly servername: string;
  readonly serverip?: string;
  readonly serverip6?: string;
}

/** Of documentation (RFC 5737, RFC 3849): nobody has them, so the way there is the default route. */
const ELSEWHERE = { udp4: "192.0.2.1", udp6: "2001:db8::1" } as const;

/**
 * Of this machine: its address on the default route of each kind, else the first that others can reach.
 * @param name what agents call it by; the machine's own name unless given
 */
export async function serverFacts(name: string = hostname()): Promise<ServerFacts> {
  const [serverip, serverip6] = await Promise.all([addressOf("udp4"), addressOf("udp6")]);
  return { servername: name, ...(serverip && { serverip }), ...(serverip6 && { serverip6 }) };
}

async function addressOf(type: "udp4" | "udp6"): Promise<string | undefined> {
  const family = type === "udp4" ? "IPv4" : "IPv6";
  const reachable = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter((one) => one.family === family && !one.internal && !one.address.startsWith("fe80:"))
    .map(({ address }) => address);
  const routed = await routedAddress(type);
  return routed !== undefined && reachable.includes(routed) ? routed : reachable[0];
}

/** Which address a datagram elsewhere would come from: none is sent. @returns undefined where there is no way */
async function routedAddress(type: "udp4" | "udp6"): Promise<string | undefined> {
  const socket = createSocket(type);
  try {
    const connected = once(socket, "connect");
    socket.connect(9, ELSEWHERE[type]);
    await connected;
    return socket.address().address;
  } catch {
    return undefined;
  } finally {
    socket.close();
  }
}
