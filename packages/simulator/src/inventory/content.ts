import { type Machine, timeText } from "./machine.js";

/** A section's content as JSON has it: an object, a list or a text. */
export type Section = unknown;
export type Content = Readonly<Record<string, Section>>;

/** Who inventories: the agent's program and version, and how it was called. */
export interface Provider {
  readonly versionClient: string;
  readonly name: string;
  readonly version: string;
  readonly args: string;
}

/** The content of a GLPI agent's inventory in JSON (recording glpi-second-run-1). */
export function glpiContent(machine: Machine, provider: Provider): Content {
  const { name, cpu, memory, swap, now } = machine;
  return {
    ...commonContent(machine, provider),
    firewalls: [{ description: "firewalld", status: "off" }],
    hardware: {
      chassis_type: "Rack Mount Chassis",
      datelastloggeduser: "Mon Feb  2 09:15",
      defaultgateway: machine.gateway,
      dns: "192.0.2.53",
      lastloggeduser: "root",
      memory,
      name,
      swap,
      uuid: machine.uuid,
      vmsystem: "Physical",
      workgroup: "example.org",
    },
    cpus: [{ arch: "x86_64", core: cpu.cores, name: cpu.name, speed: cpu.mhz, stepping: 6, thread: 2 * cpu.cores }],
    networks: machine.interfaces.map(({ mac, isUp, ...one }) => ({
      ...network(one),
      mac,
      status: isUp ? "up" : "down",
    })),
    storages: [{ ...storage(machine), serial: `${machine.serial}-0` }],
    processes: processes(machine, 19),
    accesslog: { logdate: timeText(now) },
  };
}

/** What FusionInventory and older GLPI agents say in XML, keys in lower case (recording fi-basic). */
export function legacyContent(machine: Machine, provider: Provider, tag?: string): Content {
  const { firewalls, networks, storages, bios, ...content } = glpiContent(machine, provider);
  return {
    ...content,
    ...(tag === undefined ? {} : { accountinfo: { keyname: "TAG", keyvalue: tag } }),
    // As dmidecode has it, which JSON has in the order of its schema.
    bios: { ...(bios as object), bdate: "01/15/2025" },
    firewall: firewalls,
    local_groups: machine.users.map(({ id, login }) => ({ id: String(id), member: [login], name: login })),
    hardware: {
      ...(content.hardware as object),
      checksum: 131_071,
      etime: 1,
      ipaddr: machine.interfaces
        .map(({ address }) => address)
        .filter((address) => address !== "")
        .join("/"),
      oscomments: "#1 SMP PREEMPT_DYNAMIC",
      osname: "Debian GNU/Linux 12 (bookworm)",
      osversion: machine.kernel,
      processorn: 1,
      processort: machine.cpu.name,
    },
    networks: machine.interfaces.map(({ mac, isUp, ...one }) => ({
      ...network(one),
      macaddr: mac,
      status: isUp ? "Up" : "Down",
    })),
    processes: processes(machine, 16),
    storages: [{ ...storage(machine), serialnumber: `${machine.serial}-0` }],
  };
}

/** What JSON and the old XML say in the same words. */
function commonContent(machine: Machine, provider: Provider): Content {
  const { vendor, model, serial, installedAt, bootedAt, kernel, name } = machine;
  return {
    bios: {
      bdate: "2025-01-15",
      bmanufacturer: vendor,
      bversion: "2.12.0",
      mmanufacturer: vendor,
      smanufacturer: vendor,
      smodel: model,
      ssn: serial,
    },
    controllers: ["Host bridge", "SATA controller", "Ethernet controller", "VGA compatible controller"].map(
      (type, index) => ({
        manufacturer: "Intel Corporation",
        name: type,
        pciclass: `0${index}00`,
        pcislot: `00:1${index}.0`,
        productid: `0d5${index}`,
        type,
        vendorid: "8086",
      }),
    ),
    drives: machine.drives.map(({ device, mount, total, free }) => ({
      filesystem: "ext4",
      free,
      total,
      type: mount,
      volumn: device,
    })),
    envs: [
      { key: "LANG", val: "C.UTF-8" },
      { key: "PATH", val: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" },
    ],
    local_groups: machine.users.map(({ id, login }) => ({ id: String(id), members: [login], name: login })),
    local_users: machine.users.map(({ id, login }) => ({
      home: id === 0 ? "/root" : `/var/${login}`,
      id: String(id),
      login,
      name: login,
      shell: id === 0 ? "/bin/bash" : "/usr/sbin/nologin",
    })),
    memories: [{ capacity: machine.memory, caption: "DIMM A1", description: "DIMM", numslots: 1, type: "DDR4" }],
    operatingsystem: {
      arch: "x86_64",
      boot_time: timeText(bootedAt),
      fqdn: `${name}.example.org`,
      full_name: "Debian GNU/Linux 12 (bookworm)",
      install_date: timeText(installedAt),
      kernel_name: "linux",
      kernel_version: kernel,
      name: "Debian GNU/Linux",
      timezone: { name: "UTC", offset: "+0000" },
      version: "12.11",
    },
    softwares: machine.packages.map((one) => ({
      arch: one.arch,
      filesize: one.size,
      from: "deb",
      name: one.name,
      publisher: "Debian",
      system_category: one.category,
      version: one.version,
    })),
    users: [{ login: "root" }],
    versionclient: provider.versionClient,
    versionprovider: {
      etime: 1,
      name: provider.name,
      perl_args: provider.args,
      perl_config: ["gccversion: 12.2.0", "defines: use64bitall use64bitint usethreads uselargefiles"],
      perl_exe: "/usr/bin/perl",
      perl_inc: "/etc/perl:/usr/local/share/perl/5.36.0:/usr/lib/x86_64-linux-gnu/perl5/5.36:/usr/share/perl5",
      perl_module: ["LWP @ 6.68", "LWP::Protocol @ 6.68", "IO::Socket::SSL @ 2.081", "Net::SSLeay @ 1.92"],
      perl_version: "v5.36.0",
      program: `bin/${provider.name.toLowerCase()}-agent`,
      version: provider.version,
    },
  };
}

const network = ({ name, address }: { name: string; address: string }) => ({
  description: name,
  ...(address === "" ? {} : { ipaddress: address, ipmask: "255.255.255.0", ipsubnet: address.replace(/\d+$/, "0") }),
  speed: "1000",
  type: "ethernet",
  virtualdev: false,
});

const storage = ({ drives }: Machine) => ({
  description: "SATA",
  disksize: 48_000 + drives.reduce((sum, { total }) => sum + total, 0),
  manufacturer: "Seagate",
  model: "ST1000NX0423",
  name: "sda",
  type: "disk",
});

/** @param digits of the time: FusionInventory leaves the seconds out */
const processes = ({ processes: all }: Machine, digits: 16 | 19) =>
  all.map(({ pid, user, command, cpu, memory, virtual, startedAt }) => ({
    cmd: command,
    cpuusage: cpu,
    mem: memory,
    pid,
    started: timeText(startedAt).slice(0, digits),
    tty: "?",
    user,
    virtualmemory: virtual,
  }));
