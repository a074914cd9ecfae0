import https from "node:https";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { takeDatabaseAway } from "../database.js";
import { needs } from "../puppet/programs.js";
import { send } from "../wire.js";
import { csrOf } from "./csr.js";
import { callAs, enrol, fetched, type Host, isNode, NODES_ONLY, renew, submit, trustOf } from "./host.js";
import { AUTOSIGN_ALL, type House, startHouse } from "./house.js";

const { skip, note } = needs();
const CONFIRM_SECONDS = 5;

describe.skipIf(skip)(`an authority whose database is away${note}`, () => {
  let house: House;
  let node: Host;
  let revoked: Host;
  let back: () => Promise<void> = async () => undefined;
  beforeAll(async () => {
    const env = {
      ...AUTOSIGN_ALL,
      GATEHOUSE_CA_CONFIRM_SECONDS: String(CONFIRM_SECONDS),
      GATEHOUSE_CA_AUTO_RENEWAL: "true",
    };
    house = await startHouse({ env });
    node = await enrol(house.first, "web01.example.org");
    revoked = await enrol(house.first, "web02.example.org");
    expect((await house.api("POST", `/certificates/${revoked.name}/revoke`)).status).toBe(204);
  });
  afterAll(async () => {
    await back();
    await house?.close();
  });

  const readiness = async () => {
    const { status, body } = await send(house.first.http, { method: "GET", path: "/readyz" });
    return [status, body.toString().trim()];
  };

  it("serves what agents read, issues nothing, says why it is not ready, and recovers by itself", async () => {
    const before = await trustOf(house.first);
    expect(await readiness()).toEqual([200, "ready"]);
    const agent = new https.Agent({ keepAlive: true });
    const kept = () => callAs(house.first, node, { path: NODES_ONLY }, { agent });
    expect((await kept()).status).toBe(200);

    back = await takeDatabaseAway(house.site);
    const both = [503, expect.stringMatching(/^not ready: (?=.*\bdatabase\b)(?=.*\brevocations\b)/)];
    await expect.poll(readiness, { timeout: 60_000 }).toEqual(both);
    const simple = await send(house.first.https, { method: "GET", path: "/status/v1/simple" });
    expect([simple.status, simple.body.toString()]).toEqual([503, "error"]);

    // Reads go on: from memory, with what was known last.
    expect(await trustOf(house.first)).toEqual(before);
    expect((await kept()).status).toBe(200);
    expect(await isNode(house.first, node)).toBe(200);
    expect(await isNode(house.first, revoked)).toBe(403);

    const csr = csrOf("web03.example.org");
    for (const answer of [
      await submit(house.first, "web03.example.org", csr),
      await renew(house.first, node),
      await fetched(house.first, "certificate/web01.example.org"),
    ]) {
      expect(answer.status).toBe(503);
      expect(Number(answer.headers["retry-after"])).toBeGreaterThan(0);
      // One line that a person can read in the agent's output, and nothing of the inside.
      expect(answer.text).toMatch(/^[^\n]+\n?$/);
      expect(answer.text).not.toMatch(/postgres|ECONN|relation|select /i);
    }

    await back();
    back = async () => undefined;
    await expect.poll(readiness, { timeout: 60_000 }).toEqual([200, "ready"]);
    expect((await submit(house.first, "web03.example.org", csr)).status).toBe(200);
    expect((await renew(house.first, node)).status).toBe(200);
    expect(await isNode(house.first, revoked)).toBe(403);
    expect((await house.inventory()).filter(({ name }) => name === "web03.example.org")).toMatchObject([
      { state: "signed" },
    ]);
    // And what is revoked from now on is known again.
    expect((await house.api("POST", `/certificates/${node.name}/revoke`)).status).toBe(204);
    await expect.poll(() => isNode(house.first, node), { timeout: 5_000 }).toBe(403);
    agent.destroy();
  });
});
