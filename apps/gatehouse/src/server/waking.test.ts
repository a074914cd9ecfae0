import { randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import http from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { SecretBox } from "@gatehouse/store";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadConfig } from "../config/load.js";
import { mountable } from "../config/schema.js";
import { FUSION, xmlOf } from "./agents.test.helper.js";
import { compose } from "./compose.js";
import type { Gateway } from "./gateway.js";
import { useGateway } from "./gateway.test.helper.js";
import { closeListeners, type Listener, openListeners } from "./listeners.js";

/** Operators speak to this one. */
const house = useGateway();
/** Agents call this one, on the same database, from where they are: there is no proxy. */
let other: Gateway;
let listeners: Listener[] = [];
let port = 0;
let dataDir = "";

beforeAll(async () => {
  dataDir = mkdtempSync(path.join(tmpdir(), "gatehouse-other-"));
  const pass = () => undefined;
  other = compose({
    config: loadConfig({}, { GATEHOUSE_JOBS_WAKE_LOOPBACK: "true", GATEHOUSE_JOBS_MOST_WAITING: "2" }),
    ...{
      dataDir,
      db: house.db,
      box: new SecretBox(randomBytes(32)),
      listeners: () => [],
      certificate: () => undefined,
    },
    keyFile: { path: path.join(dataDir, "instance.key"), own: true },
    log: { debug: pass, info: pass, warn: pass, error: pass },
    draining: () => false,
  });
  const none = () => Promise.reject(new Error("no certificate is needed"));
  const listener = {
    address: "127.0.0.1:0",
    tls: "off",
    minVersion: "TLSv1.2",
    requestClientCertificate: false,
  } as const;
  const config = { ...loadConfig({}, {}), listeners: [{ ...listener, mounts: mountable }] };
  listeners = await openListeners(config, none, other.app);
  port = Number(new URL(listeners[0]?.url ?? "").port);
  await other.waking.start();
});
afterAll(async () => {
  await other.waking.stop();
  await closeListeners(listeners, 1);
  await other.work.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

/** A request to the gateway that agents call, and the answer's status and text. */
async function ask(method: string, target: string, headers: Record<string, string>, body?: string) {
  const request = http.request({ host: "127.0.0.1", port, method, path: target, headers, agent: false }).end(body);
  const [response] = (await once(request, "response")) as [http.IncomingMessage];
  let text = "";
  for await (const part of response) text += part;
  return { status: response.statusCode, text };
}

/** An agent that was here with an inventory. @returns its node's id */
async function known(name: string): Promise<string> {
  const deviceId = `${name}-2026-01-01-00-00-00`;
  const headers = { "User-Agent": FUSION, "Content-Type": "application/xml" };
  const content = `<HARDWARE><NAME>${name}</NAME></HARDWARE><BIOS><SSN>SN-${name}</SSN></BIOS>`;
  expect((await ask("POST", "/plugins/fusioninventory/", headers, xmlOf(deviceId, "INVENTORY", content))).status).toBe(
    200,
  );
  return nodeOf(name);
}

async function nodeOf(name: string): Promise<string> {
  const [node] = await house.gateway.registry.find(name);
  if (node === undefined) throw new Error(`${name} is not known`);
  return node.id;
}

/** A wait at the other gateway. */
function wait(name: string) {
  const socket = connect(port, "127.0.0.1");
  let text = "";
  socket.setEncoding("latin1").on("data", (chunk) => {
    text += chunk;
  });
  socket.on("error", () => undefined);
  const target = `/glpi/plugins/fusioninventory?action=wait&machineid=${name}-2026-01-01-00-00-00`;
  socket.write(`GET ${target} HTTP/1.1\r\nHost: x\r\n\r\n`);
  return { socket, text: () => text, closed: once(socket, "close") };
}

const order = async (nodeId: string, tasks: string[]) => {
  const { order: made } = await house.gateway.jobs.create(
    { work: { task: "wake", spec: { tasks } }, target: { nodes: [nodeId] } },
    "the-operator",
  );
  const { jobs } = await house.gateway.jobs.list({ orderId: made.id }, { limit: 1 });
  const id = jobs[0]?.id ?? "";
  const state = async () => (await house.gateway.jobs.find(id))?.state;
  const events = async () =>
    (await house.gateway.jobs.events(id, { limit: 100 })).events.map(({ about, status, message }) => [
      about,
      status,
      message,
    ]);
  return { id, state, events };
};

describe("an agent that waits at one gateway, while its order is made at another", () => {
  it("is told its tasks, and the wake has done its work when it comes", async () => {
    const nodeId = await known("waiting");
    const { text, closed } = wait("waiting");
    await expect.poll(text).toMatch(/\r\n\r\n1\r\n@\r\n$/);
    expect(text()).toMatch(/^HTTP\/1\.1 200 OK\r$/m);
    expect(text()).toMatch(/^X-Accel-Buffering: no\r$/m);
    expect(other.waking.waiting()).toBe(1);
    const { state, events } = await order(nodeId, ["ocsdeploy", "inventory"]);
    await closed;
    expect(text()).toContain('{"awake":{"tasks":["ocsdeploy","inventory"]}}');
    await expect.poll(() => other.waking.waiting()).toBe(0);
    await expect.poll(events).toEqual([["wait", "ok", "The agent waited here, and was told to come."]]);
    expect(await state()).toBe("sent");
    const machine = "machineid=waiting-2026-01-01-00-00-00";
    const asked = await ask("GET", `/plugins/fusioninventory/?action=getConfig&task[Deploy]=2.8&${machine}`, {});
    expect(asked.status).toBe(200);
    await expect.poll(state).toBe("ok");
  });

  it("is told at once when it comes later, and its port led to nothing for a minute", async () => {
    const { id } = await order(await known("late"), ["inventory"]);
    await house.db.run(
      "update jobs set state = 'sent', sent_at = now() - interval '61 s', port_at = now() where id = $1",
      [id],
    );
    const { text, closed } = wait("late");
    await closed;
    expect(text()).toContain('{"awake":{"tasks":["inventory"]}}');
  });

  it("is one of as many as may wait", async () => {
    const all = ["full1", "full2", "full3"];
    for (const name of all) await known(name);
    const [first, second] = all.slice(0, 2).map(wait);
    for (const caller of [first, second]) await expect.poll(() => caller?.text()).toContain("@");
    const refused = await ask("GET", "/plugins/fusioninventory/?action=wait&machineid=full3-2026-01-01-00-00-00", {});
    expect([refused.status, JSON.parse(refused.text)]).toMatchObject([503, { status: "error" }]);
    first?.socket.destroy();
    second?.socket.destroy();
    await expect.poll(() => other.waking.waiting()).toBe(0);
  });
});

describe("an agent that does not wait", () => {
  /** A GLPI agent that announces its HTTP server. */
  async function listening(name: string, answer: number) {
    const calls: string[] = [];
    const server = http.createServer((req, res) => {
      calls.push(`${req.method} ${req.url}`);
      res.writeHead(answer, answer === 302 ? { Location: `http://127.0.0.1:${port}/healthz` } : {}).end();
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port: own } = server.address() as AddressInfo;
    const contact = {
      ...{ action: "contact", deviceid: `${name}-2026-01-01-00-00-00`, name: "GLPI-Agent", version: "1.12" },
      ...{ "installed-tasks": ["inventory"], "httpd-port": String(own) },
    };
    const headers = {
      "User-Agent": "GLPI-Agent_v1.12",
      "Content-Type": "application/json",
      "GLPI-Agent-ID": randomUUID(),
    };
    expect((await ask("POST", "/front/inventory.php", headers, JSON.stringify(contact))).status).toBe(200);
    return { nodeId: await nodeOf(name), calls, close: () => server.close(), own };
  }

  it.each([
    [200, "ok", "was told, and comes now"],
    [403, "ko", "does not trust"],
    [302, "ko", "which is not followed"],
  ])("is asked by its own port once, at the address that it called from: %i", async (status, came, words) => {
    const { nodeId, calls, close, own } = await listening(`port${status}`, status);
    const { events, state } = await order(nodeId, ["inventory"]);
    await expect.poll(events, { timeout: 20_000 }).toEqual([["port", came, expect.stringContaining(words)]]);
    expect((await events())[0]?.[2]).toContain(`127.0.0.1:${own}`);
    expect(calls).toEqual(["GET /now"]);
    expect(await state()).toBe("sent");
    close();
  });
});

describe("a gateway that stops", () => {
  it("lets agents go that wait at it", async () => {
    await known("stopped");
    const { text, closed } = wait("stopped");
    await expect.poll(text).toContain("@");
    await other.waking.stop();
    await closed;
    expect(text()).toMatch(/\r\n0\r\n\r\n$/);
    expect(text()).not.toContain("awake");
  });
});
