import type { Content } from "./content.js";
import { type Machine, timeText } from "./machine.js";

/** What the OCS agent says, keys in lower case: its own names, and no version of its own (recording ocs-basic). */
export function ocsContent(machine: Machine, tag?: string): Content {
  const { name, cpu, users, interfaces, bootedAt, now, serial, vendor, model } = machine;
  const uptime = new Date(Math.max(0, now.getTime() - bootedAt.getTime())).toISOString();
  return {
    accesslog: { logdate: timeText(now), userid: "N/A" },
    ...(tag === undefined ? {} : { accountinfo: { keyname: "TAG", keyvalue: tag } }),
    bios: { bmanufacturer: vendor, smanufacturer: vendor, smodel: model, ssn: serial, type: "Rack Mount Chassis" },
    controllers: ["Host bridge [0600]", "SATA controller [0106]", "Ethernet controller [0200]"].map((one, index) => ({
      driver: "ahci",
      manufacturer: "Intel Corporation Device",
      name: one,
      pciid: `8086:0d5${index}`,
      pcislot: `00:0${index}.0`,
      type: "rev 01",
    })),
    cpus: {
      cores: cpu.cores,
      cpuarch: "x86_64",
      data_width: 64,
      l2cachesize: "4 MiB (2 instances)",
      logical_cpus: 2 * cpu.cores,
      manufacturer: "Intel",
      nbsocket: 1,
      speed: cpu.mhz,
      threads: 2 * cpu.cores,
      type: cpu.name,
    },
    download: { history: "" },
    drives: machine.drives.map(({ device, mount, total, free }) => ({
      filesystem: "ext4",
      free,
      total,
      type: mount,
      volumn: device,
    })),
    hardware: {
      checksum: 1_572_863,
      datelastloggeduser: "",
      defaultgateway: machine.gateway,
      description: `x86_64/00-00-${String(Math.floor(bootedAt.getUTCDate() / 2)).padStart(2, "0")} ${uptime.slice(11, 19)}`,
      dns: "192.0.2.53",
      installdate: "1970-00-01",
      ipaddr: interfaces[0]?.address,
      lastloggeduser: "",
      memory: machine.memory,
      name,
      oscomments: "Debian GNU/Linux 12 (bookworm)",
      osname: "Debian GNU/Linux 12",
      osversion: "12",
      processorn: 1,
      processors: cpu.mhz,
      processort: cpu.name,
      swap: machine.swap,
      uuid: machine.uuid,
      vmsystem: "Physical",
      workgroup: "WORKGROUP",
    },
    // The agent leaves the number out where it is 0.
    local_groups: users.map(({ id, login }) => ({ ...(id === 0 ? {} : { id_group: id }), member: login, name: login })),
    local_users: users.map(({ id, login }) => ({
      home: id === 0 ? "/root" : `/var/${login}`,
      ...(id === 0 ? {} : { id_user: id }),
      login,
      name: login,
      shell: "/bin/sh",
    })),
    networks: interfaces.map((one) => ({
      description: one.name,
      driver: "igb",
      duplex: one.isUp ? "Full" : "Half",
      ...(one.isUp ? { ipaddress: one.address, ipgateway: machine.gateway, ipmask: "255.255.255.0" } : {}),
      macaddr: one.mac,
      mtu: 1500,
      speed: one.isUp ? "1000 Mbps" : "-1 Mbps",
      status: one.isUp ? "Up" : "Down",
      type: "ethernet",
    })),
    repository: ["debian", "debian-security"].map((one) => ({
      baseurl: `http://deb.example.org/${one}`,
      name: "main",
    })),
    softwares: machine.packages.map((one) => ({
      architecture: one.arch,
      comments: one.summary,
      filesize: one.size,
      from: "deb",
      installdate: timeText(one.installedAt).replaceAll("-", "/"),
      name: one.name,
      publisher: one.homepage,
      version: one.version,
    })),
    storages: [
      { disksize: "274877.906944", manufacturer: "Seagate", name: "sda", serialnumber: `${serial}-0`, type: "disk" },
    ],
  };
}
