import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { AGENT, contact, DEVICE, inventory, PROLOG, world, zlibbed } from "../glpi.test.helper.js";

const PROXY = "e72a798f-e51b-11f1-9f32-aaea530464d7";

describe("INVENTORY", () => {
  it("is stored as it came, of the agent's own machine", async () => {
    const { say, calls } = world();
    await say(contact());
    expect(await say(inventory())).toMatchObject({ status: 200, json: { status: "ok", expiration: "24h" } });
    expect(calls.accepted).toEqual([
      {
        agentId: "agent-1",
        kind: "glpi.inventory",
        body: zlibbed(inventory()),
        context: {
          ...{ deviceId: DEVICE, of: "unsure" },
          ...{ contentType: "application/x-compress-zlib", userAgent: "GLPI-Agent_v1.12" },
        },
      },
    ]);
    expect(calls.enrolments).toHaveLength(1);
  });

  it.each([
    ["no action", { action: undefined }, "unsure"],
    ["another action's letters", { action: "Inventory" }, "unsure"],
    ["another case of its name", { deviceid: DEVICE.toUpperCase() }, "unsure"],
    ["another machine", { deviceid: "esx1-2026-11-20-19-50-30" }, "collected"],
    ["netinventory", { action: "netinventory", itemtype: "NetworkEquipment" }, "collected"],
    ["netdiscovery", { action: "netdiscovery", itemtype: "Unmanaged" }, "collected"],
  ])("with %s is taken", async (_, more, of) => {
    const { say, calls } = world();
    await say(contact());
    expect((await say(inventory(more))).status).toBe(200);
    expect(calls.accepted[0]).toMatchObject({ kind: "glpi.inventory", context: { of } });
  });

  it("of an agent that never said CONTACT makes it known by what it says", async () => {
    const { say, calls } = world();
    const content = { bios: { ssn: "5BHPV91" }, hardware: { name: "web01" } };
    expect((await say(inventory({ content, tag: "shop" }))).status).toBe(200);
    expect(calls.enrolments[0]).toMatchObject({ alias: { kind: "agentid", value: AGENT }, traits: { tags: ["shop"] } });
    expect(calls.enrolments[0]?.evidence).toContainEqual(expect.objectContaining({ kind: "serial", value: "5BHPV91" }));
  });

  it("without a GLPI-Agent-ID is its who has the deviceid, and changes nothing of what is known of it", async () => {
    const { say, calls } = world();
    await say(contact());
    expect((await say(inventory({ tag: "other" }), {})).status).toBe(200);
    expect((await say(inventory({ deviceid: "injected-1" }), {})).status).toBe(200);
    expect(calls.accepted.map(({ agentId }) => agentId)).toEqual(["agent-1", "agent-3"]);
    expect(calls.enrolments.map(({ alias }) => alias.kind)).toEqual(["agentid", "deviceid"]);
    expect(calls.enrolments[1]?.trust).toBe("anonymous");
  });

  it("under an id that the ESX task cut off is the agent's whose id begins so", async () => {
    const { say, calls } = world();
    // Recorded in glpi-esx: the text's first 16 characters as bytes of an id.
    const cut = { "glpi-agent-id": "65373261-3739-3866-2d65-3531622d3131" };
    await say(contact(), { "glpi-agent-id": PROXY });
    expect((await say(inventory({ deviceid: "esx1-2026-11-20-19-50-30" }), cut)).status).toBe(200);
    expect(calls.accepted[0]).toMatchObject({ agentId: "agent-1", context: { of: "collected" } });
    await say(contact({ deviceid: "other" }), { "glpi-agent-id": "e72a798f-e51b-11f1-0000-000000000000" });
    expect((await say(inventory({ deviceid: "esx1-2026-11-20-20-00-00" }), cut)).status).toBe(200);
    expect(calls.enrolments.at(-1)?.alias).toMatchObject({ kind: "deviceid", value: "esx1-2026-11-20-20-00-00" });
  });

  it("of more than a megabyte is worked on by a thread", async () => {
    const { say, calls } = world();
    const softwares = Array.from({ length: 20 }, () => ({ name: randomBytes(30_000).toString("hex") }));
    const large = inventory({ content: { softwares } });
    expect((await say(large)).status).toBe(200);
    expect(calls.accepted[0]?.kind).toBe("glpi.inventory.large");
  });

  it("that finds no place is stored, and its answer is fetched later, once, by its sender", async () => {
    const { say, call, calls } = world({ places: 0 });
    const answer = await say(inventory());
    expect(answer).toMatchObject({ status: 202, json: { status: "pending", expiration: "30s" } });
    const id = answer.headers["GLPI-Request-ID"] ?? "";
    expect(id).toMatch(/^[0-9A-F]{8}$/);
    expect(calls.accepted).toHaveLength(1);
    const poll = (agentId: string | undefined, requestId: string) =>
      call({ method: "GET", headers: { "glpi-request-id": requestId, ...(agentId && { "glpi-agent-id": agentId }) } });
    expect(await poll(PROXY, id)).toMatchObject({ status: 404, json: { status: "error" } });
    expect((await poll(undefined, id)).status).toBe(400);
    expect((await poll(AGENT, "00000000")).status).toBe(404);
    expect((await poll(AGENT, "no id")).status).toBe(404);
    const fetched = await poll(AGENT, id);
    expect(fetched).toMatchObject({ status: 200, headers: { "GLPI-Request-ID": id }, json: { status: "ok" } });
    expect((await poll(AGENT, id)).status).toBe(404);
  });

  it("of an injector that finds no place is stored and answered: it would not fetch an answer", async () => {
    const { say, calls } = world({ places: 0 });
    expect((await say(inventory(), {})).status).toBe(200);
    expect(calls.accepted).toHaveLength(1);
  });
});

