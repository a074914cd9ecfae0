/**
 * What evidence is worth, as data. Points add up; 100 is certainty. Why each number: docs/adr/0017.
 */
export const identityRules = {
  /** For what both sides have. */
  points: {
    uuid: 60,
    serial: 50,
    /** The whole name, with its domain. */
    fqdn: 40,
    /** The host's name, where one of them says no domain, or cut it off after 15 characters as NetBIOS does. */
    host: 30,
    /** The host's name in another domain. */
    otherDomain: 10,
    mac: 40,
    /** For a second one. */
    moreMacs: 10,
    /** One that software gave itself: of a guest, a bridge, a bond, a phone's privacy. */
    localMac: 15,
    address: 40,
  },
  /** Taken off where both sides say something of the kind, and nothing of it is the same. */
  against: { uuid: 40, serial: 30, mac: 20, name: 20 },
  /** From here on it is the same machine. */
  join: 70,
  /** The same for a host that was collected: it brings no agent that could take anything over. */
  joinCollected: 60,
  /** From here on a person is asked. */
  ask: 30,
  /** Two nodes that are nearer to each other than this are equally good. */
  margin: 15,
  /** What more nodes than this have tells nothing of any of them: docks, a balancer's address, names of templates. */
  mostNodes: { uuid: 3, serial: 3, mac: 1, address: 2, name: 5 },
  /** An agent is alive that called within these hours: inventory agents come once a day, and not at weekends. */
  aliveHours: 72,
  /** Conflicts that one newcomer raises. */
  mostConflicts: 3,
} as const;

/** Serials that mean nothing, without regard to case and to what is neither letter nor digit. */
export const junkSerials: readonly string[] = [
  ...["To be filled by O.E.M.", "Default string", "System Serial Number", "Chassis Serial Number", "Serial Number"],
  ...["Base Board Serial Number", "SystemSerialNumb", "OEM_Serial", "Not Specified", "Not Applicable", "Not Available"],
  ...["None", "N/A", "null", "(null string)", "Unknown", "Unknow", "Undefined", "Invalid", "Empty", "Not", "EVAL"],
  ...["IATPASS", "Tulip Computers", "Type1 Serial Number", "Standard", "INVALID_SERIAL", "System Product Name"],
  ...["SYS-1234567890", "SYS-9876543210", "SN-12345", "SN-1234567890", "MB-1234567890", "SN-123456fvgv3i0b8o5n6n7k"],
  ...["0123456789", "0123456789ABCDEF", "1234567890", "123456789000", "12345678901234567", "9876543210"],
];

/** SMBIOS UUIDs that makers forgot to fill. One byte repeated is junk without being here. */
export const junkUuids: readonly string[] = [
  "03000200-0400-0500-0006-000700080009",
  "6ab5b300-538d-1014-9fb5-b0684d007b53",
  "12345678-1234-5678-90ab-cddeefaabbcc",
  "12345678-1234-1234-1234-123456789abc",
  "00112233-4455-6677-8899-aabbccddeeff",
  "01234567-89ab-cdef-0123-456789abcdef",
  "a5a5a5a5-a5a5-a5a5-a5a5-a5a5a5a5a5a5",
];

/** Beginnings of MACs that many machines have, in lower-case hex, with whose they are. */
export const junkMacs: readonly (readonly [prefix: string, whose: string])[] = [
  ["0242", "docker"],
  ["005056c0", "VMware's network of its host"],
  ["0a0027", "VirtualBox's network of its host"],
  ["001c4200000", "Parallels' network of its host"],
  ["00ff", "a TAP adapter of a VPN"],
  ["00059a3c7", "Cisco's VPN"],
  ["020585", "Juniper's VPN"],
  ["00090ffe", "Fortinet's VPN"],
  ["00090faa", "Fortinet's VPN"],
  ["025041", "GlobalProtect's VPN"],
  ["020054", "a VPN"],
  ["02004c4f4f50", "Microsoft's loopback adapter"],
  ["50505450", "a dial-up adapter"],
  ["33506f45", "a dial-up adapter"],
  ["20415359", "a dial-up adapter"],
  ["204153594eff", "a dial-up adapter"],
  ["005345000000", "a dial-up adapter"],
  ["444553540000", "a dial-up adapter"],
  ["00a0c600000", "a modem"],
  ["028037ec0200", "a modem"],
  ["ac49db", "a sharing adapter"],
];

/** Names that machines have before somebody gives them one. */
export const junkNames: readonly string[] = [
  ...["localhost", "localdomain", "localhost4", "localhost6", "(none)", "none", "unknown", "unnamed", "host", "ubuntu"],
  ...["debian", "centos", "rocky", "fedora", "kali", "alpine", "raspberrypi", "buildroot", "openwrt", "computer"],
  ...["template", "packer", "vagrant", "puppet", "ip-0-0-0-0"],
];

/** Addresses that every machine may have; each a beginning of the written form. */
export const junkAddresses: readonly (readonly [prefix: string, why: string])[] = [
  ["0.", "no address"],
  ["127.", "loopback"],
  ["169.254.", "link-local"],
  ["172.17.0.1", "docker's bridge"],
  ["192.168.122.1", "libvirt's bridge"],
  ["192.168.56.1", "VirtualBox's network of its host"],
  ["10.0.2.15", "the guest in VirtualBox's NAT"],
];
