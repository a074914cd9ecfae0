import type { Peer } from "@gatehouse/http";
import { createRouter, tableOf } from "@gatehouse/http";
import { describe, expect, it } from "vitest";
import { certificateOf, requestOf } from "./fake-authority.test.helper.js";
import { puppetAdapter } from "./index.js";
import { admin, CA, CSR, nobody, serve, stranger, verified, world } from "./puppet.test.helper.js";
import { createPuppetRouters, puppetTables } from "./router.js";

const A = verified("node-a.example.org", { pp_role: "web" });
const B = "node-b.example.org";

/** A call for each row, about node B, with what its body would be. A row without one fails the test below. */
const samples: Readonly<Record<string, readonly [string, string?]>> = {
  "puppet.ca.certificate": [`${CA}/certificate/${B}`],
  "puppet.ca.crl": [`${CA}/certificate_revocation_list/ca`],
  "puppet.ca.crl.take": [`${CA}/certificate_revocation_list`, "-----BEGIN X509 CRL-----"],
  "puppet.ca.expirations": [`${CA}/expirations`],
  "puppet.ca.request": [`${CA}/certificate_request/${B}`],
  "puppet.ca.request.submit": [`${CA}/certificate_request/new.example.org`, CSR],
  "puppet.ca.request.delete": [`${CA}/certificate_request/${B}`],
  "puppet.ca.status": [`${CA}/certificate_status/${B}`],
  "puppet.ca.status.change": [`${CA}/certificate_status/${B}`, '{"desired_state":"revoked"}'],
  "puppet.ca.status.delete": [`${CA}/certificate_status/${B}`],
  "puppet.ca.statuses": [`${CA}/certificate_statuses/any_key`],
  "puppet.ca.clean": [`${CA}/clean`, `{"certnames":["${B}"]}`],
  "puppet.ca.sign": [`${CA}/sign`, `{"certnames":["${B}"]}`],
  "puppet.ca.sign-all": [`${CA}/sign/all`, ""],
  "puppet.ca.renewal": [`${CA}/certificate_renewal`, ""],
  "puppet.environment-cache": ["/puppet-admin-api/v1/environment-cache"],
  "puppet.status.simple": ["/status/v1/simple"],
  "puppet.status.simple.service": ["/status/v1/simple/ca"],
  "puppet.status.services": ["/status/v1/services"],
  "puppet.status.services.service": ["/status/v1/services/ca"],
};
const open = [
  ...["puppet.ca.certificate", "puppet.ca.crl", "puppet.ca.request", "puppet.ca.request.submit"],
  ...[
    "puppet.status.services",
    "puppet.status.services.service",
    "puppet.status.simple",
    "puppet.status.simple.service",
  ],
];
const forNodes = [...open, "puppet.ca.expirations", "puppet.ca.renewal"].toSorted();
const forAdministrators = Object.keys(samples)
  .filter((id) => !["puppet.ca.request.delete", "puppet.environment-cache"].includes(id))
  .toSorted();

async function house() {
  const served = await serve();
  served.authority.certificates.set(B, certificateOf(B));
  served.authority.requests.set(B, requestOf(B));
  return served;
}

/** The rows that answer a caller with anything but a refusal. */
async function reached(peer: Peer): Promise<string[]> {
  const ids: string[] = [];
  const [services] = puppetTables(world().deps);
  for (const { id, method } of services.rows) {
    const { authority, send } = await house();
    const [path = "", body] = samples[id] ?? [];
    const answer = await send(method, path, { peer, ...(body === undefined ? {} : { body }) });
    if (answer.status === 403) {
      expect(answer.text).toBe(
        `Forbidden request: ${path} (method :${method.toLowerCase()}). Please see the server logs for details.`,
      );
      expect(answer.type).toBeUndefined();
      expect(authority.calls).toEqual([]);
      continue;
    }
    expect(answer.status, id).toBeLessThan(300);
    ids.push(id);
  }
  return ids.toSorted();
}

describe("the table", () => {
  const [table] = puppetTables(world().deps);

  it("has a sample for every row, and each sample reaches its row", async () => {
    expect(Object.keys(samples)).toEqual(table.rows.map(({ id }) => id));
    for (const { id, method } of table.rows) {
      const { lines, send } = await house();
      const [path = "", body = ""] = samples[id] ?? [];
      await send(method, path, { peer: admin, body });
      const route = lines.at(-1)?.fields["route"];
      expect(route).toBe(["puppet.ca.request.delete", "puppet.environment-cache"].includes(id) ? "none" : id);
    }
  });

  it("leaves who may call to the rules, and says for each row how long a body may be and where it ends", () => {
    expect(table.authorize).toBeDefined();
    for (const { id, access, bodyLimit, method, pattern } of table.rows) {
      expect(access, id).toEqual({ who: "rules" });
      expect(bodyLimit > 0, id).toBe(method === "PUT" || method === "POST");
      expect(pattern.source, id).toMatch(/^\^.*\$$/);
      expect(pattern.source, id).not.toContain("|");
      expect(pattern.flags, id).toBe("");
    }
  });

  it("is behind the handler that is mounted", () => {
    const { deps } = world();
    expect(createPuppetRouters(deps).map((handler) => tableOf(handler)?.rows.map(({ id }) => id))).toEqual(
      puppetTables(deps).map(({ rows }) => rows.map(({ id }) => id)),
    );
    expect(tableOf(createRouter(table, deps))).toBe(table);
  });

  it("does not begin with a rule that means nothing", () => {
    const rule = { name: "odd", "sort-order": 1, "match-request": { path: "(", type: "regex" }, allow: "*" } as const;
    const { deps } = world({ config: { authorization: { rules: [rule] } } });
    expect(() => createPuppetRouters(deps)).toThrow(expect.objectContaining({ code: "config-invalid" }));
  });
});

