import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { basic, contentOf, type Machine, sayJson, sayXml, submissions, xmlOf } from "./agents.test.helper.js";
import { useGateway } from "./gateway.test.helper.js";

/**
 * Who knows a machine's serial, its uuid, its agent's deviceid or agentid, and even the login that many agents share, gets
 * nowhere with it: threat T5.
 */
const house = useGateway();
const SHARED = basic("agents", "the shared secret");
let number = 0;

beforeAll(async () => {
  await house.gateway.logins.add({ kind: "basic", name: "agents", agent: null, secret: "the shared secret" }, "admin");
});

/** A machine whose agents of both dialects prove themselves, each with a login of its own. */
async function victim() {
  number++;
  const name = `victim${number}`;
  const machine: Machine = {
    ...{ name, uuid: `4c4c4544-0042-3510-8054-b7c04f4e4${String(number).padStart(3, "0")}` },
    ...{ serial: `SN-VICTIM-${number}`, mac: `52:54:00:ab:cd:${String(10 + number)}` },
  };
  return { name, machine, deviceId: `${name}-2024-02-29-12-00-00`, agentId: randomUUID() };
}
type Victim = Awaited<ReturnType<typeof victim>>;

/** Adds a login of one agent. */
async function loginOf(agent: string): Promise<Record<string, string>> {
  const name = `own-${agent}`;
  await house.gateway.logins.add({ kind: "basic", name, agent, secret: `secret of ${agent}` }, "admin");
  return basic(name, `secret of ${agent}`);
}

const json = ({ machine: { name, uuid, serial, mac } }: Victim, deviceid: string, software = "openssl") => ({
  ...{ action: "inventory", deviceid, itemtype: "Computer" },
  content: {
    ...{ hardware: { name, uuid }, bios: { ssn: serial }, versionclient: "GLPI-Agent_v1.12" },
    ...{ networks: [{ mac }], softwares: [{ name: software }] },
  },
});
const contact = (deviceid: string) => ({
  ...{ action: "contact", deviceid, name: "GLPI-Agent", version: "1.12" },
  "installed-tasks": ["inventory"],
});

/** All that is stored of the victim's node, as it is. */
async function recordOf({ name }: Victim, nodeId: string) {
  const [node] = (await house.gateway.registry.find(nodeId)).filter(({ id }) => id === nodeId);
  if (node === undefined) throw new Error(`${name} is gone`);
  const sections = await house.db.run(
    `select s.name, s.content, i.id from inventory_sections s join inventories i on i.id = s.inventory_id
     where i.node_id = $1 order by s.name`,
    [nodeId],
  );
  const { agents, evidence, labels, state } = node;
  const known = agents.map(({ lastSeen: _, ...agent }) => agent);
  return { known, evidence, labels, state, sections };
}

/** What an operator is shown of two nodes that may be one. */
async function conflictsWith(nodeId: string): Promise<unknown[]> {
  const { json: pending } = await house.call("GET", "/api/v1/pending", { token: house.tokens.viewer });
  return pending.conflicts.filter(
    ({ node, other }: { node: { id: string }; other: { id: string } }) => node.id === nodeId || other.id === nodeId,
  );
}

/** The victim's record does not change by what is done. */
async function unchanged(whose: Victim, nodeId: string, attack: () => Promise<void>): Promise<void> {
  const before = await recordOf(whose, nodeId);
  await attack();
  await house.gateway.work.idle();
  expect(await recordOf(whose, nodeId)).toEqual(before);
}

async function nodeOf(whose: Victim): Promise<string> {
  const [node] = await house.gateway.registry.find(whose.name);
  if (node === undefined) throw new Error(`no node ${whose.name}`);
  return node.id;
}

