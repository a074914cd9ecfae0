import http from "node:http";
import { deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { enrol, useGateway } from "./gateway.test.helper.js";

const house = useGateway();
const AGENT = "6D1FA4F7-0000-4000-8000-0000000000E1";
const api = (method: string, below: string, body?: unknown) =>
  house.call(method, `/api/v1${below}`, { token: house.tokens.operator, ...(body === undefined ? {} : { body }) });
const record = async (spec: object) => (await api("POST", "/recordings", spec)).json as { id: string };
const stop = (id: string) => api("DELETE", `/recordings/${id}`);
/** One that counts from the moment that this gateway knows of it. */
const recorded = async (spec: object) => {
  const { id } = await record(spec);
  await house.gateway.recorder.refresh();
  return id;
};
const checkIn = (agent = AGENT) =>
  house.call("POST", `/PSDSCPullServer.svc/Nodes(AgentId='${agent}')/GetDscAction?token=hush`, {
    headers: { "Content-Type": "application/json", ProtocolVersion: "2.0", Authorization: "Bearer hush" },
    body: { ClientStatus: [{ Checksum: "", ChecksumAlgorithm: "SHA-256" }], password: "hush" },
  });

describe("a recorded exchange", () => {
  it("is listed with its node, and shown readable, without secrets", async () => {
    const { nodeId } = await enrol(house, AGENT, "web-1");
    const id = await recorded({ node: "web-1" });
    expect((await checkIn()).status).toBe(200);
    const found = (await api("GET", "/exchanges?node=web-1&wait=30s")).json.exchanges;
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ protocol: "dsc", method: "POST", status: 200, nodeId, nodeName: "web-1" });
    const answer = await api("GET", `/exchanges/${found[0].id}`);
    expect(answer.text).not.toContain("hush");
    expect(answer.json.url).toContain("token=***");
    expect(answer.json.request.headers).toMatchObject({ authorization: "Bearer ***", protocolversion: "2.0" });
    expect(answer.json.request.body).toMatchObject({ syntax: "json", isCut: false });
    expect(answer.json.request.body.text).toContain('"ClientStatus": [');
    expect(answer.json.response.body.text).toContain('"NodeStatus"');
    await stop(id);
  });

  it("of an inventory is unpacked", async () => {
    const id = await recorded({ protocol: "inventory", most: 1 });
    const prolog = `<?xml version="1.0" encoding="UTF-8"?><REQUEST><DEVICEID>web01-2024-02-29-12-00-00</DEVICEID><QUERY>PROLOG</QUERY></REQUEST>`;
    const sent = await house.call("POST", "/front/inventory.php", {
      headers: { "Content-Type": "application/x-compress-zlib", "User-Agent": "FusionInventory-Agent_v2.6-3" },
      body: deflateSync(prolog),
    });
    expect(sent.status).toBe(200);
    const [found] = (await api("GET", "/exchanges?protocol=inventory&wait=30s")).json.exchanges;
    const { request, response } = (await api("GET", `/exchanges/${found.id}`)).json;
    expect(request.body).toMatchObject({ coding: "zlib", syntax: "xml" });
    expect(request.body.text).toContain("  <QUERY>PROLOG</QUERY>");
    expect(response.body.text).toContain("<RESPONSE>SEND</RESPONSE>");
    await stop(id);
  });

  it("is kept where a recording wants it, and nowhere else", async () => {
    await enrol(house, "6D1FA4F7-0000-4000-8000-0000000000E2", "web-2");
    const count = async () => (await api("GET", "/exchanges?limit=500")).json.exchanges.length;
    const before = await count();
    await checkIn();
    const id = await recorded({ node: "web-2", leastStatus: 400 });
    await checkIn();
    await checkIn("6D1FA4F7-0000-4000-8000-0000000000E2");
    await api("GET", "/nodes");
    await house.gateway.recorder.hook.flush();
    expect(await count()).toBe(before);
    // Refused, and known who it is.
    await house.db.run("update nodes set state = 'deactivated' where name = 'web-2'");
    expect((await checkIn("6D1FA4F7-0000-4000-8000-0000000000E2")).status).toBe(403);
    await house.gateway.recorder.hook.flush();
    expect((await api("GET", "/exchanges?node=web-2")).json.exchanges).toMatchObject([{ status: 403 }]);
    await stop(id);
  });

  it("of a group's nodes goes by the group as it is", async () => {
    const group = { nodes: ["web-1"], settings: {} };
    expect(
      (await house.call("PUT", "/api/v1/groups/web", { token: house.tokens.admin, body: group })).status,
    ).toBeLessThan(300);
    const id = await recorded({ group: "WEB", route: "dsc." });
    const since = encodeURIComponent(new Date().toISOString());
    await checkIn();
    await house.gateway.recorder.hook.flush();
    expect((await api("GET", `/exchanges?node=web-1&since=${since}`)).json.exchanges).toHaveLength(1);
    await stop(id);
    expect((await api("POST", "/recordings", { group: "nobody" })).status).toBe(404);
  });

  it("is seen by who follows, on a stream that says so as it happens", async () => {
    const id = await recorded({ protocol: "dsc" });
    const seen: string[] = [];
    const request = http.get({
      ...{ host: "127.0.0.1", port: house.port, path: "/api/v1/exchange-stream?node=web-1", agent: false },
      headers: { Authorization: `Bearer ${house.tokens.operator}` },
    });
    const response = await new Promise<http.IncomingMessage>((resolve) => request.once("response", resolve));
    expect(response.headers["content-type"]).toBe("text/event-stream");
    response.setEncoding("utf8").on("data", (text: string) => seen.push(text));
    await expect
      .poll(
        async () => {
          await checkIn();
          return seen.join("");
        },
        { timeout: 20_000, interval: 300 },
      )
      .toMatch(/event: exchange\nid: \d+\ndata: \{"id":"\d+".*"nodeName":"web-1".*\}\n\n/);
    request.destroy();
    await stop(id);
  });
});

describe("a question that waits", () => {
  it("is answered with an empty page when its time is over", async () => {
    const answer = await api("GET", "/exchanges?route=nothing&wait=1s");
    expect(answer).toMatchObject({ status: 200, json: { exchanges: [], next: null } });
  });

  it("waits no longer than the limit", async () => {
    expect((await api("GET", "/exchanges?wait=61s")).status).toBe(400);
    expect((await api("GET", "/exchanges?wait=forever")).status).toBe(400);
  });
});

describe("a recording", () => {
  it("that would keep everything for ever is refused", async () => {
    for (const spec of [{ seconds: 1e9 }, { most: 1e9 }, { megabytes: 1e9 }, { seconds: null }, { until: "never" }])
      expect((await api("POST", "/recordings", spec)).status).toBe(400);
  });

  it("of a node that is not there is refused", async () => {
    expect((await api("POST", "/recordings", { node: "nobody" })).status).toBe(404);
  });

  it("ends when it is full, is audited, and is stopped once", async () => {
    const id = await recorded({ name: "few", most: 2, protocol: "dsc" });
    for (let i = 0; i < 4; i++) await checkIn();
    await house.gateway.recorder.hook.flush();
    const { recordings } = (await api("GET", "/recordings")).json;
    expect(recordings.find((one: { id: string }) => one.id === id)).toMatchObject({ state: "full", recorded: 2 });
    expect((await stop("few")).status).toBe(404);
    const events = await house.call("GET", `/api/v1/audit-events?subject=${id}`, { token: house.tokens.admin });
    expect(events.json.events).toMatchObject([{ action: "recording.add", actor: "the-operator" }]);
  });
});
