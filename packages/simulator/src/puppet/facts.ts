import { createHash } from "node:crypto";
import { mannersOf, type PuppetVersion } from "./version.js";

const GIB = 1024 ** 3;

/** Of an agent, at a moment. */
export interface FactsInput {
  readonly certname: string;
  readonly version: PuppetVersion;
  /** Runs before this one. */
  readonly runs: number;
  readonly now: Date;
  readonly noop: boolean;
}

/** Facts as an agent sends them with its catalog request. */
export interface PuppetFacts {
  readonly name: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly timestamp: string;
  readonly expiration: string;
}

/** With nine digits, as Ruby writes it. */
export const rubyTime = (date: Date): string => date.toISOString().replace("Z", "000000+00:00");

/**
 * Facts of a made-up Debian machine: the same for the same name. Uptime, load and free memory are others at each run,
 * and with every third the machine has another kernel, so that its history has something to show.
 */
export function factsOf({ certname, version, runs, now, noop }: FactsInput): PuppetFacts {
  const seed = createHash("sha256").update(certname).digest();
  const byte = (at: number): number => seed[at] ?? 0;
  const [hostname = certname, ...domainParts] = certname.split(".");
  const domain = domainParts.join(".");
  const ip = `10.${byte(0)}.${byte(1)}.${(byte(2) % 254) + 1}`;
  const mac = ["02", ...[...seed.subarray(3, 8)].map((value) => value.toString(16).padStart(2, "0"))].join(":");
  const memory = 2 ** (1 + (byte(9) % 5)) * GIB;
  const used = Math.round(memory * (0.2 + ((byte(10) + runs * 37) % 100) / 200));
  const uptime = 86_400 + byte(11) * 3600 + runs * 1800;
  const kernel = `6.1.0-${30 + Math.floor(runs / 3)}-amd64`;
  const disk = (20 + byte(12)) * GIB;
  const facts = {
    os: {
      name: "Debian",
      family: "Debian",
      architecture: "amd64",
      hardware: "x86_64",
      release: { full: "12.11", major: "12", minor: "11" },
      distro: { id: "Debian", codename: "bookworm", description: "Debian GNU/Linux 12 (bookworm)" },
      selinux: { enabled: false },
    },
    kernel: "Linux",
    kernelrelease: kernel,
    kernelversion: "6.1.0",
    kernelmajversion: "6.1",
    networking: {
      hostname,
      domain,
      fqdn: certname,
      ip,
      mac,
      netmask: "255.0.0.0",
      network: "10.0.0.0",
      primary: "eth0",
      interfaces: {
        eth0: { ip, mac, mtu: 1500, netmask: "255.0.0.0", network: "10.0.0.0" },
        lo: { ip: "127.0.0.1", mtu: 65536, netmask: "255.0.0.0", network: "127.0.0.0" },
      },
    },
    memory: {
      system: { total_bytes: memory, used_bytes: used, available_bytes: memory - used, ...sizes(memory, used) },
    },
    processors: { count: 1 + (byte(13) % 16), isa: "unknown", models: ["Simulated CPU"], physicalcount: 1 },
    disks: { sda: { size_bytes: disk, size: gib(disk), vendor: "ATA", model: "Simulated disk" } },
    mountpoints: { "/": { device: "/dev/sda1", filesystem: "ext4", size_bytes: disk, options: ["rw", "relatime"] } },
    system_uptime: {
      seconds: uptime,
      hours: Math.floor(uptime / 3600),
      days: Math.floor(uptime / 86_400),
      uptime: `${Math.floor(uptime / 86_400)} days`,
    },
    load_averages: { "1m": (byte(14) + runs) / 100, "5m": byte(15) / 100, "15m": byte(16) / 100 },
    dmi: { manufacturer: "Gatehouse", product: { name: "Simulated machine", serial_number: serialOf(seed) } },
    virtual: "kvm",
    is_virtual: true,
    timezone: "UTC",
    path: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    ruby: { platform: "x86_64-linux-gnu", version: "3.1.2" },
    facterversion: "4.3.0",
    puppetversion: version,
    clientcert: certname,
    clientversion: version,
    clientnoop: noop,
  };
  const legacy = { hostname, domain, fqdn: certname, ipaddress: ip, macaddress: mac, osfamily: "Debian" };
  return {
    name: certname,
    values: mannersOf(version).legacyFacts ? { ...facts, ...legacy, operatingsystem: "Debian" } : facts,
    timestamp: rubyTime(now),
    expiration: rubyTime(new Date(now.getTime() + 30 * 60_000)),
  };
}

const gib = (bytes: number): string => `${(bytes / GIB).toFixed(2)} GiB`;
const sizes = (total: number, used: number) => ({
  total: gib(total),
  used: gib(used),
  available: gib(total - used),
  capacity: `${((100 * used) / total).toFixed(2)}%`,
});
const serialOf = (seed: Buffer): string => `SIM-${seed.toString("hex", 20, 26).toUpperCase()}`;
