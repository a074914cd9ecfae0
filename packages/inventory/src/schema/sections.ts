import { type Bounded, type FieldModel, list, object, oneOf, type SectionModel } from "./kinds.js";

/**
 * What an inventory is made of: our own model, with the sections and fields of the public inventory format 1.2 (MIT, its
 * notice is in LICENSE.inventory-format), so that agents and those who read exports find what they know. A test holds it against that.
 */

const operatingsystem = object("", {
  text: "arch dns_domain fqdn full_name hostid kernel_name kernel_version name ssh_key service_pack version",
  datetime: "boot_time",
  dateordatetime: "install_date",
  fields: { timezone: object("name offset", { text: "name", fields: { offset: { pattern: "^[+-][0-9]{4}$" } } }) },
});

const machine: Readonly<Record<string, SectionModel>> = {
  bios: object("", {
    text: "assettag bmanufacturer bversion mmanufacturer mmodel msn skunumber smanufacturer smodel ssn biosserial enclosureserial",
    dateordatetime: "bdate",
    fields: { secure_boot: oneOf("enabled disabled unsupported") },
  }),
  hardware: object("", {
    text: "chassis_type datelastloggeduser defaultgateway dns lastloggeduser name uuid vmsystem workgroup type description winprodid winowner winprodkey wincompany winlang",
    megabytes: "memory swap",
  }),
  operatingsystem,
  accesslog: object("logdate", { datetime: "logdate", text: "userid" }),
  error: object("", { integer: "id", text: "message type" }),
  versionprovider: object("", {
    texts: "comments perl_config perl_module",
    text: "name perl_args perl_exe perl_inc perl_version program version",
    integer: "etime",
  }),
};

const parts: Readonly<Record<string, SectionModel>> = {
  batteries: list("", {
    milliwatthours: "capacity real_capacity power_max",
    millivolts: "voltage",
    date: "date",
    text: "chemistry manufacturer name serial",
  }),
  cameras: list("", {
    texts: "resolution imageformats resolutionvideo supports",
    text: "lensfacing designation orientation focallength sensorsize manufacturer model",
    boolean: "flashunit",
  }),
  controllers: list("", {
    text: "caption driver manufacturer name pcisubsystemid pciclass pcislot productid rev type vendorid model serial",
  }),
  cpus: list("", {
    integer: "core corecount external_clock speed stepping thread",
    text: "description familyname familynumber id manufacturer model name serial cache",
    fields: {
      arch: {
        pattern: "^(mips|mips64|alpha|sparc|sparc64|m68k|i\\d86|x86_64|powerpc|powerpc64|arm.*|aarch64)$",
      },
    },
  }),
  firmwares: list("", { text: "name description type version manufacturer", date: "date" }),
  inputs: list("", { text: "caption description type name manufacturer interface layout pointingtype" }),
  memories: list("", {
    megabytes: "capacity",
    integer: "numslots",
    text: "caption description manufacturer memorycorrection serialnumber model speed type formfactor purpose",
    boolean: "removable",
  }),
  modems: list("", { text: "name description type model manufacturer serial", texts: "imei" }),
  monitors: list("", { text: "base64 caption description manufacturer serial altserial port uuencode name type" }),
  ports: list("type", { text: "caption description name type" }),
  powersupplies: list("", {
    text: "name serialnumber manufacturer partnum model status location",
    watts: "power_max",
    boolean: "hotreplaceable plugged",
  }),
  sensors: list("", { text: "name manufacturer type version" }),
  simcards: list("", { text: "serial phone_number iccid state country operator_code operator_name subscriber_id" }),
  slots: list("name", {
    text: "description designation name",
    fields: { status: oneOf("free used", { "in use": "used", available: "free" }) },
  }),
  sounds: list("", { text: "caption description manufacturer name" }),
  usbdevices: list("", { text: "caption class manufacturer name productid subclass vendorid serial" }),
  videos: list("", { text: "name chipset resolution pcislot", megabytes: "memory" }),
};

const storage: Readonly<Record<string, SectionModel>> = {
  drives: list("", {
    text: "description letter filesystem serial type volumn createdate label encrypt_name encrypt_algo encrypt_status encrypt_type",
    boolean: "systemdrive",
    integer: "free total",
  }),
  storages: list("", {
    text: "description firmware interface manufacturer model name scsi_coid scsi_lun scsi_unid scsi_chid serial type wwn encrypt_name encrypt_algo encrypt_status encrypt_type",
    integer: "disksize",
  }),
  physical_volumes: list("device", {
    text: "attr device format pv_uuid vg_uuid",
    integer: "free pe_size pv_pe_count size",
  }),
  volume_groups: list("vg_name", {
    text: "attr vg_extent_size vg_name vg_uuid",
    integer: "free lv_count pv_count size",
  }),
  logical_volumes: list("lv_name", { text: "attr lv_name lv_uuid vg_uuid vg_name", integer: "seg_count size" }),
};

