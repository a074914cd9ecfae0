import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import type { GatehouseError } from "@gatehouse/core/errors";
import type { AgentProof } from "@gatehouse/core/nodes";
import { enrolmentOf } from "@gatehouse/inventory";
import { describe, expect, it, onTestFinished } from "vitest";
import { type Sent, world } from "./dialect.test.helper.js";
import { createHandOver } from "./hand-over.js";

/** Another's server, with what it was asked. */
async function other(answer: RequestListener) {
  const asked: { method?: string; url?: string; headers: IncomingMessage["headers"]; body: string }[] = [];
  const server = createServer(async (req, res) => {
    let body = "";
    for await (const chunk of req) body += chunk;
    const { method = "", url = "", headers } = req;
    asked.push({ method, url, headers, body });
    answer(req, res);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/b/esx/`;
  return { base, asked };
}

const fine: RequestListener = (_, res) => {
  res.writeHead(200, { "Content-Type": "application/json", "Set-Cookie": "a=b", Server: "x" });
  res.end('{"jobs":[]}');
};

const requestOf = (more: object = {}) => ({
  ...{ method: "GET", headers: {}, body: Buffer.alloc(0), raw: { url: "/x?action=getJobs" } as IncomingMessage },
  ...more,
});

describe("a call that is handed to another server", () => {
  it("comes there with its query as it is and its body, and without what proves anybody", async () => {
    const { base, asked } = await other(fine);
    const answer = await createHandOver()(
      requestOf({
        method: "POST",
        headers: {
          ...{ "content-type": "application/x-www-form-urlencoded", "user-agent": "FusionInventory-Agent_v2.6" },
          ...{ authorization: "Basic c2VjcmV0", cookie: "a=b", host: "gw.example", "x-forwarded-for": "192.0.2.1" },
          ...{ connection: "upgrade", "x-client-dn": "CN=a", "proxy-authorization": "x" },
        },
        body: Buffer.from("uuid=1"),
        raw: { url: "/plugins/fusioninventory/b/esx/?action=setAnswer&a%5B%5D=%C3%A9&b=1+2?3" } as IncomingMessage,
      }),
      base,
    );
    expect(answer.ready).toEqual({
      ...{ status: 200, headers: { "content-type": "application/json" } },
      body: Buffer.from('{"jobs":[]}'),
    });
    expect(asked).toMatchObject([
      { method: "POST", url: "/b/esx/?action=setAnswer&a%5B%5D=%C3%A9&b=1+2?3", body: "uuid=1" },
    ]);
    const { headers } = asked[0] ?? {};
    expect(headers).toMatchObject({
      ...{ "content-type": "application/x-www-form-urlencoded", "user-agent": "FusionInventory-Agent_v2.6" },
      ...{ host: new URL(base).host, "accept-encoding": "identity" },
    });
    for (const name of ["authorization", "cookie", "x-forwarded-for", "x-client-dn", "proxy-authorization", "upgrade"])
      expect(headers).not.toHaveProperty(name);
  });

  it("is answered as that answers, errors too", async () => {
    const { base } = await other((_, res) => {
      res.writeHead(404, { "Content-Type": "text/plain", "Retry-After": "7" });
      res.end("no job");
    });
    expect((await createHandOver()(requestOf(), base)).ready).toEqual({
      ...{ status: 404, headers: { "content-type": "text/plain", "retry-after": "7" }, body: Buffer.from("no job") },
    });
  });

  it.each<[string, RequestListener]>([
    ["redirects", (_, res) => res.writeHead(302, { Location: "http://169.254.169.254/" }).end()],
    ["says too much", (_, res) => void res.end("x".repeat(2000))],
    ["says too much without end", (_, res) => void setInterval(() => res.write("x".repeat(500)), 1).unref()],
    ["says nothing", () => undefined],
    ["hangs up", (req) => void req.socket.destroy()],
    [
      "hangs up in between",
      (req, res) => {
        res.write("x");
        setImmediate(() => req.socket.destroy());
      },
    ],
  ])("fails where that %s: 502, without a word of why", async (_, answer) => {
    const { base } = await other(answer);
    const thrown = await createHandOver(500, 1000)(requestOf(), base).catch((error: GatehouseError) => error);
    expect(thrown).toMatchObject({ code: "upstream-failed", status: 502, detail: expect.stringMatching(/./) });
    expect((thrown as GatehouseError).message).not.toMatch(/127|302|http/);
  });

  it("fails where nobody is there, and where it came from a gateway already", async () => {
    const { base, asked } = await other(fine);
    const handOver = createHandOver();
    await expect(handOver(requestOf(), "http://127.0.0.1:1/")).rejects.toMatchObject({ status: 502 });
    const looping = requestOf({ headers: { "x-gatehouse-handed-over": "1" } });
    await expect(handOver(looping, base)).rejects.toMatchObject({ status: 502 });
    expect(asked).toEqual([]);
  });

  it("has to wait for no more than fifty others", async () => {
    const waiting: (() => void)[] = [];
    const { base } = await other((_, res) => void waiting.push(() => res.end("{}")));
    const handOver = createHandOver();
    const under = Array.from({ length: 50 }, () => handOver(requestOf(), base));
    await expect(handOver(requestOf(), base)).rejects.toMatchObject({ code: "overloaded" });
    while (waiting.length < 50) await new Promise((resolve) => setImmediate(resolve));
    for (const go of waiting) go();
    await Promise.all(under);
    waiting.length = 0;
    const next = handOver(requestOf(), base);
    while (waiting.length === 0) await new Promise((resolve) => setImmediate(resolve));
    waiting[0]?.();
    expect((await next).ready.status).toBe(200);
  });
});

describe("a task of another server", () => {
  const NAME = "web01-2024-02-29-12-00-00";
  const basic: AgentProof = { way: "basic", trust: "key", by: "agents" };

  async function gateway(unproven: "allow" | "quarantine" | "refuse" = "allow") {
    const { base, asked } = await other(fine);
    const config = { expiration: "24h", handOver: { esx: base } };
    const here = world({ config, access: () => ({ unproven, atLeast: "allow" }) });
    here.enrol(enrolmentOf({ deviceId: NAME }));
    const call = async (query: string, sent: Sent = {}) => {
      const message = await here.messageOf({ path: "/plugins/fusioninventory/b/esx", query, ...sent });
      try {
        const answer = await here.dialect.answer(message);
        return answer !== undefined && "ready" in answer ? answer.ready.status : answer?.status;
      } catch (thrown) {
        return here.dialect.renderError(thrown as GatehouseError, message, undefined)?.status;
      }
    };
    return { ...here, call, asked };
  }

  it("is asked with any action, of that task and of no other", async () => {
    const { call, asked } = await gateway();
    for (const query of ["action=getJobs&machineid=x", `action=setLog&machineid=${NAME}`, "action=ownAction"])
      expect(await call(query)).toBe(200);
    expect(asked).toHaveLength(3);
    expect(await call("action=ownAction", { path: "/plugins/fusioninventory/b/deploy" })).toBe(400);
    expect(await call("action=ownAction", { path: "/plugins/fusioninventory" })).toBe(400);
    expect(asked).toHaveLength(3);
  });

  it("is asked for nobody who is refused here", async () => {
    const { call, asked, setState } = await gateway("refuse");
    for (const query of ["action=getJobs&machineid=x", `action=getJobs&machineid=${NAME}`, "action=jobsDone&uuid=1"])
      expect(await call(query)).toBe(401);
    expect(asked).toEqual([]);
    for (const query of [`action=getJobs&machineid=${NAME}`, "action=jobsDone&uuid=1"])
      expect(await call(query, { proof: basic })).toBe(200);
    const own: AgentProof = { way: "certificate", trust: "certificate", agent: NAME, by: "0A" };
    expect(await call("action=jobsDone&uuid=1", { proof: own })).toBe(200);
    setState(0, "deactivated");
    expect(await call(`action=getJobs&machineid=${NAME}`, { proof: own })).toBe(403);
    const held = await gateway("quarantine");
    expect(await held.call("action=getJobs&machineid=x")).toBe(403);
  });
});