describe.each([
  ["nothing", {}],
  ["the login that many share", SHARED],
])("who proves with %s", (_, proof) => {
  describe("of an agent that speaks XML and has a login of its own", () => {
    const known = async () => {
      const whose = await victim();
      const own = await loginOf(whose.deviceId);
      expect((await sayXml(house, xmlOf(whose.deviceId, "PROLOG"), own)).text).toContain("SEND");
      const sent = await sayXml(house, xmlOf(whose.deviceId, "INVENTORY", contentOf(whose.machine)), own);
      expect(sent.status).toBe(200);
      await house.gateway.work.idle();
      return { whose, own, nodeId: await nodeOf(whose) };
    };

    it("posts its serial and uuid under a new deviceid: another node, and an operator is asked", async () => {
      const { whose, nodeId } = await known();
      await unchanged(whose, nodeId, async () => {
        const content = contentOf(whose.machine, "malware");
        const sent = await sayXml(house, xmlOf(`attacker${number}-2026-01-01-00-00-00`, "INVENTORY", content), proof);
        expect(sent.status).toBe(200);
      });
      expect(await conflictsWith(nodeId)).toEqual([expect.objectContaining({ kind: "clone" })]);
    });

    it("posts under its deviceid: is refused, and nothing is stored", async () => {
      const { whose, own, nodeId } = await known();
      const before = await submissions(house);
      await unchanged(whose, nodeId, async () => {
        for (const message of [
          xmlOf(whose.deviceId, "PROLOG"),
          xmlOf(whose.deviceId.toUpperCase(), "INVENTORY", contentOf(whose.machine, "malware")),
          xmlOf(whose.deviceId, "SNMPQUERY", "<DEVICE><IP>192.0.2.9</IP></DEVICE>"),
        ]) {
          const answer = await sayXml(house, message, proof);
          expect([answer.status, answer.headers["www-authenticate"]]).toEqual([401, 'Basic realm="Gatehouse"']);
          expect(answer.text).toContain("<REPLY><ERROR>");
        }
      });
      expect(await submissions(house)).toBe(before);
      expect((await sayXml(house, xmlOf(whose.deviceId, "PROLOG"), own)).text).toContain("SEND");
    });

    it("posts under its deviceid with a new agentid: another node, and an operator is asked", async () => {
      const { whose, nodeId } = await known();
      await unchanged(whose, nodeId, async () => {
        const answer = await sayJson(house, randomUUID(), json(whose, whose.deviceId, "malware"), proof);
        expect(answer.status).toBe(200);
      });
      expect((await conflictsWith(nodeId)).length).toBeGreaterThan(0);
    });
  });

  describe("of an agent that speaks JSON and has a login of its own", () => {
    const known = async () => {
      const whose = await victim();
      const own = await loginOf(whose.agentId);
      expect((await sayJson(house, whose.agentId, contact(whose.deviceId), own)).status).toBe(200);
      expect((await sayJson(house, whose.agentId, json(whose, whose.deviceId), own)).status).toBe(200);
      await house.gateway.work.idle();
      return { whose, own, nodeId: await nodeOf(whose) };
    };

    it("posts its serial and uuid under a new agentid and deviceid: another node, and an operator is asked", async () => {
      const { whose, nodeId } = await known();
      await unchanged(whose, nodeId, async () => {
        const [agentId, deviceId] = [randomUUID(), `attacker${number}-2026-01-01-00-00-00`];
        expect((await sayJson(house, agentId, contact(deviceId), proof)).status).toBe(200);
        expect((await sayJson(house, agentId, json(whose, deviceId, "malware"), proof)).status).toBe(200);
      });
      expect((await conflictsWith(nodeId)).length).toBeGreaterThan(0);
    });

    it("tells of its machine as of one that it looked at: nothing of it is the victim's", async () => {
      const { whose, nodeId } = await known();
      await unchanged(whose, nodeId, async () => {
        const [agentId, deviceId] = [randomUUID(), `attacker${number}-2026-01-01-00-00-00`];
        expect((await sayJson(house, agentId, contact(deviceId), proof)).status).toBe(200);
        const lookedAt = json(whose, `looked-at${number}-2026-01-01-00-00-00`, "malware");
        expect((await sayJson(house, agentId, lookedAt, proof)).status).toBe(200);
      });
    });

    it("posts under its agentid, or its deviceid alone: is refused, and nothing is stored", async () => {
      const { whose, own, nodeId } = await known();
      const before = await submissions(house);
      await unchanged(whose, nodeId, async () => {
        for (const message of [contact(whose.deviceId), contact("x"), json(whose, "x", "malware")]) {
          const answer = await sayJson(house, whose.agentId, message, proof);
          expect([answer.status, answer.headers["www-authenticate"]]).toEqual([401, 'Basic realm="Gatehouse"']);
          expect(answer.json.status).toBe("error");
        }
        const nameless = await house.call("POST", "/front/inventory.php", {
          body: json(whose, whose.deviceId, "malware"),
          headers: { "Content-Type": "application/json", ...proof },
        });
        expect(nameless.status).toBe(401);
        const inXml = xmlOf(whose.deviceId, "INVENTORY", contentOf(whose.machine, "malware"));
        for (const named of [{}, { "GLPI-Agent-ID": whose.agentId }])
          expect((await sayXml(house, inXml, { ...proof, ...named })).status).toBe(401);
      });
      expect(await submissions(house)).toBe(before);
      expect((await sayJson(house, whose.agentId, contact(whose.deviceId), own)).status).toBe(200);
    });
  });
});

