import { once } from "node:events";
import https from "node:https";
import type { TLSSocket } from "node:tls";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { withDatabase } from "../database.js";
import { needs } from "../puppet/programs.js";
import { callAs, enrol, given, type Host, isNode, NODES_ONLY, renew } from "./host.js";
import { AUTOSIGN_ALL, type House, MOST_GATEWAYS, manyGateways, startHouse } from "./house.js";
import { readCrls } from "./openssl.js";

const { skip, note } = needs("openssl");
/** A revocation is effective everywhere after so long. */
const BOUND = { timeout: 5_000, interval: 100 };

describe.skipIf(skip)(`a revocation, with ${manyGateways}${note}`, () => {
  let house: House;
  const agents: https.Agent[] = [];
  beforeAll(async () => {
    house = await startHouse({ env: { ...AUTOSIGN_ALL, GATEHOUSE_CA_AUTO_RENEWAL: "true" }, gateways: MOST_GATEWAYS });
  });
  afterEach(() => {
    for (const agent of agents.splice(0)) agent.destroy();
  });
  afterAll(() => house?.close());

  /** A connection to the last gateway that is kept open, with what becomes of it. */
  async function keptOpen(host: Host) {
    const agent = new https.Agent({ keepAlive: true, maxSockets: 1 });
    agents.push(agent);
    const ask = () => callAs(house.last, host, { path: NODES_ONLY }, { agent });
    expect((await ask()).status).toBe(200);
    const socket = Object.values(agent.freeSockets)[0]?.[0] as TLSSocket;
    expect((await ask()).status).toBe(200);
    // The same connection was used again: it is kept.
    expect(Object.values(agent.freeSockets)[0]?.[0]).toBe(socket);
    let closed = false;
    void once(socket, "close").then(() => {
      closed = true;
    });
    socket.on("error", () => undefined);
    return { isClosed: () => closed };
  }

  /** Ends every connection on which a gateway would be told of changes; it has to make a new one. */
  async function cutNotifications() {
    const which = "datname = current_database() and pid <> pg_backend_pid() and query ilike 'listen %'";
    await withDatabase(house.site, async (client) => {
      const listening = async () => (await client.query(`select from pg_stat_activity where ${which}`)).rowCount;
      await expect.poll(listening, { timeout: 30_000 }).toBeGreaterThanOrEqual(house.gateways.length);
      await client.query(`select pg_terminate_backend(pid) from pg_stat_activity where ${which}`);
    });
  }

  const listsOf = () => Promise.all(house.gateways.map((gateway) => given(gateway, "certificate_revocation_list/ca")));

  it("closes the open connection at the other gateway within five seconds, and new ones are refused", async () => {
    const host = await enrol(house.first, "web01.example.org");
    const other = await enrol(house.first, "web02.example.org");
    const [kept, untouched] = [await keptOpen(host), await keptOpen(other)];
    expect((await house.api("POST", "/certificates/web01.example.org/revoke")).status).toBe(204);
    await expect.poll(kept.isClosed, BOUND).toBe(true);
    expect(untouched.isClosed()).toBe(false);
    for (const gateway of house.gateways) {
      expect(await isNode(gateway, host)).toBe(403);
      expect(await isNode(gateway, other)).toBe(200);
    }
  });

  it("is in the lists that both serve, with a higher number", async () => {
    const host = await enrol(house.last, "web03.example.org");
    const before = await Promise.all((await listsOf()).map(readCrls));
    expect((await house.api("POST", "/certificates/web03.example.org/revoke")).status).toBe(204);
    for (const [index, gateway] of house.gateways.entries()) {
      const own = async () => (await readCrls(await given(gateway, "certificate_revocation_list/ca")))[0];
      await expect.poll(async () => (await own())?.serials, BOUND).toContain(host.serial);
      expect((await own())?.number).toBeGreaterThan(before[index]?.[0]?.number ?? 0n);
    }
    // The root's has nothing to do with it, and stays as it was.
    const after = await Promise.all((await listsOf()).map(readCrls));
    expect(after.map(([, root]) => root)).toEqual(before.map(([, root]) => root));
  });

  it("comes before any renewal, at every gateway at once", async () => {
    const host = await enrol(house.first, "web04.example.org");
    const renewed = await renew(house.last, host);
    expect([renewed.status, renewed.text]).toEqual([200, expect.stringContaining("BEGIN CERTIFICATE")]);
    const second = { ...host, certificate: renewed.text };
    expect(await isNode(house.last, second)).toBe(200);
    const connections = await Promise.all([host, second].map(keptOpen));
    await cutNotifications();
    expect((await house.api("POST", "/certificates/web04.example.org/revoke")).status).toBe(204);
    // No waiting: not even a gateway that has not heard of it may renew.
    for (const gateway of [...house.gateways].reverse()) {
      for (const each of [host, second]) {
        const { status, text } = await renew(gateway, each);
        expect([status, text]).toEqual([403, expect.not.stringContaining("BEGIN CERTIFICATE")]);
      }
    }
    for (const { isClosed } of connections) await expect.poll(isClosed, BOUND).toBe(true);
    const inventory = (await house.inventory()).filter(({ name }) => name === host.name);
    expect(inventory.map(({ state }) => state)).toEqual(["revoked", "revoked"]);
  });

  it("arrives also where nobody is told of it", async () => {
    const host = await enrol(house.first, "web05.example.org");
    const kept = await keptOpen(host);
    await cutNotifications();
    expect((await house.api("POST", "/certificates/web05.example.org/revoke")).status).toBe(204);
    await expect.poll(kept.isClosed, BOUND).toBe(true);
    expect(await isNode(house.last, host)).toBe(403);
  });

  it("holds by serial and by `clean` as well, and is for good", async () => {
    const [first, second] = [
      await enrol(house.first, "web06.example.org"),
      await enrol(house.first, "web07.example.org"),
    ];
    expect(await house.api("POST", "/certificates/revoke", { serials: [first.serial] })).toMatchObject({ status: 200 });
    expect((await house.api("POST", "/certificates/web07.example.org/clean")).status).toBe(204);
    for (const host of [first, second]) await expect.poll(() => isNode(house.last, host), BOUND).toBe(403);
    // A new certificate of the name does not bring the old one back.
    await enrol(house.last, "web07.example.org");
    expect(await isNode(house.first, second)).toBe(403);
    await house.first.stop();
    await house.startAgain();
    for (const host of [first, second]) expect(await isNode(house.first, host)).toBe(403);
    const [own] = await readCrls(await given(house.first, "certificate_revocation_list/ca"));
    expect(own?.serials).toEqual(expect.arrayContaining([first.serial, second.serial]));
  });
});
