import type { Credential } from "@gatehouse/core/credentials";
import type { NetDiscoverySpec, NetInventorySpec, SnmpAccess, WakeOnLanSpec } from "@gatehouse/core/jobs";
import { element, option } from "./element.js";

/** A stored credential by its name: of the kind that its use asks for. */
export type Opened = (name: string) => Credential;

const THREADS = 8;
/** Seconds for each address; a switch needs more than it takes to see that nobody answers. */
const DISCOVERY_SECONDS = 1;
const QUERY_SECONDS = 15;

/** What SNMP libraries of agents call the algorithms. */
const PRIVACY: ReadonlyMap<string, string> = new Map([
  ["aes", "aes128"],
  ["aes192", "cfb192-aes-128"],
  ["aes256", "cfb256-aes-128"],
]);

/** One element of a job, by its name: XML has it as an element with attributes, REST in JSON. */
export type Part = readonly [name: string, said: Readonly<Record<string, string | number | undefined>>];

/** Network discovery. @param number the job's: comes back as PROCESSNUMBER */
export const discoveryOption = (number: number, spec: NetDiscoverySpec, opened: Opened): string =>
  option("NETDISCOVERY", elements(discoveryParts(spec, opened, number)));

/** Network inventory; a device's ID is its place in the job, from 1, and comes back with what is found. */
export const queryOption = (number: number, spec: NetInventorySpec, opened: Opened): string =>
  option("SNMPQUERY", elements(queryParts(spec, opened, number)));

/** What a discovery is made of. @param number left out where the job goes by its id */
export const discoveryParts = (spec: NetDiscoverySpec, opened: Opened, number?: number): Part[] => [
  ["PARAM", { PID: number, THREADS_DISCOVERY: spec.threads ?? THREADS, TIMEOUT: spec.timeout ?? DISCOVERY_SECONDS }],
  ...spec.ranges.map(
    ({ start, end, entity = "0", port, protocol }, at): Part => [
      "RANGEIP",
      { ID: at + 1, ENTITY: entity, IPSTART: start, IPEND: end, PORT: port, PROTOCOL: protocol },
    ],
  ),
  ...(spec.access ?? []).map((access, at) => authentication(access, at, opened)),
];

/** What a network inventory is made of. @param number as of {@link discoveryParts} */
export const queryParts = (spec: NetInventorySpec, opened: Opened, number?: number): Part[] => [
  ["PARAM", { PID: number, THREADS_QUERY: spec.threads ?? THREADS, TIMEOUT: spec.timeout ?? QUERY_SECONDS }],
  ...spec.devices.map(
    ({ ip, type, port, protocol, access = 0 }, at): Part => [
      "DEVICE",
      { TYPE: type, ID: at + 1, IP: ip, PORT: port, PROTOCOL: protocol, AUTHSNMP_ID: access + 1 },
    ],
  ),
  ...spec.access.map((access, at) => authentication(access, at, opened)),
];

const elements = (parts: readonly Part[]): string[] => parts.map(([name, said]) => element(name, said));

/** Wake-on-LAN: agents say nothing of it. */
export const wakeOption = ({ targets }: WakeOnLanSpec): string =>
  option(
    "WAKEONLAN",
    targets.map(({ mac, ip }) => element("PARAM", { MAC: mac, IP: ip })),
  );

function authentication(access: SnmpAccess, at: number, opened: Opened): Part {
  const { version, credential, authProtocol, privProtocol, privCredential } = access;
  const { username, secret } = opened(credential);
  if (version !== "3") return ["AUTHENTICATION", { ID: at + 1, COMMUNITY: secret, VERSION: version }];
  return [
    "AUTHENTICATION",
    {
      ...{ ID: at + 1, VERSION: version, USERNAME: username ?? undefined },
      ...{ AUTHPROTOCOL: authProtocol ?? "sha", AUTHPASSPHRASE: secret },
      ...(privCredential !== undefined && {
        PRIVPROTOCOL: PRIVACY.get(privProtocol ?? "aes") ?? privProtocol,
        PRIVPASSPHRASE: opened(privCredential).secret,
      }),
    },
  ];
}