describe("who proves to be another agent", () => {
  it("is refused under the victim's names, and nothing is stored", async () => {
    const whose = await victim();
    const own = await loginOf(whose.agentId);
    await sayJson(house, whose.agentId, contact(whose.deviceId), own);
    await sayJson(house, whose.agentId, json(whose, whose.deviceId), own);
    await house.gateway.work.idle();
    const nodeId = await nodeOf(whose);
    const before = await submissions(house);
    const other = await loginOf(randomUUID());
    await unchanged(whose, nodeId, async () => {
      expect((await sayJson(house, whose.agentId, contact(whose.deviceId), other)).status).toBe(403);
      expect((await sayJson(house, whose.agentId, json(whose, "x", "malware"), other)).status).toBe(403);
      const inXml = xmlOf(whose.deviceId, "INVENTORY", contentOf(whose.machine, "malware"));
      expect((await sayXml(house, inXml, other)).status).toBe(403);
    });
    expect(await submissions(house)).toBe(before);
  });
});

describe("who comes before the victim, where the unproven are held", () => {
  const held = useGateway({ env: { GATEHOUSE_INVENTORY_UNPROVEN: "quarantine" } });

  it("leaves nothing behind under its name once the victim proves who it is", async () => {
    const { machine, deviceId, name } = await victim();
    const secret = "a secret of its own";
    await held.gateway.logins.add({ kind: "basic", name, agent: deviceId, secret }, "admin");
    const found = "<DEVICE><DNSHOSTNAME>planted</DNSHOSTNAME><IP>192.0.2.1</IP><TYPE>NETWORKING</TYPE></DEVICE>";
    for (const message of [
      xmlOf(deviceId, "PROLOG"),
      xmlOf(deviceId, "INVENTORY", contentOf(machine, "malware")),
      xmlOf(deviceId, "NETDISCOVERY", found),
    ])
      expect((await sayXml(held, message)).status).toBe(200);
    expect(await submissions(held)).toBe(2);
    const own = basic(name, secret);
    expect((await sayXml(held, xmlOf(deviceId, "PROLOG"), own)).text).toContain("SEND");
    expect((await sayXml(held, xmlOf(deviceId, "INVENTORY", contentOf(machine)), own)).status).toBe(200);
    await held.gateway.work.idle();
    const [node] = await held.gateway.registry.find(name);
    expect([node?.state, node?.agents[0]?.trust, await submissions(held)]).toEqual(["active", "secret", 1]);
    const stored = await held.db.run<{ content: unknown }>("select content from inventory_sections");
    expect(JSON.stringify(stored)).not.toContain("malware");
    expect(await held.gateway.registry.find("planted")).toEqual([]);
  });
});
