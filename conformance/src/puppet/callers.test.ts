import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { send } from "../wire.js";
import { missingOf } from "./programs.js";
import { type RunSite, startRunSite } from "./run-site.js";

// What calls a Puppet server besides agents, with the calls that they make (wire/puppet.md, end of section 4).

/** puppetserver too lets nobody ask for classes until a rule says so. */
const FOR_FOREMAN = {
  name: "foreman",
  "sort-order": 300,
  "match-request": { path: "/puppet/v3/environment_classes", type: "path", method: "get" },
  allow: "proxy.example.org",
};

interface Peer {
  readonly cert: string;
  readonly key: string;
}

describe("callers that are no agents", () => {
  let site: RunSite;
  let proxy: Peer;
  beforeAll(async () => {
    site = await startRunSite({ GATEHOUSE_PUPPET_AUTHORIZATION_RULES: JSON.stringify([FOR_FOREMAN]) });
    await site.deploy("production", {
      "manifests/site.pp": "",
      "modules/site/files/one.txt": "one\n",
      "modules/site/manifests/init.pp": "class site(Integer $port = 80) {}\n",
    });
    proxy = await peerOf("proxy.example.org", "--extension", "pp_cli_auth=true");
  });
  afterAll(() => site?.close());

  async function peerOf(name: string, ...more: string[]): Promise<Peer> {
    const made: { certificate: string; key: string } = await site.house.ca("generate", name, ...more);
    return { cert: made.certificate, key: made.key };
  }

  async function call(method: string, path: string, peer: Partial<Peer>, body?: object) {
    const headers = { Accept: "application/json", "Content-Type": "application/json" };
    const sent = { method, path, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const answer = await send(site.house.first.https, sent, peer);
    return { status: answer.status, type: answer.headers["content-type"], text: answer.body.toString() };
  }

  it("Foreman's smart proxy lists, signs, revokes and removes certificates", async () => {
    const host = "foreman-host.example.org";
    await peerOf(host);
    const status = `/puppet-ca/v1/certificate_status/${host}`;
    const listed = await call("GET", "/puppet-ca/v1/certificate_statuses/foreman", proxy);
    expect(listed).toMatchObject({ status: 200, type: expect.stringContaining("application/json") });
    expect(JSON.parse(listed.text)).toContainEqual(
      expect.objectContaining({
        name: host,
        state: "signed",
        fingerprint: expect.any(String),
        not_before: expect.any(String),
        not_after: expect.any(String),
        serial_number: expect.any(Number),
      }),
    );
    // It takes 204, and 404 and 409 for what is so already.
    expect([204, 409]).toContain((await call("PUT", status, proxy, { desired_state: "signed" })).status);
    expect((await call("PUT", status, proxy, { desired_state: "revoked" })).status).toBe(204);
    expect([204, 409]).toContain((await call("PUT", status, proxy, { desired_state: "revoked" })).status);
    expect((await call("DELETE", status, proxy)).status).toBe(204);
    expect((await call("DELETE", status, proxy)).status).toBe(404);
    expect((await call("PUT", status, proxy, { desired_state: "signed" })).status).toBe(404);
  });

  const hasPuppet = missingOf("puppet").length === 0;
  const classesOr501 = hasPuppet ? "their classes" : "is told that nobody here knows their classes (needs puppet)";
  it(`Foreman's smart proxy reads the environments, and ${classesOr501}`, async () => {
    const environments = await call("GET", "/puppet/v3/environments", proxy);
    expect(environments.status).toBe(200);
    expect(Object.keys(JSON.parse(environments.text).environments)).toEqual(["production"]);
    const classes = await call("GET", "/puppet/v3/environment_classes?environment=production", proxy);
    if (!hasPuppet) return expect(classes.status).toBe(501);
    expect(classes.status).toBe(200);
    const params = [{ name: "port", type: "Integer", default_literal: 80, default_source: "80" }];
    expect(JSON.parse(classes.text)).toEqual({
      name: "production",
      files: [
        { path: "/etc/puppetlabs/code/environments/production/manifests/site.pp", classes: [] },
        {
          path: "/etc/puppetlabs/code/environments/production/modules/site/manifests/init.pp",
          classes: [{ name: "site", params }],
        },
      ],
    });
  });

  it("an ordinary agent may do none of that to others", async () => {
    const agent = await peerOf("ordinary.example.org");
    const status = "/puppet-ca/v1/certificate_status/proxy.example.org";
    for (const [method, path, body] of [
      ["GET", "/puppet-ca/v1/certificate_statuses/foreman", undefined],
      ["PUT", status, { desired_state: "revoked" }],
      ["DELETE", status, undefined],
      ["GET", "/puppet/v3/environment_classes?environment=production", undefined],
      ["DELETE", "/puppet-admin-api/v1/environment-cache", undefined],
    ] as const)
      expect((await call(method, path, agent, body)).status, `${method} ${path}`).toBe(403);
    expect((await call("GET", "/puppet/v3/environments", proxy)).status).toBe(200);
  });

  it.each(["/status/v1/simple", "/status/v1/simple/server", "/status/v1/services", "/status/v1/services/server"])(
    "a load balancer without a certificate asks %s",
    async (path) => {
      const answer = await call("GET", path, {});
      expect(answer.status).toBe(200);
      expect(answer.text).toContain("running");
    },
  );
});
