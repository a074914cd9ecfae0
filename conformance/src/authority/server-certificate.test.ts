import { X509Certificate } from "node:crypto";
import https from "node:https";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { needs } from "../puppet/programs.js";
import { callAs, enrol, given, NODES_ONLY, serialOf } from "./host.js";
import { AUTOSIGN_ALL, type House, startHouse } from "./house.js";
import { sClient } from "./openssl.js";

const { skip, note } = needs("openssl");
const NAMES = ["pull.example.org", "puppet", "192.0.2.7"];
const EVERYWHERE = ["localhost", "127.0.0.1"];

describe.skipIf(skip)(`the gateway's own certificate${note}`, () => {
  let house: House;
  let root: string;
  beforeAll(async () => {
    house = await startHouse({ env: { ...AUTOSIGN_ALL, GATEHOUSE_SERVER_NAMES: NAMES.join(",") } });
    const bundle = await given(house.first, "certificate/ca");
    root = bundle.slice(bundle.lastIndexOf("-----BEGIN"));
  });
  afterAll(() => house?.close());

  const certificates = (text: string) => text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  const connect = (...options: string[]) => sClient(new URL(house.first.https).port, root, ...options);
  const namedAs = (name: string) =>
    /^[\d.]+$/.test(name) ? connect("-verify_ip", name) : connect("-servername", name, "-verify_hostname", name);
  /** What a client is shown now. */
  const shown = async () => certificates((await connect("-showcerts")).out);

  it("is verified by who trusts the root only, under every name", async () => {
    for (const name of [...NAMES, ...EVERYWHERE]) {
      const { ok, out } = await namedAs(name);
      expect(ok, `${name}: ${out}`).toBe(true);
    }
    expect((await namedAs("other.example.org")).out).toMatch(/hostname mismatch/i);
    expect((await namedAs("192.0.2.8")).out).toMatch(/IP address mismatch/i);
  });

  it("comes with the chain up to the root, which clients have themselves", async () => {
    const [leaf = "", intermediate = "", ...more] = await shown();
    expect(more).toEqual([]);
    expect(new X509Certificate(leaf).checkIssued(new X509Certificate(intermediate))).toBe(true);
    expect(new X509Certificate(intermediate).checkIssued(new X509Certificate(root))).toBe(true);
    // Who trusts something else does not trust this.
    expect((await sClient(new URL(house.first.https).port, leaf, "-verify_hostname", "puppet")).ok).toBe(false);
  });

  it("is the same after a restart, and another one once it is called by another name", async () => {
    const [before = ""] = await shown();
    await house.first.stop();
    await house.startAgain();
    expect((await shown())[0]).toBe(before);
    await house.first.stop();
    await house.startAgain({ GATEHOUSE_SERVER_NAMES: [...NAMES, "new.example.org"].join(",") });
    const [after = ""] = await shown();
    expect(serialOf(after)).not.toBe(serialOf(before));
    for (const name of [...NAMES, "new.example.org", ...EVERYWHERE]) {
      const { ok, out } = await namedAs(name);
      expect(ok, `${name}: ${out}`).toBe(true);
    }
    // The command of this machine goes on to know it.
    expect((await house.site.command("ca", "list")).code).toBe(0);
  });

  it("is looked at again at SIGHUP, and open connections go on", async () => {
    const host = await enrol(house.first, "web01.example.org");
    const agent = new https.Agent({ keepAlive: true, maxSockets: 1 });
    const ask = () => callAs(house.first, host, { path: NODES_ONLY }, { agent });
    expect((await ask()).status).toBe(200);
    const [socket] = Object.values(agent.freeSockets)[0] ?? [];
    const [before = ""] = await shown();
    const hangups = () => house.first.log().split("certificates read again").length;
    let count = hangups();
    process.kill(house.first.pid, "SIGHUP");
    await expect.poll(hangups).toBeGreaterThan(count);
    expect((await shown())[0]).toBe(before);

    // One that is revoked is made anew.
    expect((await house.api("POST", "/certificates/revoke", { serials: [serialOf(before)] })).status).toBe(200);
    count = hangups();
    process.kill(house.first.pid, "SIGHUP");
    await expect.poll(hangups).toBeGreaterThan(count);
    const [after = ""] = await shown();
    expect(serialOf(after)).not.toBe(serialOf(before));
    expect((await namedAs("new.example.org")).ok).toBe(true);
    expect((await ask()).status).toBe(200);
    expect(Object.values(agent.freeSockets)[0]?.[0]).toBe(socket);
    agent.destroy();
    expect((await house.site.command("ca", "list")).code).toBe(0);
  });
});
