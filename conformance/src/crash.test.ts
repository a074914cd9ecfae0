import { createHash, randomBytes, randomUUID } from "node:crypto";
import { Lcm, sampleConfiguration } from "@gatehouse/simulator";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type GatewayProcess, newSite, type Site } from "./gateway.js";
import { send } from "./wire.js";

const KEY = randomUUID();
let site: Site;
let gateway: GatewayProcess;

const api = (method: string, path: string, body?: unknown) =>
  send(gateway.https, {
    method,
    path: `/api/v1${path}`,
    headers: { Authorization: `Bearer ${gateway.token}` },
    ...(body === undefined ? {} : { body: Buffer.isBuffer(body) ? body : JSON.stringify(body) }),
  });

beforeAll(async () => {
  site = await newSite();
  gateway = await site.start();
  await api("POST", "/enrolment-keys/dsc", { name: "k", key: KEY });
});
afterAll(async () => {
  await gateway?.stop();
  await site.remove();
});

/** Every node with its registered names. */
async function nodes(): Promise<Map<string, { names: string[]; agents: number }>> {
  const found = new Map<string, { names: string[]; agents: number }>();
  for (let after: string | null = ""; after !== null; ) {
    const page: {
      nodes: { agents: { aliases: { value: string }[]; attributes: { configurationNames: string[] } }[] }[];
      next: string | null;
    } = JSON.parse((await api("GET", `/nodes?limit=500${after === "" ? "" : `&after=${after}`}`)).body.toString());
    for (const node of page.nodes) {
      const [agent] = node.agents;
      found.set(agent?.aliases[0]?.value ?? `no agent ${found.size}`, {
        names: agent?.attributes.configurationNames ?? [],
        agents: node.agents.length,
      });
    }
    after = page.next;
  }
  return found;
}

describe("kill -9 in the middle of", () => {
  it("registrations: what got its 204 is there whole, nothing is half there", async () => {
    const acknowledged = new Set<string>();
    for (let round = 0; round < 4; round++) {
      const before = acknowledged.size;
      let killed: Promise<void> | undefined;
      await Promise.all(
        Array.from({ length: 120 }, async () => {
          const lcm = new Lcm({
            serverUrl: `${gateway.http}/PSDSCPullServer.svc`,
            registrationKey: KEY,
            configurationNames: ["Web"],
          });
          // Whoever is cut off is not acknowledged; that is what the round is about.
          const [answer] = await lcm.register(["ConfigurationRepository"]).catch(() => []);
          lcm.close();
          if (answer?.status === 204) acknowledged.add(lcm.agentId.toUpperCase());
          if (acknowledged.size >= before + 20 + round * 10) killed ??= gateway.crash();
        }),
      );
      await (killed ?? gateway.crash());
      gateway = await site.start();
    }
    const found = await nodes();
    expect(acknowledged.size).toBeGreaterThan(100);
    expect([...acknowledged].filter((agentId) => !found.has(agentId))).toEqual([]);
    expect([...found.values()].filter(({ names, agents }) => agents !== 1 || names.join() !== "Web")).toEqual([]);
  });

  it("publications: each is there with all its bytes, or not at all", async () => {
    const agentId = randomUUID().toUpperCase();
    const names = Array.from({ length: 24 }, (_, i) => `Conf${i}`);
    const bodies = new Map(
      names.map((name) => [name, Buffer.concat([sampleConfiguration({ name }), randomBytes(2_500_000)])]),
    );
    const acknowledged = new Set<string>();
    for (let round = 0; round < 3; round++) {
      let killed: Promise<void> | undefined;
      await Promise.all(
        names.slice(round * 8, round * 8 + 8).map(async (name) => {
          const answer = await api("POST", `/artifacts/dsc-configuration?file=${name}.mof`, bodies.get(name)).catch(
            () => undefined,
          );
          if (answer?.status === 201) acknowledged.add(name);
          if (answer !== undefined) killed ??= gateway.crash();
        }),
      );
      await (killed ?? gateway.crash());
      gateway = await site.start();
    }
    expect(acknowledged.size).toBeGreaterThan(0);
    const { artifacts } = JSON.parse((await api("GET", "/artifacts/dsc-configuration")).body.toString());
    const published: string[] = artifacts.map(({ name }: { name: string }) => name);
    expect([...acknowledged].filter((name) => !published.includes(name))).toEqual([]);
    const lcm = new Lcm({
      serverUrl: `${gateway.http}/PSDSCPullServer.svc`,
      registrationKey: KEY,
      agentId,
      configurationNames: published,
    });
    await lcm.register();
    for (const name of published) {
      const answer = await lcm.getConfiguration(name);
      expect(createHash("sha256").update(answer.bytes).digest("hex"), name).toBe(
        createHash("sha256")
          .update(bodies.get(name) ?? "")
          .digest("hex"),
      );
    }
    lcm.close();
    if (site.databaseUrl !== null)
      expect(await orphans(site.databaseUrl)).toEqual([{ blobs: 0, chunks: 0, artifacts: 0 }]);
  });
});

/** Rows that nothing refers to; the embedded database of a running gateway is its own. */
async function orphans(url: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query(`select
      (select count(*)::int from blobs b where not exists (select from artifact_versions v where v.blob_id = b.id)) as blobs,
      (select count(*)::int from blob_chunks c where not exists (select from blobs b where b.id = c.blob_id)) as chunks,
      (select count(*)::int from artifacts a where not exists (select from channels c where c.artifact_id = a.id)) as artifacts`);
    return rows;
  } finally {
    await client.end();
  }
}
