import { GatehouseError } from "@gatehouse/core/errors";
import { describe, expect, it } from "vitest";
import { certificateOf, requestOf } from "../fake-authority.test.helper.js";
import { admin, CA, type Sent, serve } from "../puppet.test.helper.js";

const utf8 = "text/plain;charset=utf-8";
const json = "application/json;charset=utf-8";
const path = `${CA}/certificate_status/web01`;
const signed = '{"desired_state":"signed"}';
const revoked = '{"desired_state":"revoked"}';

/** An authority with one name in each state, and a way to ask it as an administrator. */
async function house() {
  const served = await serve();
  served.authority.requests.set("web01", requestOf("web01"));
  served.authority.certificates.set("web02", certificateOf("web02"));
  served.authority.certificates.set("web03", certificateOf("web03", { state: "revoked" }));
  const as = (method: string, target: string, sent: Sent = {}) => served.send(method, target, { peer: admin, ...sent });
  return { ...served, as };
}

describe("GET certificate_status", () => {
  it.each([
    ["web01", "requested"],
    ["web02", "signed"],
    ["web03", "revoked"],
  ])("tells that %s is %s", async (name, state) => {
    const { as } = await house();
    const answer = await as("GET", `${CA}/certificate_status/${name}`);
    expect([answer.status, answer.type]).toEqual([200, json]);
    expect(JSON.parse(answer.text)).toMatchObject({
      name,
      state,
      dns_alt_names: state === "requested" ? [] : [`DNS:${name}`],
    });
  });

  it("tells it as PSON to who asks so, and has nothing for who wants neither", async () => {
    const { as } = await house();
    expect((await as("GET", path, { headers: { Accept: "text/pson" } })).type).toBe("text/pson");
    expect((await as("GET", path, { headers: { Accept: "pson, s" } })).type).toBe("text/pson");
    const neither = await as("GET", path, { headers: { Accept: "text/html" } });
    expect(neither).toMatchObject({ status: 406, type: utf8, text: "No acceptable resource available." });
  });

  it("has a text of type JSON for a name without anything (p7-10, exchange 24)", async () => {
    const { as } = await house();
    const answer = await as("GET", `${CA}/certificate_status/nobody`);
    expect(answer).toMatchObject({ status: 404, type: json, text: "Resource not found." });
  });
});

describe("PUT certificate_status", () => {
  it("signs, and notes who did", async () => {
    const { as, authority } = await house();
    const answer = await as("PUT", path, { body: signed, headers: { "Content-Type": "application/json" } });
    expect(answer).toMatchObject({ status: 204, type: "text/plain", text: "" });
    expect(authority.calls).toContain("sign web01 by ca.example.org");
    expect(authority.certificates.get("web01")?.state).toBe("issued");
  });

  it("signs for as long as it is told", async () => {
    const { as, authority } = await house();
    expect((await as("PUT", path, { body: '{"desired_state":"signed","cert_ttl":3600}' })).status).toBe(204);
    expect(authority.calls).toContain("sign web01 by ca.example.org for 3600");
  });

  it("revokes, and revokes again without a word", async () => {
    const { as, authority } = await house();
    for (const name of ["web02", "web02", "web03"]) {
      const answer = await as("PUT", `${CA}/certificate_status/${name}`, { body: revoked });
      expect(answer).toMatchObject({ status: 204, type: "text/plain", text: "" });
    }
    expect(authority.calls).toContain("revoke web02 by ca.example.org");
    expect(authority.certificates.get("web02")?.state).toBe("revoked");
  });

  it.each([
    ["nobody", signed, 404, "Invalid certificate subject."],
    ["nobody", revoked, 404, "Invalid certificate subject."],
    ["web02", signed, 409, "Cannot sign certificate for host web02 without a certificate request"],
    ["web03", signed, 409, "Cannot sign certificate for host web03 without a certificate request"],
    ["web01", revoked, 409, "Cannot revoke certificate for host web01 without a signed certificate"],
    ["web01", "", 400, "Request body is not JSON."],
    ["web01", "{}", 400, 'Missing required parameter "desired_state"'],
    ["nobody", "{}", 400, 'Missing required parameter "desired_state"'],
  ])("%s with %s: %i", async (name, body, status, text) => {
    const { as } = await house();
    expect(await as("PUT", `${CA}/certificate_status/${name}`, { body })).toMatchObject({ status, type: utf8, text });
  });

  it("is a 409 with the reason for a request that may not be signed", async () => {
    const { as, authority } = await house();
    authority.forbidden.set("web01", "Found extensions that are not permitted: 2.5.29.19");
    expect(await as("PUT", path, { body: signed })).toMatchObject({
      status: 409,
      type: utf8,
      text: "Found extensions that are not permitted: 2.5.29.19",
    });
    expect(authority.requests.has("web01")).toBe(true);
  });

  it("looks at the body, then at its type, then at Accept, and only then at the name", async () => {
    const { as, authority } = await house();
    const wrong = { "Content-Type": "text/plain", Accept: "text/html" };
    expect((await as("PUT", path, { body: "{}", headers: wrong })).status).toBe(400);
    expect(await as("PUT", path, { body: signed, headers: wrong })).toMatchObject({
      status: 415,
      type: utf8,
      text: "Unsupported media type.",
    });
    const pson = { "Content-Type": "text/pson", Accept: "text/html" };
    expect((await as("PUT", path, { body: signed, headers: pson })).status).toBe(406);
    expect(authority.calls).toEqual([]);
    expect((await as("PUT", path, { body: signed, headers: { ...pson, Accept: "pson" } })).status).toBe(204);
  });

  it("has at most 1 MiB", async () => {
    const { as, authority } = await house();
    expect((await as("PUT", path, { body: signed.padEnd((1 << 20) + 1) })).status).toBe(413);
    expect(authority.calls).toEqual([]);
    expect((await as("PUT", path, { body: signed.padEnd(1 << 20) })).status).toBe(204);
  });

  it("passes on what is wrong with the authority itself", async () => {
    const { as, authority } = await house();
    authority.broken = new GatehouseError("database-unavailable", "PostgreSQL cannot be reached.");
    expect((await as("PUT", path, { body: signed })).status).toBe(503);
    authority.broken = new Error("x");
    expect((await as("PUT", path, { body: revoked })).status).toBe(500);
  });
});

