import { readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sectionOf } from "../inventory/house.js";
import { complaints, type JobHouse, needsTasks, startJobHouse } from "./house.js";
import { type EsxHost, VSphere } from "./vsphere.js";

const { skip, note } = needsTasks(["ESX"]);
const USER = "inventory@vsphere.example";
const PASSWORD = "kept-in-the-vault-4711";

const hostOf = (id: string, number: number): EsxHost => ({
  ...{ id, name: `esx-${number}`, domain: "example.org", serial: `ESXSN000${number}`, address: `192.0.2.1${number}` },
  ...{ uuid: `4c4c4544-0001-4001-8001-00000000000${number}`, mac: `02:00:5e:00:54:0${number}` },
  machines: [1, 2].map((machine) => ({
    ...{ id: `vm-${number}${machine}`, name: `web-${number}-${machine}`, isOn: machine === 1 },
    ...{ uuid: `564d0001-0001-4001-8001-0000000000${number}${machine}`, mac: `00:50:56:00:0${number}:0${machine}` },
  })),
});

describe.skipIf(skip)(`Debian's fusioninventory-agent, unmodified, looks at ESX hosts${note}`, () => {
  let house: JobHouse;
  let host: VSphere;
  let vcenter: VSphere;
  beforeAll(async () => {
    house = await startJobHouse();
    const { files } = await house.json<{ files: { certificate: string; key: string } }>(
      ...["ca", "generate", "esx.example.org", "--profile", "inventory", "--out", path.join(house.site.dataDir, "esx")],
    );
    const tls = { cert: readFileSync(files.certificate, "utf8"), key: readFileSync(files.key, "utf8") };
    const access = { user: USER, password: PASSWORD, tls };
    host = await VSphere.start({ ...access, kind: "host", hosts: [hostOf("ha-host", 1)] });
    vcenter = await VSphere.start({ ...access, kind: "vcenter", hosts: [hostOf("host-2", 2), hostOf("host-3", 3)] });
    await credential("esx", PASSWORD);
    await credential("esx-of-old", "changed-since-0815");
  });
  afterAll(async () => {
    await host?.stop();
    await vcenter?.stop();
    await house?.close();
  });

  const credential = (name: string, secret: string) =>
    house.api("PUT", `/credentials/${name}`, { kind: "password", username: USER, secret });
  const look = (at: VSphere, name = "esx") => house.order({ task: "esx", spec: { host: at.host, credential: name } });
  const named = async () => new Map((await house.nodes()).map(({ name, id }) => [name, id]));

  it("not without a proof: it carries a password", async () => {
    const job = await look(host);
    const { out } = await house.unproven(`${house.https}/`, "--tasks=esx");
    expect(out).not.toContain(PASSWORD);
    expect(await house.job(job)).toMatchObject({ state: "prepared", waitsBecause: { code: "not-proven" } });
    expect(host.asked).toEqual([]);
    const { code } = await house.site.command("job", "cancel", job);
    expect(code).toBe(0);
    expect(await house.job(job)).toMatchObject({ state: "cancelled" });
  });

  it("that becomes a node with its machines, and the collector stays what it is", async () => {
    // Its own inventory comes with its first session, and not with those of this task.
    await house.session("--tasks=esx");
    const [before] = await house.inventories(house.node);
    const job = await look(host);
    const { code, out } = await house.session("--tasks=esx");
    expect([code, complaints(out)]).toEqual([0, []]);
    expect(host.asked).toContain("HostSystem of HostSystem ha-host");
    expect(await house.job(job)).toMatchObject({ state: "ok" });
    await expect.poll(async () => [...(await named()).keys()]).toContain("esx-1");
    const [shown] = await house.inventories((await named()).get("esx-1") ?? "");
    expect(shown).toMatchObject({ isCollected: true });
    expect(JSON.stringify(sectionOf(shown, "bios"))).toContain("ESXSN0001");
    const machines = JSON.stringify(sectionOf(shown, "virtualmachines"));
    for (const name of ["web-1-1", "web-1-2"]) expect(machines).toContain(name);
    const [after] = await house.inventories(house.node);
    expect(after?.sections).toEqual(before?.sections);
    expect((await house.nodes()).map(({ id }) => id)).toContain(house.node);
    await expect
      .poll(() => house.report(job).catch(String))
      .toMatchObject({ protocol: "jobs", operation: "esx", status: "success" });
  });

  it("of a vCenter: one job, a node for each host", async () => {
    const job = await look(vcenter);
    expect((await house.session("--tasks=esx")).code).toBe(0);
    expect(await house.job(job)).toMatchObject({ state: "ok" });
    await expect.poll(async () => [...(await named()).keys()]).toEqual(expect.arrayContaining(["esx-2", "esx-3"]));
    // Looked at again, they are the same.
    await look(vcenter);
    await house.session("--tasks=esx");
    for (const id of (await named()).values()) await house.inventories(id);
    expect((await house.nodes()).map(({ name }) => name).filter((name) => name.startsWith("esx-"))).toHaveLength(3);
  });

  it("and says why it could not: the password is not right any more", async () => {
    const job = await look(host, "esx-of-old");
    expect((await house.session("--tasks=esx")).code).toBe(0);
    const ended = await house.job(job);
    expect(ended).toMatchObject({ state: "ko" });
    expect(`${ended.reason} ${JSON.stringify(await house.story(job))}`).toContain("incorrect user name or password");
    await expect.poll(() => house.report(job).catch(String)).toMatchObject({ status: "failure" });
  });

  it("with passwords that nobody finds in the log, the trail, or a job", async () => {
    const trail = JSON.stringify(await house.json("audit", "list", "--all"));
    expect(trail).toContain("credential.hand-out");
    const jobs = JSON.stringify(await house.api("GET", "/jobs?limit=100"));
    for (const secret of [PASSWORD, "changed-since-0815"])
      expect(`${house.gateway.log()}${trail}${jobs}`).not.toContain(secret);
    expect(await house.json("dead-letter", "list")).toMatchObject({ deadLetters: [] });
  });
});
