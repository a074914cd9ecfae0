import { X509Certificate } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import http from "node:http";
import path from "node:path";
import { connect } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newSite, type Site } from "./gateway.js";
import { send } from "./wire.js";

let site: Site;
beforeAll(async () => {
  site = await newSite();
});
afterAll(() => site.remove());

describe("a gateway", () => {
  it("says where it listens, keeps its secrets to itself, and stops in order", async () => {
    const gateway = await site.start();
    expect(gateway.http).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(readFileSync(gateway.ca, "utf8")).toContain("BEGIN CERTIFICATE");
    for (const secret of [
      "admin.token",
      "tls/server.key",
      "run.json",
      ...(site.databaseUrl === null ? ["instance.key"] : []),
    ]) {
      expect(statSync(path.join(site.dataDir, secret)).mode & 0o077, secret).toBe(0);
    }
    expect(gateway.log()).not.toContain(gateway.token);
    for (const probe of ["/healthz", "/readyz", "/metrics"])
      expect((await send(gateway.http, { method: "GET", path: probe })).status, probe).toBe(200);
    expect(await gateway.stop()).toBe(0);
    expect(existsSync(path.join(site.dataDir, "run.json"))).toBe(false);
  });

  it("clears away uploads that a crash cut off", async () => {
    const upload = path.join(site.dataDir, "uploads", "cut-off");
    mkdirSync(path.dirname(upload), { recursive: true });
    writeFileSync(upload, "half");
    const gateway = await site.start();
    expect(existsSync(upload)).toBe(false);
    expect(await gateway.stop()).toBe(0);
  });

  it("lets a request under way end at a stop, and takes no new one", async () => {
    const gateway = await site.start();
    const { port } = new URL(gateway.http);
    const body = "{}";
    const request = http.request({
      port,
      host: "127.0.0.1",
      method: "POST",
      path: "/Nodes(AgentId='00000000-0000-0000-0000-000000000000')/GetDscAction",
      headers: { "Content-Length": body.length },
    });
    const status = new Promise<number | undefined>((resolve, reject) => {
      request.on("response", (response) => resolve(response.resume().statusCode));
      request.on("error", reject);
    });
    await new Promise<void>((resolve) => request.once("socket", (socket) => socket.once("connect", resolve)));
    request.write(body.slice(0, 1));
    // Only a request that the server has begun to read is under way.
    await expect
      .poll(async () => (await send(gateway.http, { method: "GET", path: "/metrics" })).body.toString())
      .toMatch(/body_bytes_in_flight 1\n/);
    // Twice at once, as Ctrl-C comes from a terminal and from `npm start` in it.
    const stopped = Promise.all([gateway.stop(), gateway.stop()]);
    await expect.poll(() => gateway.log()).toContain('"stopping"');
    await expect
      .poll(() =>
        send(gateway.http, { method: "GET", path: "/healthz" }).then(
          () => "taken",
          () => "refused",
        ),
      )
      .toBe("refused");
    request.end(body.slice(1));
    expect(await status).toBe(401);
    expect(await stopped).toEqual([0, 0]);
  });

  it("refuses a setting that it does not know, with the nearest one", async () => {
    await expect(site.start({ env: { GATEHOUSE_LOG_LEVLE: "debug" } })).rejects.toThrow(
      /did you mean GATEHOUSE_LOG_LEVEL\?/,
    );
  });

  it("serves a certificate that it is given, and its command knows it by that", async () => {
    const other = await newSite();
    const first = await other.start();
    await first.stop();
    const [certFile, keyFile] = ["server.crt", "server.key"].map((name) => path.join(other.dataDir, "tls", name));
    const config = path.join(site.dataDir, "gatehouse.yaml");
    writeFileSync(
      config,
      JSON.stringify({
        listeners: [{ address: "127.0.0.1:0", tls: "files", certFile, keyFile, minVersion: "TLSv1.3" }],
      }),
    );
    const gateway = await site.start({ args: ["--config", config, "--http", "off"] });
    const shown = await new Promise<string | undefined>((resolve, reject) => {
      const { hostname, port } = new URL(gateway.https);
      const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false }, () => {
        resolve(socket.getPeerX509Certificate()?.fingerprint256);
        socket.end();
      });
      socket.on("error", reject);
    });
    expect(shown).toBe(new X509Certificate(readFileSync(certFile ?? "")).fingerprint256);
    expect((await site.command("node", "list")).code).toBe(0);
    expect(await gateway.stop()).toBe(0);
    expect(await site.command("node", "list")).toMatchObject({
      code: 3,
      err: expect.stringContaining("No gateway runs"),
    });
    await other.remove();
  });

  it("refuses an address that is taken, by name", async () => {
    const gateway = await site.start();
    const other = await newSite();
    await expect(other.start({ args: ["--http", new URL(gateway.http).host] })).rejects.toThrow(
      /cannot be listened on/,
    );
    await other.remove();
    await gateway.stop();
  });

  it.runIf(process.env["DATABASE_URL"] === undefined)("with --ephemeral leaves nothing behind", async () => {
    const gateway = await site.start({ args: ["--ephemeral"] });
    const dir = path.dirname(path.dirname(gateway.ca));
    expect(existsSync(dir)).toBe(true);
    expect(await gateway.stop()).toBe(0);
    expect(existsSync(dir)).toBe(false);
  });
});
