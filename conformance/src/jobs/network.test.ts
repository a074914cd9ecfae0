import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sectionOf } from "../inventory/house.js";
import { complaints, type JobHouse, needsTasks, startJobHouse } from "./house.js";
import { networkSwitch, printer } from "./snmp-devices.js";
import { type SnmpNetwork, startSnmp } from "./snmpsim.js";

const { skip, note } = needsTasks(["NetDiscovery", "NetInventory"], "snmpsimd");
// The agent pings what it looks for, by ICMP.
const isRoot = process.getuid?.() === 0;
if (!isRoot) process.stderr.write("network discovery by Debian's agent: not run, for it needs root\n");

describe.skipIf(skip)(`Debian's fusioninventory-agent, unmodified, on the network${note}`, () => {
  let house: JobHouse;
  let network: SnmpNetwork;
  beforeAll(async () => {
    house = await startJobHouse();
    network = await startSnmp(
      new Map([
        ["127.0.0.2", networkSwitch],
        ["127.0.0.3", printer],
      ]),
    );
    for (const [name, { community }] of Object.entries(devices))
      await house.api("PUT", `/credentials/${name}`, { kind: "snmp-community", secret: community });
  });
  afterAll(async () => {
    await network?.stop();
    await house?.close();
  });

  /** By the name of the credential that opens it. */
  const devices = { switches: networkSwitch, printers: printer };
  const access = Object.keys(devices).map((credential) => ({ version: "2c", credential }) as const);
  const named = async () => new Map((await house.nodes()).map(({ name, id }) => [name, id]));

  it.runIf(isRoot)("finds what answers, which become nodes, once it proves who it is", async () => {
    const job = await house.order({
      task: "netdiscovery",
      spec: {
        ranges: [{ start: "127.0.0.2", end: "127.0.0.3", port: String(network.port), protocol: "udp/ipv4" }],
        ...{ access, threads: 2, timeout: 1 },
      },
    });
    await house.unproven(`${house.https}/`, "--tasks=netdiscovery");
    expect(await house.job(job)).toMatchObject({ state: "prepared", waitsBecause: { code: "not-proven" } });
    await house.prove();
    const { code, out } = await house.session("--tasks=netdiscovery");
    expect([code, complaints(out)]).toEqual([0, []]);
    expect(await house.job(job)).toMatchObject({ state: "ok" });
    const names = [networkSwitch, printer].map(({ name }) => name);
    await expect.poll(async () => [...(await named()).keys()]).toEqual(expect.arrayContaining(names));
    for (const { name, serial } of [networkSwitch, printer])
      expect(JSON.stringify(await house.inventories((await named()).get(name) ?? ""))).toContain(serial);
    await expect
      .poll(() => house.report(job).catch(String))
      .toMatchObject({ protocol: "jobs", operation: "netdiscovery", status: "success" });
  });

  it("looks at each by the access that it has, and one that is not there is told", async () => {
    const job = await house.order({
      task: "netinventory",
      spec: {
        devices: [
          { ip: "127.0.0.2", type: "NETWORKING", port: network.port },
          { ip: "127.0.0.3", type: "PRINTER", access: 1, port: network.port },
          { ip: "127.0.0.4", type: "PRINTER", access: 1, port: network.port },
        ],
        ...{ access, threads: 2, timeout: 1 },
      },
    });
    await house.prove();
    expect((await house.session("--tasks=netinventory")).code).toBe(0);
    expect(await house.job(job)).toMatchObject({ state: "ok" });
    expect(JSON.stringify(await house.story(job))).toContain("127.0.0.4");
    await expect
      .poll(async () => {
        const [shown] = await house.inventories((await named()).get(networkSwitch.name) ?? "").catch(() => []);
        return JSON.stringify(sectionOf(shown, "network_ports") ?? "");
      })
      .toContain("GigabitEthernet1/0/2");
    const [paper] = await house.inventories((await named()).get(printer.name) ?? "");
    expect(JSON.stringify(sectionOf(paper, "pagecounters"))).toContain("4711");
    // Its own machine is none of them.
    expect((await house.inventories(house.node)).map(({ itemType }) => itemType)).toEqual(["Computer"]);
  });

  it("switches machines on: handed over, for no agent tells what came of it", async () => {
    const job = await house.order({ task: "wakeonlan", spec: { targets: [{ mac: "02:00:5e:00:55:01" }] } });
    const { out } = await house.session("--tasks=wakeonlan");
    expect(out).toContain("running task WakeOnLan");
    expect(out).toContain("02:00:5e:00:55:01");
    expect(out).not.toContain("invalid MAC address");
    expect((await house.job(job)).state).toMatch(/^(?:sent|ok)$/);
    expect((await house.job(job)).timesSent).toBe(1);
  });

  it("with communities that nobody finds in the log, the trail, or a job", async () => {
    const trail = JSON.stringify(await house.json("audit", "list", "--all"));
    const jobs = JSON.stringify(await house.api("GET", "/jobs?limit=100"));
    for (const { community } of [networkSwitch, printer])
      expect(`${house.gateway.log()}${trail}${jobs}`).not.toContain(community);
    expect(await house.json("dead-letter", "list")).toMatchObject({ deadLetters: [] });
  });
});