const system: Readonly<Record<string, SectionModel>> = {
  antivirus: list("", {
    text: "company guid name version base_version",
    boolean: "enabled uptodate",
    date: "expiration base_creation",
  }),
  databases_services: list("name", {
    text: "type name version manufacturer path",
    integer: "port size",
    boolean: "is_active is_onbackup",
    datetime: "last_boot_date last_backup_date",
    fields: {
      databases: list("name", {
        text: "name",
        integer: "size",
        boolean: "is_active is_onbackup",
        datetime: "creation_date update_date last_backup_date",
      }),
    },
  }),
  envs: list("key val", { text: "key val" }),
  firewalls: list("status", { text: "description profile status", ipv4: "ipaddress", ipv6: "ipaddress6" }),
  licenseinfos: list("", {
    text: "name fullname key components update productid",
    boolean: "trial",
    datetime: "activation_date",
  }),
  local_groups: list("id name", { text: "id name", texts: "members" }),
  local_users: list("id", { text: "home id login name shell" }),
  printers: list("name", {
    text: "description driver name port printprocessor resolution status comment errstatus servername sharename serial",
    boolean: "network shared",
  }),
  processes: list("cmd pid user", {
    text: "cmd cpuusage mem tty user",
    integer: "pid virtualmemory",
    datetime: "started",
  }),
  remote_mgmt: list("id type", { text: "id type version" }),
  softwares: list("name", {
    text: "arch comments from guid name publisher system_category uninstall_string url_info_about version folder helplink release_type version_minor version_major username userid",
    integer: "filesize",
    dateordatetime: "install_date",
    boolean: "no_remove",
  }),
  users: list("", { text: "domain login" }),
  virtualmachines: list("name", {
    text: "image name subsystem uuid vmtype mac comment owner serial",
    ip: "ipaddress",
    megabytes: "memory",
    integer: "vcpu",
    fields: {
      operatingsystem,
      status: oneOf("running blocked idle paused shutdown crashed dying off", { pause: "paused", stopped: "off" }),
    },
  }),
};

const upTo = (most: number): Bounded => ({ least: 1, most });
const connections: FieldModel = list("", {
  // A port of a switch has seen many.
  texts: "mac",
  text: "sysmac ifdescr ip sysdescr sysname",
  integer: "ifnumber",
});

const network: Readonly<Record<string, SectionModel>> = {
  networks: list("description", {
    text: "description ipaddress6 ipdhcp ipgateway ipmask ipmask6 ipsubnet ipsubnet6 mac pciid pnpdeviceid speed manufacturer model wwn driver firmware pcislot slaves base wifi_ssid wifi_bssid wifi_mode wifi_version",
    boolean: "management virtualdev",
    ipv4: "ipaddress",
    integer: "mtu",
    fields: {
      status: oneOf("up down dormant notpresent lowerlayerdown unknown testing"),
      type: oneOf("ethernet wifi infiniband aggregate alias dialup loopback bridge fibrechannel bluetooth", {
        local: "loopback",
      }),
    },
  }),
  network_device: object("type", {
    text: "description firmware location mac model name assettag serial uptime manufacturer contact",
    integer: "cpu credentials",
    megabytes: "memory ram",
    ips: "ips",
    fields: { type: oneOf("Unmanaged Computer Networking Printer Storage Power Phone Video KVM") },
  }),
  network_ports: list("", {
    boolean: "lldp trunk",
    integers: "aggregate",
    text: "ifdescr ifalias iflastchange ifname mac",
    integer: "ifinerrors ifinbytes ifmtu ifnumber ifouterrors ifoutbytes ifspeed iftype",
    ips: "ips",
    fields: {
      ifinternalstatus: upTo(3),
      ifportduplex: upTo(3),
      ifstatus: upTo(7),
      connections,
      vlans: list("", { text: "name", integer: "id" }),
    },
  }),
  network_components: list("", {
    integer: "contained_index fru index stack_number",
    text: "description manufacturer model name serial type firmware mac",
    ip: "ip",
  }),
  pagecounters: object("", {
    integer:
      "total black color rectoverso scanned printtotal printblack printcolor copytotal copyblack copyblack_a3 copycolor copycolor_a3 faxtotal duplex",
  }),
  cartridges: list("", { text: "name value" }),
  consumables: list("", { text: "type color value unit", integer: "max" }),
};

/** By name; besides them `versionclient`, which is a text. */
export const sections: ReadonlyMap<string, SectionModel> = new Map(
  Object.entries({ ...machine, ...parts, ...storage, ...system, ...network }),
);
