import { describe, expect, it } from "vitest";
import { message } from "../dialect.test.helper.js";
import { messagesOf } from "./messages.js";

const read = (query: string, content: string) => messagesOf(Buffer.from(message(query, content))).inventories;
const only = (query: string, content: string) => {
  const [inventory, ...more] = read(query, content);
  expect(more).toEqual([]);
  return inventory;
};
const VERSION = "<MODULEVERSION>6.4</MODULEVERSION>";
const FOUND =
  "<DEVICE><IP>192.0.2.9</IP><MAC>00:16:c7:02:6e:80</MAC><SNMPHOSTNAME>sw1</SNMPHOSTNAME><NETBIOSNAME>SW</NETBIOSNAME><TYPE>NETWORKING</TYPE></DEVICE>";

describe("a discovered device", () => {
  it("is an inventory from outside, under its own name", () => {
    expect(only("NETDISCOVERY", FOUND + VERSION)).toEqual({
      ...{ deviceId: "sw1", itemType: "NetworkEquipment", scope: "discovery" },
      content: {
        versionclient: "6.4",
        network_device: { type: "Networking", name: "sw1", mac: "00:16:c7:02:6e:80", ips: ["192.0.2.9"] },
      },
    });
  });

  it("is not lost for what nobody knows", () => {
    const extended = FOUND.replace("<IP>", "<AUTHPORT>1161</AUTHPORT><AUTHPROTOCOL>udp/ipv4</AUTHPROTOCOL><IP>");
    expect(read("NETDISCOVERY", extended)).toEqual(read("NETDISCOVERY", FOUND));
  });

  it.each([
    ["<NETBIOSNAME>SW</NETBIOSNAME><DNSHOSTNAME>sw.example</DNSHOSTNAME><IP>192.0.2.9</IP>", "SW"],
    ["<DNSHOSTNAME>sw.example</DNSHOSTNAME><IP>192.0.2.9</IP>", "sw.example"],
    ["<IP>192.0.2.9</IP><MAC>00:16:c7:02:6e:80</MAC>", "192.0.2.9"],
    ["<MAC>00:16:c7:02:6e:80</MAC>", "00:16:c7:02:6e:80"],
    ["<MODEL>x</MODEL>", "web01-2024-02-29-12-00-00"],
  ])("is called by the best that is known: %s", (device, name) => {
    expect(only("NETDISCOVERY", `<DEVICE>${device}</DEVICE>`)?.deviceId).toBe(name);
  });

  it("is one of several in a message, each for itself", () => {
    const other = FOUND.replace("sw1", "sw2");
    expect(read("NETDISCOVERY", FOUND + other + VERSION).map(({ deviceId }) => deviceId)).toEqual(["sw1", "sw2"]);
  });

  it.each([
    ["", "Unmanaged", "Unmanaged"],
    ["<TYPE>PRINTER</TYPE>", "Printer", "Printer"],
    ["<TYPE>kvm</TYPE>", "KVM", "NetworkEquipment"],
    ["<TYPE>STORAGE</TYPE>", "Storage", "NetworkEquipment"],
    ["<TYPE>toaster</TYPE>", "Toaster", "Unmanaged"],
    ["<TYPE>__proto__</TYPE>", "__proto__", "Unmanaged"],
  ])("is of the type that it says: %s", (type, name, itemType) => {
    const found = only("NETDISCOVERY", `<DEVICE><IP>192.0.2.9</IP>${type}</DEVICE>`);
    expect([found?.content["network_device"], found?.itemType]).toEqual([
      { type: name, name: undefined, ips: ["192.0.2.9"] },
      itemType,
    ]);
  });

  it("has its vendor by its card where nothing else says it", () => {
    const vendor = "<DEVICE><IP>192.0.2.9</IP><NETPORTVENDOR>Cisco</NETPORTVENDOR><WORKGROUP>LAB</WORKGROUP></DEVICE>";
    expect(only("NETDISCOVERY", vendor)?.content).toMatchObject({
      network_device: { manufacturer: "Cisco" },
      hardware: { workgroup: "LAB" },
    });
  });
});

describe("a device that was asked by SNMP", () => {
  const port = (inside: string) =>
    only("SNMPQUERY", `<DEVICE><PORTS><PORT><IFNUMBER>1</IFNUMBER>${inside}</PORT></PORTS></DEVICE>`)?.content[
      "network_ports"
    ];

  it.each([
    ["<IFINOCTETS>5</IFINOCTETS><IFOUTOCTETS>6</IFOUTOCTETS>", { ifinbytes: "5", ifoutbytes: "6" }],
    ["<IP>192.0.2.1</IP>", { ips: ["192.0.2.1"] }],
    ["<IP>192.0.2.1</IP><IPS><IP>192.0.2.2</IP><IP>192.0.2.3</IP></IPS>", { ips: ["192.0.2.2", "192.0.2.3"] }],
    ["<AGGREGATE><PORT>3</PORT><PORT>4</PORT></AGGREGATE>", { aggregate: [3, 4] }],
    ["<VLANS><VLAN><NUMBER>1</NUMBER></VLAN></VLANS>", { vlans: [{ number: "1" }] }],
    [
      "<CONNECTIONS><CDP>1</CDP><CONNECTION><IFNUMBER>7</IFNUMBER><SYSNAME>sw2</SYSNAME></CONNECTION></CONNECTIONS>",
      { lldp: true, connections: [{ ifnumber: 7, sysname: "sw2" }] },
    ],
    [
      "<CONNECTIONS><CONNECTION><MAC>00:16:c7:02:6e:80</MAC><MAC>00:16:c7:02:6e:81</MAC></CONNECTION></CONNECTIONS>",
      { connections: [{ mac: ["00:16:c7:02:6e:80", "00:16:c7:02:6e:81"] }] },
    ],
    ["<VLANS>none</VLANS><CONNECTIONS>x</CONNECTIONS><AGGREGATE>y</AGGREGATE><IPS>z</IPS>", {}],
  ])("has ports as JSON has them: %s", (inside, expected) => {
    expect(port(inside)).toEqual([{ ifnumber: "1", ...expected }]);
  });

  it("has its parts, without what they are called twice", () => {
    const part =
      "<COMPONENT><CONTAINEDININDEX>1</CONTAINEDININDEX><INDEX>2</INDEX><VERSION>12.2</VERSION><REVISION>V05</REVISION></COMPONENT>";
    const content = `<DEVICE><INFO><COMMENTS>Cisco IOS</COMMENTS><ID>7</ID><TYPE>NETWORKING</TYPE><FIRMWARE>12.2</FIRMWARE></INFO><COMPONENTS>${part}</COMPONENTS></DEVICE>`;
    expect(only("SNMPQUERY", content)).toEqual({
      ...{ deviceId: "web01-2024-02-29-12-00-00", itemType: "NetworkEquipment", scope: "full" },
      content: {
        versionclient: "missing",
        network_device: { type: "Networking", description: "Cisco IOS", firmware: "12.2" },
        firmwares: [{ name: "12.2", version: "12.2" }],
        network_components: [{ contained_index: 1, index: "2", firmware: "12.2" }],
      },
    });
  });

  it("that did not answer is no inventory", () => {
    const error = "<ERROR><ID>72</ID><MESSAGE>no response</MESSAGE><TYPE>NETWORKING</TYPE></ERROR>";
    expect(read("SNMPQUERY", `<DEVICE>${error}</DEVICE>`)).toEqual([]);
    expect(read("SNMPQUERY", "<DEVICE/><DEVICE>x</DEVICE>")).toEqual([]);
  });
});