describe("DELETE certificate_status", () => {
  it("takes certificate and request out of the way, and revokes nothing (p7-10, exchanges 22 and 24)", async () => {
    const { as, authority, lines } = await house();
    for (const name of ["web01", "web02"]) {
      const answer = await as("DELETE", `${CA}/certificate_status/${name}`);
      expect(answer).toMatchObject({ status: 204, type: json, text: "" });
    }
    expect(authority.calls).toEqual(["web01", "web02"].map((name) => `forget ${name} by ca.example.org`));
    expect(lines[0]).toMatchObject({ message: "certificate deleted", fields: { name: "web01", by: "ca.example.org" } });
    const again = await as("DELETE", `${CA}/certificate_status/web01`);
    expect(again).toMatchObject({ status: 404, type: json, text: "Resource not found." });
  });
});

describe("GET certificate_statuses", () => {
  it.each([
    ["", ["web01", "web02", "web03"]],
    ["?state=requested", ["web01"]],
    ["?state=signed", ["web02"]],
    ["?state=revoked", ["web03"]],
    ["?state=Signed", ["web01", "web02", "web03"]],
    ["?state=", ["web01", "web02", "web03"]],
    ["?environment=production&state=signed", ["web02"]],
  ])("%s", async (query, names) => {
    const { as } = await house();
    const answer = await as("GET", `${CA}/certificate_statuses/any_key${query}`);
    expect([answer.status, answer.type]).toEqual([200, json]);
    expect(JSON.parse(answer.text).map(({ name }: { name: string }) => name)).toEqual(names);
  });

  it("takes any key, and wants one", async () => {
    const { as } = await house();
    expect((await as("GET", `${CA}/certificate_statuses/foreman`)).status).toBe(200);
    expect((await as("GET", `${CA}/certificate_statuses/%C3%BC%20*`)).status).toBe(200);
    expect((await as("GET", `${CA}/certificate_statuses`)).status).toBe(404);
    expect(await as("GET", `${CA}/certificate_statuses/`)).toMatchObject({
      status: 400,
      type: utf8,
      text: "Missing URL Segment",
    });
  });

  it("is an empty list where there is nothing, PSON for who asks so", async () => {
    const { send } = await serve();
    const target = `${CA}/certificate_statuses/x`;
    expect(await send("GET", target, { peer: admin })).toMatchObject({ status: 200, type: json, text: "[]" });
    const headers = { Accept: "text/pson" };
    expect(await send("GET", target, { peer: admin, headers })).toMatchObject({ type: "text/pson", text: "[]" });
    expect((await send("GET", target, { peer: admin, headers: { Accept: "s" } })).status).toBe(406);
  });
});

describe("another verb", () => {
  it("is a 405 for an administrator where the rule lets it pass, else a 403 like everything", async () => {
    const { as } = await house();
    expect(await as("PUT", `${CA}/certificate_statuses/x`, { body: "{}" })).toMatchObject({ status: 405 });
    expect((await as("PUT", `${CA}/certificate_statuses/x`, { body: "{}" })).headers.allow).toBe("GET");
    expect((await as("POST", path, { body: "{}" })).status).toBe(403);
  });
});
