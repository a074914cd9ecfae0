import { hostname, networkInterfaces } from "node:os";

/** What Puppet tells code of the server besides its version. */
export interface ServerFacts {
  readonly servername: string;
  readonly serverip?: string;
  readonly serverip6?: string;
}

/** Of this machine: its name, and its first address of each kind that others can reach. */
export function serverFacts(): ServerFacts {
  const addresses = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter(({ internal, address }) => !internal && !address.startsWith("fe80:"));
  const of = (kind: "IPv4" | "IPv6") => addresses.find(({ family }) => family === kind)?.address;
  const [serverip, serverip6] = [of("IPv4"), of("IPv6")];
  return { servername: hostname(), ...(serverip && { serverip }), ...(serverip6 && { serverip6 }) };
}