describe("who is refused", () => {
  it("is the agent of a deactivated node, whatever it says", async () => {
    const { say, agents, calls } = world();
    await say(contact());
    for (const [key, agent] of agents) agents.set(key, { ...agent, state: "deactivated" });
    for (const message of [contact(), inventory(), PROLOG, { action: "get_params", params_id: "1" }])
      expect((await say(message)).status).toBe(403);
    expect((await say(inventory(), {})).status).toBe(403);
    expect(calls.accepted).toEqual([]);
  });
});

describe("PROLOG", () => {
  it("of an agent with an id is answered so that it says CONTACT at once", async () => {
    const { say, calls } = world();
    expect(await say(PROLOG)).toMatchObject({ status: 202, json: { status: "pending", expiration: 0 } });
    expect(calls.enrolments).toEqual([]);
  });

  it("is answered with ok where the configuration says so, and the agent known from then on", async () => {
    const { say, calls } = world({ config: { prolog: "ok" }, settings: { "glpi.expiration": "30m" } });
    for (let i = 0; i < 2; i++)
      expect(await say(PROLOG)).toMatchObject({ status: 200, json: { status: "ok", expiration: "30m" } });
    expect(calls.enrolments).toHaveLength(1);
  });

  it.each([
    ["without an id", PROLOG, {}],
    ["that is an inventory", "<REQUEST><QUERY>INVENTORY</QUERY><DEVICEID>x</DEVICEID></REQUEST>", undefined],
    ["with a DOCTYPE", `<!DOCTYPE x>${PROLOG.slice(PROLOG.indexOf("<REQUEST"))}`, undefined],
    ["that is cut off", PROLOG.slice(0, 100), undefined],
    ["that is huge", PROLOG.replace("12345678", "x".repeat(20_000)), undefined],
  ])("%s is another dialect's", async (_, message, headers) => {
    const { say } = world();
    const answer = await say(message, headers);
    expect(answer.code).toBe("not-available");
    expect(answer.text).toContain("<REPLY><ERROR>");
  });
});