describe("who gets where (T8, T18)", () => {
  it.each<[string, Peer]>([
    ["nobody", nobody],
    ["a certificate of somebody else's", stranger],
    ["a certificate of profile inventory", verified(B, { pp_cli_auth: "true" }, "inventory")],
    ["a certificate of profile operator", verified(B, { pp_cli_auth: "true" }, "operator")],
    ["the gateway's own certificate", verified(B, { pp_cli_auth: "true" }, "server")],
  ])("%s: what everybody may see", async (_, peer) => {
    expect(await reached(peer)).toEqual(open);
  });

  it("node A: besides that, what concerns itself or nobody, and nothing that is node B's", async () => {
    expect(await reached(A)).toEqual(forNodes);
  });

  it("an administrator: all but what nobody may", async () => {
    expect(await reached(admin)).toEqual(forAdministrators);
  });

  it.each([
    ["GET", `/puppet/v3/catalog/${B}`],
    ["POST", `/puppet/v3/catalog/${B}`],
    ["GET", `/puppet/v3/node/${B}`],
  ])("node A is refused %s %s, and node B let in", async (method, path) => {
    const { send } = await serve();
    expect((await send(method, path, { peer: A })).status).toBe(403);
    expect((await send(method, path, { peer: admin })).status).toBe(403);
    expect((await send(method, path, { peer: verified(B) })).status).not.toBe(403);
    expect((await send(method, path, { peer: verified(B, {}, "inventory") })).status).toBe(403);
  });
});

describe("what there is not", () => {
  const paths = [
    "/puppet",
    "/puppet-ca",
    "/puppet-ca/v1/nothing",
    "/puppet-ca/v2/certificate/ca",
    "/puppet-admin-api/v1",
  ];

  it.each([...paths, "/status", "/status/v1", "/puppet/v3/nothing"])(
    "is refused at %s like what there is, and not found by who may (decisions row 12)",
    async (path) => {
      const everything = {
        name: "all",
        "sort-order": 1,
        "match-request": { path: "/", type: "path" },
        allow: "boss",
      } as const;
      const { send } = await serve({ config: { authorization: { rules: [everything] } } });
      for (const method of ["GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS"]) {
        const refused = await send(method, path, { peer: A });
        expect(refused).toMatchObject({
          status: 403,
          type: undefined,
          text: `Forbidden request: ${path} (method :${method.toLowerCase()}). Please see the server logs for details.`,
        });
        const missing = await send(method, path, { peer: verified("boss") });
        const type = /^\/puppet(?:\/|$)/.test(path) ? "application/json" : "text/plain";
        expect([missing.status, missing.type]).toEqual([404, `${type};charset=utf-8`]);
      }
    },
  );

  it("is refused before its body is read", async () => {
    const { send } = await serve();
    const headers = { "Content-Length": "1000000000", Expect: "100-continue" };
    expect((await send("PUT", `${CA}/clean`, { peer: A, headers })).status).toBe(403);
  });

  it("passes on what is not below our prefixes", async () => {
    const { lines, send } = await serve();
    for (const path of ["/", "/api/v1/nodes", "/metrics", "/certificate/x", "//puppet/v3/node/x"])
      expect((await send("GET", path)).status).toBe(599);
    expect(lines).toEqual([]);
  });

  it("is said in a text where the path cannot be read", async () => {
    const { send } = await serve();
    const answer = await send("GET", "/puppet/v3/%2e%2e/x", { peer: A });
    expect(answer).toMatchObject({
      status: 400,
      type: "text/plain;charset=utf-8",
      text: "Invalid relative path (.. or .) in: /puppet/v3/../x",
    });
  });
});

describe("every answer", () => {
  it("has the version that agents look at, and is not kept by anybody", async () => {
    const { authority, send } = await serve();
    const answers = [
      await send("GET", `${CA}/certificate/ca`),
      await send("GET", `${CA}/certificate/nobody`),
      await send("GET", "/puppet/v3/catalog/x"),
      await send("GET", "/puppet/../x"),
      await send("PUT", `${CA}/certificate_request/x`, { body: CSR.padEnd(70_000) }),
    ];
    authority.broken = new Error("x");
    answers.push(await send("GET", `${CA}/certificate/ca`));
    expect(answers.map(({ status }) => status)).toEqual([200, 404, 403, 400, 413, 500]);
    for (const { headers } of answers) {
      expect(headers["x-puppet-version"]).toBe("8.10.0");
      expect(headers["cache-control"]).toBe("no-cache");
      expect(headers["x-content-type-options"]).toBe("nosniff");
      expect(headers.etag).toBeUndefined();
      expect(headers["content-encoding"]).toBeUndefined();
    }
  });

  it("of a refusal says in the log which rule it was, and no secret", async () => {
    const { lines, send } = await serve();
    await send("DELETE", `${CA}/certificate_request/x`, { peer: A });
    expect(lines).toEqual([
      {
        level: "warn",
        message: "request refused",
        fields: expect.objectContaining({
          protocol: "puppet",
          code: "forbidden",
          detail: 'rule "puppetlabs deny all": node-a.example.org is denied by *',
        }),
      },
    ]);
  });
});

describe("puppetAdapter", () => {
  it("tells the gateway what it brings", () => {
    expect(puppetAdapter).toMatchObject({ id: "puppet", nodeSettings: {}, artifactKinds: [] });
    expect(puppetAdapter.mounts({ authorization: { rules: [] } })).toEqual([
      ...["/puppet", "/puppet-ca", "/puppet-admin-api", "/status"],
    ]);
  });

  it("has no enrolment keys", () => {
    expect(puppetAdapter).not.toHaveProperty("checkEnrolmentKey");
  });
});
