import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { GLPI, ID, world } from "../dialect.test.helper.js";
import { processors } from "../processors.js";

const DEVICE = "web01-2024-02-29-12-00-00";
const said = {
  deviceid: DEVICE,
  tag: "paris",
  content: {
    hardware: { name: "web01", uuid: "4c4c4544-0042-3510-8054-b7c04f4e3132" },
    softwares: [{ name: "openssl" }],
  },
};
const PATH = "/plugins/fusioninventory/b/inventory";
const post = (body: string, contentType: string, more: object = {}) => ({
  ...{ method: "POST" as const, path: PATH, body, headers: { "content-type": contentType } },
  ...more,
});

describe("an inventory that is posted to its remote", () => {
  it.each([
    ["application/yaml", stringify(said), ""],
    ["text/yaml; charset=utf-8", stringify(said), ""],
    ["application/x-yaml", stringify(said), "action=setAnswer"],
    ["application/json", JSON.stringify(said), "action=setAnswer"],
  ])("is kept as it came, and is its agent's: %s", async (contentType, body, query) => {
    const { send, accepted, agents, touched } = world();
    expect(await send(post(body, contentType, { query }))).toMatchObject({ status: 200, text: "{}", plain: true });
    expect(accepted).toMatchObject([
      {
        agentId: "agent-0",
        kind: "fusioninventory.document",
        context: { deviceId: DEVICE, of: "unsure", contentType },
      },
    ]);
    expect([agents.length, agents[0]?.attributes["tag"], touched]).toEqual([1, "paris", ["agent-0"]]);
    const [fact] =
      processors["fusioninventory.document"]?.({ ...accepted[0], id: "1", acceptedAt: new Date(0) } as never) ?? [];
    expect(fact).toMatchObject({ fact: "inventory", deviceId: DEVICE, name: "web01", tag: "paris", of: "unsure" });
  });

  it("is looked through by a thread where it takes its time", async () => {
    const softwares = Array.from({ length: 2000 }, (_, i) => ({ name: `package ${i}` }));
    const { send, accepted, tasks } = world();
    const body = stringify({ ...said, content: { ...said.content, softwares } });
    expect(await send(post(body, "application/yaml"))).toMatchObject({ status: 200 });
    expect([accepted.length, tasks]).toEqual([1, ["fusioninventory.document.check"]]);
  });

  it("under an agent's id is of that agent, also of a host that it looked at", async () => {
    const { send, accepted } = world();
    const headers = { "content-type": "application/yaml", "glpi-agent-id": ID, "user-agent": GLPI };
    for (const deviceid of [DEVICE, "esx1-2026-11-20-19-50-27"])
      await send(post(stringify({ ...said, deviceid }), "", { headers }));
    expect(accepted.map(({ agentId, context }) => [agentId, context?.["of"]])).toEqual([
      ["agent-0", "unsure"],
      ["agent-0", "collected"],
    ]);
  });

  it.each([
    ["no YAML", "a: [", "application/yaml", "", 400],
    ["a tag", "!ruby/object:X {}", "application/yaml", "", 400],
    ["no deviceid", "content: {}", "application/yaml", "", 400],
    ["too much", `a: ${"x".repeat(3 << 20)}`, "application/yaml", "", 413],
    ["no JSON", "{", "application/json", "action=setAnswer", 400],
    ["a form", "a=1", "application/x-www-form-urlencoded", "action=setAnswer", 415],
  ])("is refused in JSON: %s", async (_, body, contentType, query, status) => {
    const { send, accepted, enrolments } = world();
    const answer = await send(post(body, contentType, { query }));
    expect(answer).toMatchObject({ status, syntax: "json" });
    expect(JSON.parse(answer?.text ?? "")).toEqual({ status: "error", message: expect.any(String) });
    expect([accepted, enrolments]).toEqual([[], []]);
  });

  it("waits where its sender has to be let in, and is refused where it has to prove itself", async () => {
    for (const [unproven, status, held] of [
      ["quarantine", 200, [true]],
      ["refuse", 401, []],
    ] as const) {
      const { send, accepted } = world({ access: () => ({ unproven, atLeast: "allow" }) });
      expect(await send(post(stringify(said), "application/yaml"))).toMatchObject({ status });
      expect(accepted.map((submission) => submission.held)).toEqual(held);
    }
  });

  it("is posted, and to that remote", async () => {
    const { send } = world();
    expect(await send({ path: PATH, query: "action=setAnswer" })).toMatchObject({ status: 405 });
  });
});
