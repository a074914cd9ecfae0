import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newSite } from "../gateway.js";
import { needs } from "../puppet/programs.js";
import { send } from "../wire.js";
import { csrOf } from "./csr.js";
import { callAs, enrol, type Host, isNode, NODES_ONLY } from "./host.js";
import { AUTOSIGN_ALL, type House, startHouse } from "./house.js";

const { skip, note } = needs();

/** What a proxy that ends TLS says of its client. */
const spoken = ({ certificate, name }: Host, more: Record<string, string> = {}) => ({
  "X-Client-Verify": "SUCCESS",
  "X-Client-DN": `CN=${name}`,
  "X-Client-Cert": encodeURIComponent(certificate),
  ...more,
});

describe.skipIf(skip)(`what a proxy says of its client${note}`, () => {
  let house: House;
  let [direct, behindTls, plain, behindPlain] = ["", "", "", ""];
  let node: Host;
  let other: Host;

  beforeAll(async () => {
    const site = await newSite();
    const config = path.join(site.dataDir, "gatehouse.yaml");
    const trusted = { trustedProxies: ["127.0.0.1"], clientCertificateHeaders: true };
    const listeners = [
      { address: "127.0.0.1:0", tls: "own" },
      { address: "127.0.0.1:0", tls: "own", ...trusted },
      { address: "127.0.0.1:0", tls: "off", mounts: ["puppet", "platform"] },
      { address: "127.0.0.1:0", tls: "off", mounts: ["puppet", "platform"], ...trusted },
    ];
    writeFileSync(config, JSON.stringify({ listeners }));
    house = await startHouse({ site, args: ["--config", config], env: AUTOSIGN_ALL });
    const run = JSON.parse(readFileSync(path.join(site.dataDir, "run.json"), "utf8"));
    [direct = "", behindTls = "", plain = "", behindPlain = ""] = run.listeners.map(({ url }: { url: string }) => url);
    node = await enrol(house.first, "web01.example.org");
    other = await enrol(house.first, "web02.example.org");
  });
  afterAll(() => house?.close());

  const ask = async (base: string, headers: Record<string, string> = {}, target = NODES_ONLY) =>
    (await send(base, { method: "GET", path: target, headers })).status;

  it("is nothing where the proxy is not trusted", async () => {
    expect(await ask(direct, spoken(node))).toBe(403);
    expect(await ask(direct, { ...spoken(node), "X-Forwarded-For": "127.0.0.1", "X-Forwarded-Proto": "https" })).toBe(
      403,
    );
    // Nor does it take away what the connection itself proves.
    expect(await isNode({ https: direct }, node)).toBe(200);
    const denied = { "X-Client-Verify": "FAILED:revoked", "X-Client-DN": "CN=nobody" };
    expect((await callAs({ https: direct }, node, { path: NODES_ONLY, headers: denied })).status).toBe(200);
  });

  it("counts where it is trusted, by TLS and by plain HTTP", async () => {
    for (const base of [behindTls, behindPlain]) {
      expect(await ask(base, spoken(node))).toBe(200);
      expect(await ask(base, spoken(node, { "X-Client-DN": `/CN=${node.name}` }))).toBe(200);
      expect(await ask(base, { "X-Client-Verify": "NONE" })).toBe(403);
    }
  });

  it("counts only as far as it fits together", async () => {
    const { "X-Client-Cert": certificate, ...named } = spoken(node);
    for (const base of [behindTls, behindPlain]) {
      expect(await ask(base, named)).toBe(403);
      expect(await ask(base, { "X-Client-Cert": certificate, "X-Forwarded-Proto": "https" })).toBe(403);
      expect(await ask(base, spoken(node, { "X-Client-Verify": "FAILED:certificate has expired" }))).toBe(403);
      expect(await ask(base, spoken(node, { "X-Client-Verify": "GENEROUS" }))).toBe(403);
      expect(await ask(base, spoken(node, { "X-Client-DN": `CN=${other.name}` }))).toBe(403);
      expect(await ask(base, spoken(node, { "X-Client-DN": `CN=${node.name},CN=${other.name}` }))).toBe(403);
      const two = encodeURIComponent(`${node.certificate}${other.certificate}`);
      expect(await ask(base, spoken(node, { "X-Client-Cert": two }))).toBe(403);
      expect(await ask(base, spoken(node, { "X-Client-Cert": "%zz" }))).toBe(403);
    }
  });

  it("is not the proxy's own certificate, whatever that may do", async () => {
    const speaking = { ...spoken(node), "X-Client-Verify": "NONE", "X-Client-Cert": "" };
    expect((await callAs({ https: behindTls }, other, { path: NODES_ONLY, headers: speaking })).status).toBe(403);
    expect(await isNode({ https: behindTls }, other)).toBe(200);
  });

  it("is refused of a certificate that is revoked since", async () => {
    const gone = await enrol(house.first, "web03.example.org");
    expect(await ask(behindPlain, spoken(gone))).toBe(200);
    expect((await house.api("POST", `/certificates/${gone.name}/revoke`)).status).toBe(204);
    for (const base of [behindTls, behindPlain]) expect(await ask(base, spoken(gone))).toBe(403);
  });

  it("is what makes plain HTTP serve Puppet at all", async () => {
    const anybodys = "/puppet-ca/v1/certificate/ca";
    for (const headers of [{}, spoken(node), { "X-Forwarded-Proto": "https" }]) {
      expect(await ask(plain, headers, anybodys)).toBe(403);
      expect(await ask(plain, headers)).toBe(403);
    }
    expect(await ask(behindPlain, {}, anybodys)).toBe(403);
    expect(await ask(behindPlain, { "X-Forwarded-Proto": "http" }, anybodys)).toBe(403);
    expect(await ask(behindPlain, { "X-Forwarded-Proto": "https" }, anybodys)).toBe(200);
    expect(await ask(behindPlain, { "X-Client-Verify": "NONE" }, anybodys)).toBe(200);
    const submitted = (base: string, name: string) =>
      send(base, {
        method: "PUT",
        path: `/puppet-ca/v1/certificate_request/${name}`,
        headers: { "Content-Type": "text/plain", "X-Forwarded-Proto": "https" },
        body: csrOf(name),
      });
    expect((await submitted(plain, "plain.example.org")).status).toBe(403);
    expect((await submitted(behindPlain, "behind.example.org")).status).toBe(200);
    expect((await house.inventory()).map(({ name }) => name)).not.toContain("plain.example.org");
    // The listener is there, and serves what may go by plain HTTP.
    expect((await send(plain, { method: "GET", path: "/healthz" })).status).toBe(200);
  });
});
