import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { message, OCS } from "../dialect.test.helper.js";
import { messagesOf } from "./messages.js";

const contentOf = (content: string) =>
  messagesOf(Buffer.from(message("INVENTORY", content)), OCS).inventories[0]?.content ?? {};
const HARDWARE =
  "<HARDWARE><OSNAME>Debian GNU/Linux 12</OSNAME><OSVERSION>12</OSVERSION><DESCRIPTION>x86_64/00-00-00 00:11:09</DESCRIPTION></HARDWARE>";

describe("what OCS and older agents say in HARDWARE", () => {
  it("is a system, where none is said", () => {
    expect(contentOf(HARDWARE)).toEqual({
      hardware: { osname: "Debian GNU/Linux 12", osversion: "12" },
      operatingsystem: { full_name: "Debian GNU/Linux 12", name: "Debian", version: "12", arch: "x86_64" },
    });
    const system = "<OPERATINGSYSTEM><NAME>Debian</NAME></OPERATINGSYSTEM>";
    expect(contentOf(HARDWARE + system)["operatingsystem"]).toEqual({ name: "Debian" });
  });

  it.each([
    ["<OSCOMMENTS>#1 SMP Debian</OSCOMMENTS>", { kernel_version: "#1 SMP Debian" }],
    ["<OSCOMMENTS>Service Pack 2</OSCOMMENTS>", { service_pack: "Service Pack 2" }],
    ["<OSCOMMENTS>hello</OSCOMMENTS>", {}],
    ["<INSTALLDATE>2025/04/20 10:00:00</INSTALLDATE>", { install_date: "2025-04-20" }],
    ["<INSTALLDATE>1970-00-01</INSTALLDATE>", {}],
    ["<ARCHNAME>i386</ARCHNAME>", { arch: "i386" }],
  ])("says more of it: %s", (inside, expected) => {
    const content = contentOf(`<HARDWARE><OSNAME>Windows</OSNAME>${inside}</HARDWARE>`);
    expect(content["operatingsystem"]).toEqual({ full_name: "Windows", name: "Windows", ...expected });
  });

  it.each([
    ["2", 2],
    ["0", 1],
    ["-1", 1],
    ["x", 1],
    ["1.5", 1],
    ["99999999", 64],
  ])("are as many processors as it says, within reason: %s", (said, count) => {
    const content = contentOf(
      `<HARDWARE><PROCESSORT>Xeon</PROCESSORT><PROCESSORN>${said}</PROCESSORN><PROCESSORS>2400</PROCESSORS></HARDWARE>`,
    );
    expect(content["cpus"]).toEqual(Array(count).fill({ name: "Xeon", speed: "2400" }));
  });

  it("is who is logged in, for agents that know no other place", () => {
    const user = "<HARDWARE><USERID>ann</USERID></HARDWARE>";
    expect(contentOf(user)["users"]).toEqual([{ login: "ann" }]);
    expect(contentOf(`${user}<USERS><LOGIN>bob</LOGIN></USERS>`)["users"]).toEqual({ login: "bob" });
    expect(contentOf(`${user}<OPERATINGSYSTEM><NAME>x</NAME></OPERATINGSYSTEM>`)["users"]).toBeUndefined();
  });
});

describe("what OCS calls otherwise", () => {
  it.each([
    [
      "CPUS",
      "<CORES>2</CORES><THREADS>4</THREADS><CPUARCH>x86_64</CPUARCH>",
      { core: "2", thread: "4", arch: "x86_64" },
    ],
    ["CPUS", "<CORE>1</CORE><CORES>2</CORES>", { core: "1" }],
    ["LOCAL_GROUPS", "<ID_GROUP>7</ID_GROUP>", { id: "7" }],
    ["LOCAL_USERS", "<ID_USER>7</ID_USER>", { id: "7" }],
    ["SOFTWARES", "<ARCHITECTURE>all</ARCHITECTURE>", { arch: "all" }],
    ["SOFTWARES", "<ARCHITECTURE>all</ARCHITECTURE><BITSWIDTH>64</BITSWIDTH>", { arch: "all" }],
    ["SOFTWARES", "<BITSWIDTH>64</BITSWIDTH>", { arch: "64" }],
    ["NETWORKS", "<SPEED>1000 Mbps</SPEED><TYPE>ether</TYPE>", { speed: "1000", type: "ethernet" }],
    ["NETWORKS", "<SPEED>2.5 Gb/s</SPEED>", { speed: "2500" }],
    ["NETWORKS", "<SPEED>-1 Mbps</SPEED><MTU>1500</MTU>", { mtu: "1500" }],
    ["NETWORKS", "<SPEED>100</SPEED>", { speed: "100" }],
    ["CONTROLLERS", "<NAME>Host bridge [0600]</NAME>", { name: "Host bridge", pciclass: "0600" }],
    ["CONTROLLERS", "<NAME>Bridge [x]</NAME>", { name: "Bridge [x]" }],
  ])("has its right name: %s %s", (section, inside, expected) => {
    expect(contentOf(`<${section}>${inside}</${section}>`)[section.toLowerCase()]).toEqual([expected]);
  });

  it("stands for each socket", () => {
    const cpu = "<CPUS><TYPE>Xeon</TYPE><NBSOCKET>2</NBSOCKET><LOGICAL_CPUS>8</LOGICAL_CPUS></CPUS>";
    expect(contentOf(cpu)["cpus"]).toEqual([{ type: "Xeon" }, { type: "Xeon" }]);
    expect(contentOf(cpu + cpu)["cpus"]).toEqual([{ type: "Xeon" }, { type: "Xeon" }]);
  });

  it("is left as it is where it has no entries", () => {
    expect(contentOf("<CPUS>2</CPUS><NETWORKS>x</NETWORKS><HARDWARE>y</HARDWARE>")).toEqual({
      ...{ cpus: ["2"], networks: ["x"], hardware: "y" },
    });
  });
});

describe("names that mean something to JavaScript", () => {
  it("are names", () => {
    const content = contentOf("<__proto__><A>1</A></__proto__><CPUS><__proto__><B>2</B></__proto__></CPUS>");
    expect(Object.keys(content)).toEqual(["__proto__", "cpus"]);
    expect(({} as Record<string, unknown>)["a"]).toBeUndefined();
    expect(JSON.stringify(content)).toBe('{"__proto__":{"a":"1"},"cpus":[{"__proto__":{"b":"2"}}]}');
  });

  it("or nothing to anybody, never keep a message from being read", () => {
    const section = fc.constantFrom(
      "cpus",
      "hardware",
      "networks",
      "device",
      "ports",
      "info",
      "__proto__",
      "toString",
      "ips",
    );
    const { tree } = fc.letrec<{ tree: string }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom("", "1", "x y", "Host bridge [0600]", "2 Gbps", "x86_64/00-00-00 00:11:09"),
        fc
          .array(fc.tuple(section, tie("tree")), { maxLength: 4 })
          .map((all) => all.map(([name, inside]) => `<${name}>${inside}</${name}>`).join("")),
      ),
    }));
    const query = fc.constantFrom("INVENTORY", "NETDISCOVERY", "SNMPQUERY", "DOWNLOAD", undefined);
    fc.assert(
      fc.property(query, tree, (asked, content) => {
        const { inventories } = messagesOf(Buffer.from(message(asked, content)));
        for (const inventory of inventories) expect(inventory.deviceId).not.toBe("");
      }),
      { numRuns: 300 },
    );
  });
});
