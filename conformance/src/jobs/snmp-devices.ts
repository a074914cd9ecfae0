/** What a device says under one OID: the type as BER numbers it, and the value as snmpsim writes it. */
type Varbind = readonly [oid: string, type: string, value: string | number];

const [INTEGER, TEXT, HEX, OBJECT, COUNTER, GAUGE, TICKS] = ["2", "4", "4x", "6", "65", "66", "67"];

const system = (description: string, objectId: string, name: string, location: string): Varbind[] => [
  ["1.3.6.1.2.1.1.1.0", TEXT, description],
  ["1.3.6.1.2.1.1.2.0", OBJECT, objectId],
  ["1.3.6.1.2.1.1.3.0", TICKS, 8_640_000],
  ["1.3.6.1.2.1.1.4.0", TEXT, "network@example.org"],
  ["1.3.6.1.2.1.1.5.0", TEXT, name],
  ["1.3.6.1.2.1.1.6.0", TEXT, location],
];

/** Port `index` (from 1) of a device. @param mac in hex, without colons */
const port = (index: number, name: string, mac: string): Varbind[] => [
  [`1.3.6.1.2.1.2.2.1.1.${index}`, INTEGER, index],
  [`1.3.6.1.2.1.2.2.1.2.${index}`, TEXT, name],
  [`1.3.6.1.2.1.2.2.1.3.${index}`, INTEGER, 6],
  [`1.3.6.1.2.1.2.2.1.4.${index}`, INTEGER, 1500],
  [`1.3.6.1.2.1.2.2.1.5.${index}`, GAUGE, 1_000_000_000],
  [`1.3.6.1.2.1.2.2.1.6.${index}`, HEX, mac],
  [`1.3.6.1.2.1.2.2.1.7.${index}`, INTEGER, 1],
  [`1.3.6.1.2.1.2.2.1.8.${index}`, INTEGER, 1],
  [`1.3.6.1.2.1.2.2.1.10.${index}`, COUNTER, 1000 * index],
  [`1.3.6.1.2.1.2.2.1.16.${index}`, COUNTER, 2000 * index],
];

/** A device that answers who knows its community; none of it is anybody's. */
export interface SnmpDevice {
  readonly name: string;
  readonly serial: string;
  readonly mac: string;
  readonly community: string;
  /** As snmpsim reads it: a line for each OID, in their order. */
  readonly record: string;
}

export const networkSwitch: SnmpDevice = {
  ...{
    name: "switch-1.example.org",
    serial: "FOX0001CONF",
    mac: "02:00:5e:00:53:01",
    community: "switches-read-secret",
  },
  record: recordOf([
    ...system(
      "Cisco IOS Software, C3750 Software (C3750-IPSERVICESK9-M), Version 12.2(55)SE10, RELEASE SOFTWARE (fc2)",
      "1.3.6.1.4.1.9.1.516",
      "switch-1.example.org",
      "rack 7",
    ),
    ["1.3.6.1.2.1.2.1.0", INTEGER, 2],
    ...port(1, "GigabitEthernet1/0/1", "02005e005301"),
    ...port(2, "GigabitEthernet1/0/2", "02005e005302"),
    ["1.3.6.1.2.1.17.1.1.0", HEX, "02005e005301"],
    ["1.3.6.1.2.1.47.1.1.1.1.2.1", TEXT, "WS-C3750-48P"],
    ["1.3.6.1.2.1.47.1.1.1.1.5.1", INTEGER, 3],
    ["1.3.6.1.2.1.47.1.1.1.1.11.1", TEXT, "FOX0001CONF"],
    ["1.3.6.1.2.1.47.1.1.1.1.13.1", TEXT, "WS-C3750-48PS-S"],
  ]),
};

export const printer: SnmpDevice = {
  ...{ name: "printer-1", serial: "JPCONF0001", mac: "02:00:5e:00:53:11", community: "printers-read-secret" },
  record: recordOf([
    ...system(
      "HP ETHERNET MULTI-ENVIRONMENT,ROM none,JETDIRECT,JD153,EEPROM JSI24090018,CIDATE 09/10/2019",
      "1.3.6.1.4.1.11.2.3.9.1",
      "printer-1",
      "second floor",
    ),
    ["1.3.6.1.2.1.2.1.0", INTEGER, 1],
    ...port(1, "eth0", "02005e005311"),
    ["1.3.6.1.2.1.25.3.2.1.3.1", TEXT, "HP LaserJet MFP M528"],
    ["1.3.6.1.2.1.43.5.1.1.17.1", TEXT, "JPCONF0001"],
    ["1.3.6.1.2.1.43.10.2.1.4.1.1", COUNTER, 4711],
    ["1.3.6.1.2.1.43.11.1.1.3.1.1", INTEGER, 1],
    ["1.3.6.1.2.1.43.11.1.1.5.1.1", INTEGER, 3],
    ["1.3.6.1.2.1.43.11.1.1.6.1.1", TEXT, "Black Cartridge"],
    ["1.3.6.1.2.1.43.11.1.1.7.1.1", INTEGER, 7],
    ["1.3.6.1.2.1.43.11.1.1.8.1.1", INTEGER, 2000],
    ["1.3.6.1.2.1.43.11.1.1.9.1.1", INTEGER, 500],
    ["1.3.6.1.2.1.43.12.1.1.4.1.1", TEXT, "black"],
  ]),
};

function recordOf(varbinds: readonly Varbind[]): string {
  const numbers = (oid: string) => oid.split(".").map(Number);
  const before = (left: readonly number[], right: readonly number[]): number => {
    const at = left.findIndex((number, i) => number !== right[i]);
    return at === -1 ? left.length - right.length : (left[at] ?? 0) - (right[at] ?? -1);
  };
  const sorted = [...varbinds].sort(([left], [right]) => before(numbers(left), numbers(right)));
  return sorted.map((varbind) => `${varbind.join("|")}\n`).join("");
}
