import http from "node:http";
import { type AddressInfo, BlockList, isIP } from "node:net";
import type { HttpdConfig } from "./config.js";

/** The agent's own port, while it is open. */
export interface Httpd {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Opens the agent's own port: GET `/now` from an address that is trusted wakes it.
 * @param onNow called for each
 */
export async function openHttpd({ ip, port, trust }: HttpdConfig, onNow: () => void): Promise<Httpd> {
  const trusted = trustOf(trust);
  const server = http.createServer((request, response) => {
    const answer = (status: number, text: string) =>
      response.writeHead(status, { "Content-Type": "text/plain" }).end(text);
    request.resume();
    const { pathname } = new URL(request.url ?? "/", "http://agent");
    if (request.method !== "GET") return void answer(405, "method not allowed");
    if (pathname === "/status") return void answer(200, "status: waiting");
    if (pathname !== "/now" && !pathname.startsWith("/now/")) return void answer(404, "not found");
    if (!trusted(request.socket.remoteAddress ?? "")) return void answer(403, "Access denied");
    answer(200, "OK");
    onNow();
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, ip, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Addresses, and networks such as `10.0.0.0/8`; what is neither trusts nobody. */
function trustOf(trust: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const one of trust) {
    const [address = "", bits] = one.split("/");
    const version = isIP(address);
    if (version === 0) continue;
    const family = version === 4 ? "ipv4" : "ipv6";
    if (bits === undefined) list.addAddress(address, family);
    else if (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128))
      list.addSubnet(address, Number(bits), family);
  }
  return (seen) => {
    const address = seen.replace(/^::ffff:(?=\d+\.)/, "");
    const version = isIP(address);
    return version !== 0 && list.check(address, version === 4 ? "ipv4" : "ipv6");
  };
}
