import { existsSync } from "node:fs";
import https from "node:https";
import type { TLSSocket } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { send } from "../wire.js";
import { lacking } from "./lacking.js";
import { newStand, type Stand } from "./stand.js";

const { skip, note } = lacking("haproxy", "postgres", "pg_isready");

describe.skipIf(skip)(`the services of docker-compose.yml, by hand on loopback${note}`, () => {
  let stand: Stand;
  const base = () => `https://${stand.address("balancer")}:8140`;
  const plain = () => `http://${stand.address("balancer")}:8080`;
  /** The command as it is run beside the first gateway. */
  const gatehouse = async (...words: string[]) => {
    const { code, out } = await stand.run("seed", { words });
    expect(code, out).toBe(0);
    return out;
  };
  const nodes = async (): Promise<{ name: string; agents: { protocol: string; trust: string }[] }[]> =>
    JSON.parse(await gatehouse("node", "list", "--json")).nodes;

  beforeAll(async () => {
    // Each agent runs once, and the simulated ones are few.
    stand = newStand({ AGENT_SECONDS: "0", SIMULATE: "--dsc 3 --puppet 2 --glpi 2 --fusion 1 --ocs 1 --runs 1" });
    await stand.up("gateway-2", "balancer");
  }, 300_000);
  afterAll(() => stand?.down());

  it("come up in compose's order; the first gateway makes the token, and the instance is seeded", async () => {
    expect(existsSync(`${stand.volume("gateway-1")}/admin.token`)).toBe(true);
    expect(existsSync(`${stand.volume("gateway-2")}/admin.token`)).toBe(false);
    const first = await stand.run("seed");
    expect(first.code, first.out).toBe(0);
    for (const document of ["EnrolmentKey ci", "Environment production", "Group ci-puppet"])
      expect(first.out).toContain(`+ ${document}`);
    // The same again changes nothing.
    expect((await stand.run("seed")).out).toMatch(/^= 8 unchanged$/m);
  });

  it("answer at the balancer, by both doors, and TLS goes through to a gateway", async () => {
    for (const url of [base(), plain()])
      await expect
        .poll(
          () =>
            send(url, { method: "GET", path: "/readyz" }).then(
              ({ status }) => status,
              () => 0,
            ),
          { timeout: 30_000 },
        )
        .toBe(200);
    const names = await new Promise<string | undefined>((resolve, reject) => {
      const request = https.get(`${base()}/readyz`, { agent: false, rejectUnauthorized: false }, (answer) => {
        resolve((answer.socket as TLSSocket).getPeerCertificate().subjectaltname);
        answer.resume();
      });
      request.on("error", reject);
    });
    // What stands for `gatehouse` here, and what everybody calls this machine.
    expect(names).toContain(`IP Address:${stand.address("balancer")}`);
    expect(names).toContain("DNS:localhost");
  });

  it("know who calls, through the balancer", async () => {
    const localAddress = "127.99.98.97";
    for (const url of [base(), plain()])
      expect((await send(url, { method: "GET", path: "/healthz" }, { localAddress })).status).toBe(200);
    const logs = () => stand.log("gateway-1") + stand.log("gateway-2");
    await expect.poll(() => logs().split(`"from":"${localAddress}"`).length - 1).toBe(2);
  });

  it("use both gateways", async () => {
    const asked = (name: string) => stand.log(name).includes('"path":"/who-is-there"');
    const both = async () => {
      await send(base(), { method: "GET", path: "/who-is-there" });
      return asked("gateway-1") && asked("gateway-2");
    };
    // The balancer may have looked at the second one before it listened, and looks again.
    await expect.poll(both, { timeout: 30_000 }).toBe(true);
  });

  it("let simulated agents in, through the balancer", async () => {
    const { code, out } = await stand.run("load");
    expect(code, out).toBe(0);
    for (const fleet of ["DSC nodes", "Puppet agents", "GLPI agents", "FusionInventory agents", "OCS agents"])
      expect(out).toContain(fleet);
    expect(out.match(/^failures +0$/gm)).toHaveLength(5);
    expect(await nodes()).toHaveLength(9);
  });

  const puppet = lacking("puppet", "root", "namespaces");
  it.skipIf(puppet.skip)(`let Debian's Puppet agent enrol itself and run${puppet.note}`, async () => {
    const first = await stand.run("puppet-agent");
    expect(first.code, first.out).toBe(0);
    expect(first.out).toContain("File[/var/tmp/gatehouse-lab/welcome]/ensure: defined content");
    const second = await stand.run("puppet-agent");
    expect(second.code, second.out).toBe(0);
    expect(second.out).not.toContain("ensure:");
    const runs = JSON.parse(await gatehouse("report", "list", "--node", "puppet-agent.lab.test", "--json")).reports;
    expect(runs.map(({ status }: { status: string }) => status)).toEqual(["success", "success"]);
  });

  const fusion = lacking("fusioninventory-agent", "root", "namespaces");
  it.skipIf(fusion.skip)(`let Debian's FusionInventory agent in, with its login${fusion.note}`, async () => {
    const { code, out } = await stand.run("fusioninventory-agent");
    expect(code, out).toBe(0);
    expect(out).toContain("New inventory from");
    const trusts = (await nodes()).flatMap(({ agents }) => agents.map(({ trust }) => trust));
    expect(trusts).toContain("key");
  });

  it.skipIf(fusion.skip)(`whose script refuses another authority than it was told${fusion.note}`, async () => {
    const other = { AGENT_CA_SHA256: "ab".repeat(32), AGENT_HOME: stand.volume("another-home") };
    const { code, out } = await stand.run("fusioninventory-agent", { env: other });
    expect({ code, out }).toMatchObject({ code: 1, out: expect.stringContaining("another authority") });
  });

  const ocs = lacking("ocsinventory-agent", "root", "namespaces");
  it.skipIf(ocs.skip)(`let Debian's OCS agent in${ocs.note}`, async () => {
    const before = (await nodes()).flatMap(({ agents }) => agents).length;
    const { code, out } = await stand.run("ocsinventory-agent");
    expect(code, out).toBe(0);
    expect((await nodes()).flatMap(({ agents }) => agents)).toHaveLength(before + 1);
  });

  const all = lacking("puppet", "fusioninventory-agent", "ocsinventory-agent", "root", "namespaces");
  it.skipIf(all.skip)(
    `and have what the profile ci expects of them${all.note}`,
    async () => {
      const expecting = stand.run("expect");
      // Who came before it would not count.
      await expect
        .poll(async () => JSON.parse(await gatehouse("exchange", "recordings", "--json")).recordings[0]?.state, {
          timeout: 60_000,
        })
        .toBe("on");
      for (const name of ["puppet-agent", "fusioninventory-agent", "ocsinventory-agent", "lcm"]) {
        const { code, out } = await stand.run(name);
        expect(code, out).toBe(0);
      }
      const result = await expecting;
      expect(result.code, result.out).toBe(0);
    },
    660_000,
  );
});
