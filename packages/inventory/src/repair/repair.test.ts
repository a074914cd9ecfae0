import { describe, expect, it } from "vitest";
import { repair } from "./repair.js";
import { Repairs } from "./repairs.js";

/** What becomes of one section's content, and what is told of it. */
function repaired(section: string, said: unknown, others: Record<string, unknown> = {}) {
  const repairs = new Repairs();
  const { content } = repair({ [section]: said, ...others }, repairs);
  return { content: { ...content }, is: content[section], repairs: repairs.list() };
}
const paths = (list: readonly { path: string; did: string }[]) => list.map(({ path, did }) => `${did} ${path}`);

describe("repair", () => {
  it.each<[string, unknown, unknown]>([
    ["cpus", { speed: "2400", core: "4", arch: "X86_64" }, [{ speed: 2400, core: 4, arch: "x86_64" }]],
    ["cpus", { type: "Intel", speed: "2400.4" }, [{ name: "Intel", speed: 2400 }]],
    ["antivirus", { enabled: "0", uptodate: "no", name: "a" }, [{ enabled: false, uptodate: false, name: "a" }]],
    [
      "antivirus",
      { datfilecreation: "20240229", datfileversion: "7", engineversion32: "8" },
      [{ base_creation: "2024-02-29", base_version: "7" }],
    ],
    [
      "networks",
      { description: "lo", status: "Up", type: "Local", macaddr: "00:1A" },
      [{ description: "lo", status: "up", type: "loopback", mac: "00:1A" }],
    ],
    ["networks", { mac: "00:1A" }, [{ mac: "00:1A", description: "00:1A" }]],
    ["local_groups", { name: "root", member: "a" }, [{ name: "root", members: ["a"], id: "0" }]],
    ["local_users", { login: "web" }, [{ login: "web", id: "web" }]],
    ["softwares", [{ name: "a", installdate: "2025/04/20 00:00:00" }], [{ name: "a", install_date: "2025-04-20" }]],
    ["softwares", [{ name: "a", install_date: "n/a", version: 1.5 }], [{ name: "a", version: "1.5" }]],
    ["bios", { bdate: "03/04/2013", type: "x" }, { bdate: "2013-03-04" }],
    ["bios", { secure_boot: "Enabled" }, { secure_boot: "enabled" }],
    [
      "batteries",
      { capacity: "45 Wh", voltage: "11.4 V", real_capacity: "45600.0" },
      [{ capacity: 45000, voltage: 11400, real_capacity: 45600 }],
    ],
    ["powersupplies", { power_max: "750 W" }, [{ power_max: 750 }]],
    [
      "memories",
      [{ capacity: "1.5 GB" }, { capacity: "4096 Mo" }, { capacity: "No Module" }],
      [{ capacity: 1536 }, { capacity: 4096 }, {}],
    ],
    ["operatingsystem", { timezone: { offset: "+02" } }, { timezone: { name: "+0200", offset: "+0200" } }],
    ["operatingsystem", { timezone: { name: "UTC", offset: "noon" } }, {}],
    [
      "storages",
      [{ interface: "serial-ata", serialnumber: "S1" }, { interface: "NVME" }],
      [{ interface: "SATA", serial: "S1" }, { interface: "NVME" }],
    ],
    ["envs", { key: "A" }, [{ key: "A", val: "" }]],
    [
      "slots",
      [
        { name: "a", status: "In Use" },
        { name: "b", status: "broken" },
      ],
      [{ name: "a", status: "used" }, { name: "b" }],
    ],
    [
      "virtualmachines",
      { name: "v", vmtype: "Hyper-V", status: "Stopped", memory: "2 GB" },
      [{ name: "v", vmtype: "hyperv", status: "off", memory: 2048 }],
    ],
    ["ports", { name: "COM1" }, [{ name: "COM1", type: "None" }]],
    ["simcards", { line_number: "1" }, [{ phone_number: "1" }]],
    ["controllers", { pciid: "8086:0d57" }, [{ pciid: "8086:0d57", vendorid: "8086", productid: "0d57" }]],
    ["hardware", { memory: "2 GB", osname: "x", name: "a" }, { memory: 2048, name: "a" }],
    [
      "network_device",
      { type: "networking", ips: "192.0.2.1", mac: "a" },
      { type: "Networking", ips: ["192.0.2.1"], mac: "a" },
    ],
    ["network_device", { type: "Toaster", ips: ["192.0.2.1", "here"] }, { type: "Unmanaged", ips: ["192.0.2.1"] }],
    [
      "network_ports",
      [{ ifinbytes: "99999999999999999999", ifstatus: "9", ifnumber: 1 }],
      [{ ifinbytes: "99999999999999999999", ifnumber: 1 }],
    ],
    [
      "network_ports",
      [{ aggregate: "3", connections: { mac: "a", ifnumber: "7" }, lldp: "1" }],
      [{ aggregate: [3], connections: [{ mac: ["a"], ifnumber: 7 }], lldp: true }],
    ],
    ["modems", [{ imei: "1" }], [{ imei: ["1"] }]],
    [
      "firewalls",
      [{ status: "on", ipaddress: "192.0.2.1/24", ipaddress6: "fe80::1%eth0" }],
      [{ status: "on", ipaddress: "192.0.2.1", ipaddress6: "fe80::1" }],
    ],
    [
      "databases_services",
      { name: "a", databases: { name: "b", size: "1.4", is_active: "yes" } },
      [{ name: "a", databases: [{ name: "b", size: 1, is_active: true }] }],
    ],
    ["videos", [{ memory: "256", pciid: "a" }], [{ memory: 256 }]],
    [
      "processes",
      [{ cmd: "a", pid: "1", user: "b", started: "2024-02-29 10:11" }],
      [{ cmd: "a", pid: 1, user: "b", started: "2024-02-29 10:11:00" }],
    ],
    ["unknown", { a: [1, "", null, { b: " c " }] }, { a: [1, { b: "c" }] }],
  ])("makes of %s %j what it means", (section, said, is) => {
    expect(repaired(section, said).is).toEqual(is);
  });

  it.each([...["registry", "userslist", "mib_applications", "mib_components", "jvms"]])(
    "drops %s, and says so",
    (section) => {
      const { content, repairs } = repaired(section, { a: 1 });
      expect([content, paths(repairs)]).toEqual([{}, [`dropped ${section}`]]);
    },
  );

  it("gives sections their names", () => {
    const { content, repairs } = repaired("firewall", { status: "on" }, { user: { login: "a" } });
    expect(content).toEqual({ firewalls: [{ status: "on" }], users: [{ login: "a" }] });
    expect(paths(repairs)).toEqual(["moved firewall", "moved user"]);
  });

  it("believes the name of the model where both are there, in either order", () => {
    const [old, now] = [{ status: "old" }, [{ status: "now" }]];
    for (const said of [
      { firewall: old, firewalls: now },
      { firewalls: now, firewall: old },
    ]) {
      const repairs = new Repairs();
      expect({ ...repair(said, repairs).content }).toEqual({ firewalls: now });
      expect(paths(repairs.list())).toEqual(["dropped firewall"]);
    }
  });

  it("takes the version from among the hardware", () => {
    const { content } = repaired("hardware", { versionclient: "GLPI-Agent_v1", name: "a" });
    expect(content).toEqual({ hardware: { name: "a" }, versionclient: "GLPI-Agent_v1" });
  });

  it("leaves out an entry without what it must have, a value that does not fit, and no more", () => {
    const said = [
      { name: "a", no_remove: "perhaps", filesize: "big" },
      { version: "1" },
      "text",
      { name: "", version: "2" },
      { name: { a: 1 } },
      { name: "z", version: "3", new_field: 7 },
    ];
    const { is, repairs } = repaired("softwares", said);
    expect(is).toEqual([{ name: "a" }, { name: "z", version: "3", new_field: 7 }]);
    expect(repairs.map(({ path, did, times }) => [path, did, times])).toEqual([
      ["softwares[0].no_remove", "dropped", 1],
      ["softwares[0].filesize", "dropped", 1],
      ["softwares[2]", "dropped", 1],
      ["softwares[4].name", "dropped", 1],
      ["softwares[1]", "dropped", 3],
    ]);
  });

  it("tells alike repairs once, with the first and how many", () => {
    const { repairs } = repaired(
      "softwares",
      Array.from({ length: 700 }, (_, i) => ({ name: `${i}`, install_date: "never" })),
    );
    expect(repairs).toEqual([
      { path: "softwares[0].install_date", did: "dropped", why: "It is no date.", was: "never", times: 700 },
    ]);
  });

  it("lists at most 200", () => {
    const said = Object.fromEntries(Array.from({ length: 290 }, (_, i) => [`s${i}`, Array(6000).fill(1)]));
    const repairs = new Repairs();
    const { content } = repair(said, repairs);
    expect(Object.keys(content)).toEqual([]);
    expect(repairs.list()).toHaveLength(200);
  });

  it("says nothing of what XML cannot say otherwise", () => {
    const said = { drives: { free: "12", total: " 7 ", systemdrive: "1", type: " / " } };
    const repairs = new Repairs();
    expect({ ...repair(said, repairs).content }).toEqual({
      drives: [{ free: 12, total: 7, systemdrive: true, type: "/" }],
    });
    expect(repairs.list()).toEqual([]);
  });

  it("masks an agent's secrets before anything else sees them", () => {
    const said = {
      versionprovider: {
        perl_args: "--user=a --password=Hunter2 --x",
        perl_exe: { token: "Hunter2" },
        comments: "http://a:Hunter2@b/",
      },
      accesslog: { logdate: "when -p Hunter2", password: "Hunter2" },
      processes: [
        { cmd: "x --password=Hunter2", pid: "?", user: "a" },
        { cmd: "y --token Hunter2", pid: 1, user: "a" },
      ],
      envs: [
        { key: "DB_PASSWORD", val: "Hunter2" },
        { key: "URL", val: "http://a:Hunter2@b" },
      ],
      licenseinfos: [{ key: { Hunter2: 1 } }],
    };
    const repairs = new Repairs();
    const text = JSON.stringify([repair(said, repairs).content, repairs.list()]);
    expect(text).not.toContain("Hunter2");
    expect(text).toContain("--password=*** --x");
    expect(repairs.list().length).toBeGreaterThan(2);
  });

  it.each([
    { processes: { cmd: "x --password=Hunter2", pid: "1", user: "a" } },
    { processes: [{ cmd: ["x --password=Hunter2", "y"], pid: "1", user: "a" }] },
    { envs: { key: "DB_PASSWORD", val: "Hunter2" } },
    { envs: { key: "URL", val: "http://a:Hunter2@b" } },
  ])("masks what stands alone or twice, as XML may have it: %j", (said) => {
    const repairs = new Repairs();
    const text = JSON.stringify([repair(said, repairs).content, repairs.list()]);
    expect(text).not.toContain("Hunter2");
    expect(text).toContain("***");
  });

  it("takes hundreds of thousands of misfits in its stride", () => {
    const said = Array.from({ length: 50_000 }, () => ({ name: "a", ips: "x", install_date: [], arch: {} }));
    const ports = Array.from({ length: 50_000 }, () => ({ ifstatus: 99, ips: ["a", "b"] }));
    const { content, repairs } = repaired("softwares", said, { network_ports: ports });
    expect([content["softwares"], content["network_ports"]].map((list) => (list as unknown[]).length)).toEqual([
      ...[50_000, 50_000],
    ]);
    expect(content["network_ports"]).toContainEqual({ ips: [] });
    expect(repairs.some(({ times }) => times >= 50_000)).toBe(true);
  });
});
