import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type FusionInventoryAgent, fusionInventoryAgent } from "./agents.js";
import { type InventoryHouse, missingPackages, needsAgents, startHouse, statusesIn, trustOf } from "./house.js";

const { skip, note } = needsAgents("fusioninventory-agent");
const complaints = (out: string) => out.split("\n").filter((line) => /^\[(?:error|warning|fault)\]/.test(line));

let house: InventoryHouse;
let agent: FusionInventoryAgent;
const start = async () => {
  house = await startHouse({ GATEHOUSE_INVENTORY_UNPROVEN: "refuse" });
  agent = fusionInventoryAgent();
};
const end = async () => {
  agent?.remove();
  await house?.close();
};
/** One session over HTTPS. */
const session = (...options: string[]) =>
  agent.run(`${house.https}/`, `--ca-cert-file=${house.gateway.ca}`, ...options);
const add = async (name: string, ...more: string[]) =>
  (await house.json<{ secret: string }>("enrolment", "login", "add", name, "--kind", "basic", ...more)).secret;
const newestInventory = async () => {
  const [node] = await house.nodes();
  const [shown] = await house.inventories(node?.id ?? "");
  return shown;
};

describe.skipIf(skip)(`Debian's fusioninventory-agent with Basic, where a proof is needed${note}`, () => {
  beforeAll(start);
  afterAll(end);
  const login = (name: string, password: string) => [`--user=${name}`, `--password=${password}`];
  let shared: string;
  let own: string;

  it("gets nowhere without a login", async () => {
    const { out } = await session();
    expect(out).toContain("authentication required, no credentials available");
    expect(statusesIn(house).filter((status) => status !== 401)).toEqual([]);
    expect(await house.nodes()).toEqual([]);
  });

  it("gets nowhere with a wrong password, which stores nothing", async () => {
    shared = await add("fleet");
    const { out } = await session(...login("fleet", "correct-horse"));
    expect(out).toContain("authentication required, wrong credentials");
    expect(await house.nodes()).toEqual([]);
    expect(house.gateway.log()).not.toContain("correct-horse");
  });

  it("does a whole session with a login that many share: each message is sent three times", async () => {
    const before = house.gateway.log().length;
    const { code, out } = await session(...login("fleet", shared));
    expect(complaints(out)).toEqual([]);
    expect(code).toBe(0);
    const [node, ...others] = await house.nodes();
    expect(others).toEqual([]);
    expect(await trustOf(house, node?.id ?? "")).toEqual(["key"]);
    expect((await house.site.command("node", "explain", node?.id ?? "")).out).toMatch(/^ +contact +basic fleet +1 /m);
    expect(missingPackages(await newestInventory())).toEqual([]);
    // The agent tries without the login, the library below it tries once more, then it is sent: by the client of each task.
    expect(statusesIn(house, before)).toEqual([401, 401, 200, 401, 401, 200]);
  });

  it("sends everything once when its URL has the login", async () => {
    const before = house.gateway.log().length;
    const url = house.https.replace("//", `//fleet:${shared}@`);
    const { code } = await agent.run(`${url}/`, `--ca-cert-file=${house.gateway.ca}`);
    expect(code).toBe(0);
    expect(new Set(statusesIn(house, before))).toEqual(new Set([200]));
  });

  it("is trusted more with a login of its own, and then no more with the one that many share", async () => {
    own = await add("this-machine", "--agent", agent.deviceId());
    expect((await session(...login("this-machine", own))).code).toBe(0);
    const [node] = await house.nodes();
    expect(await trustOf(house, node?.id ?? "")).toEqual(["secret"]);
    const { out } = await session(...login("fleet", shared));
    expect(out).toContain("authentication required, wrong credentials");
    expect(await trustOf(house, node?.id ?? "")).toEqual(["secret"]);
  });

  it("gets nowhere with a login of another agent, and with one that is revoked", async () => {
    const other = await add("another-machine", "--agent", "another-2024-02-29-12-00-00");
    const foreign = await session(...login("another-machine", other));
    expect(complaints(foreign.out)).not.toEqual([]);
    await house.site.command("enrolment", "login", "revoke", "this-machine");
    const before = house.gateway.log().length;
    const { out } = await session(...login("this-machine", own));
    expect(out).toContain("authentication required, wrong credentials");
    expect(new Set(statusesIn(house, before))).toEqual(new Set([401]));
  });

  it("leaves no secret in the log or the trail, and nothing undone", async () => {
    const trail = JSON.stringify(await house.json("audit", "list", "--all"));
    expect(trail).toContain("agent-login.revoke");
    for (const secret of [shared, own]) expect(`${house.gateway.log()}${trail}`).not.toContain(secret);
    expect(await house.json("dead-letter", "list")).toMatchObject({ deadLetters: [] });
  });
});

describe.skipIf(skip)(`Debian's fusioninventory-agent with a certificate, where a proof is needed${note}`, () => {
  beforeAll(start);
  afterAll(end);

  it("gets nowhere without one", async () => {
    await session();
    expect(await house.nodes()).toEqual([]);
  });

  it("does a whole session with one of ours in its own name", async () => {
    const out = path.join(house.site.dataDir, "for-agents");
    const name = agent.deviceId();
    const { files } = await house.json<{ files: { certificate: string; key: string } }>(
      ...["ca", "generate", name, "--profile", "inventory", "--out", out],
    );
    const listed = await house.json<{ certificates: { name: string; state: string }[] }>(
      ...["ca", "list", "--all", "--profile", "inventory"],
    );
    expect(listed.certificates).toMatchObject([{ name, state: "signed" }]);
    agent.showCertificate(files);
    const before = house.gateway.log().length;
    const ran = await session();
    expect(complaints(ran.out)).toEqual([]);
    expect(ran.code).toBe(0);
    const [node] = await house.nodes();
    expect(await trustOf(house, node?.id ?? "")).toEqual(["certificate"]);
    expect(missingPackages(await newestInventory())).toEqual([]);
    expect(new Set(statusesIn(house, before))).toEqual(new Set([200]));
  });

  it("gets nowhere with one in the name of another", async () => {
    const out = path.join(house.site.dataDir, "for-another");
    const { files } = await house.json<{ files: { certificate: string; key: string } }>(
      ...["ca", "generate", "another-2024-02-29-12-00-00", "--profile", "inventory", "--out", out],
    );
    const other = fusionInventoryAgent();
    try {
      other.showCertificate(files);
      const { out: printed } = await other.run(`${house.https}/`, `--ca-cert-file=${house.gateway.ca}`);
      expect(complaints(printed)).not.toEqual([]);
      expect(await house.nodes()).toHaveLength(1);
    } finally {
      other.remove();
    }
  });

  it("gets nowhere once it is revoked", async () => {
    const { code } = await house.site.command("ca", "revoke", agent.deviceId(), "--profile", "inventory");
    expect(code).toBe(0);
    const before = house.gateway.log().length;
    const { out } = await session();
    expect(complaints(out)).not.toEqual([]);
    expect(statusesIn(house, before)).not.toContain(200);
    expect(await house.nodes()).toHaveLength(1);
  });
});
