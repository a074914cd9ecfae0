import { createHash } from "node:crypto";
import type { PretendedMachine } from "./machine.js";

type Fields = Readonly<Record<string, unknown>>;

/** A made-up device behind an address: the same for the same address. */
const made = (address: string) => {
  const hex = createHash("sha256").update(`device ${address}`).digest("hex");
  return {
    mac: `02:${hex.slice(0, 10).replace(/(..)(?=.)/g, "$1:")}`,
    serial: `NET${hex.slice(10, 18).toUpperCase()}`,
    name: `switch-${address.replaceAll(".", "-")}`,
    manufacturer: "Cisco",
    model: "Catalyst 3750-24/48",
    firmware: "12.2(55)SE10",
  };
};

export const answersTo = ({ answersSnmp }: PretendedMachine, address: string): boolean => answersSnmp(address);

/** What a discovery says of an address, keys in lower case; undefined where nothing is. @param credentials their ids */
export function discoveredAt(
  machine: PretendedMachine,
  address: string,
  credentials: readonly string[],
): Fields | undefined {
  const [authsnmp] = credentials;
  if (authsnmp === undefined || !answersTo(machine, address)) return undefined;
  const { mac, serial, name, manufacturer, model, firmware } = made(address);
  return {
    ...{ authsnmp, ip: address, ips: { ip: [address] }, mac, dnshostname: name, snmphostname: name },
    ...{ description: "Cisco IOS Software, C3750 Software", type: "NETWORKING", manufacturer, model, serial, firmware },
    ...{ location: "made up", uptime: "80 days, 16:40:22.57" },
  };
}

/** What an inventory says of a device, keys in lower case (recording fi-netinventory). */
export function deviceAt(address: string, id: string, type: string): Fields {
  const { mac, serial, name, manufacturer, model, firmware } = made(address);
  return {
    firmwares: { description: "device firmware", manufacturer, name: model, type: "device", version: firmware },
    info: { id, type, name, ips: { ip: [address] }, mac, manufacturer, model, serial, firmware, location: "made up" },
    ports: {
      port: Array.from({ length: 4 }, (_, n) => ({
        ...{ ifnumber: n + 1, ifname: `Gi1/0/${n + 1}`, ifdescr: `GigabitEthernet1/0/${n + 1}`, iftype: 6 },
        ...{ ifmtu: 1500, ifspeed: 1_000_000_000, ifinternalstatus: 1, ifstatus: n === 0 ? 1 : 2, mac },
        ...{ ifinoctets: 111_111 * (n + 1), ifoutoctets: 222_222 * (n + 1) },
      })),
    },
  };
}
