import { describe, expect, it } from "vitest";
import { certificateOf } from "../fake-authority.test.helper.js";
import { admin, CA, nobody, serve, stranger, verified } from "../puppet.test.helper.js";

const plain = "text/plain";

describe("GET certificate", () => {
  it("gives everybody the chain, the signing certificate first, with and without a prefix", async () => {
    const { authority, send } = await serve();
    for (const peer of [nobody, stranger, verified("a"), verified("a", {}, "operator")]) {
      for (const path of [`${CA}/certificate/ca`, "/certificate/ca"]) {
        expect(await send("GET", path, { peer })).toMatchObject({ status: 200, type: plain, text: authority.ca.pem });
      }
    }
  });

  it("gives a certificate, also a revoked one, whatever the caller would rather have", async () => {
    const { authority, send } = await serve();
    authority.certificates.set("web01", certificateOf("web01"));
    authority.certificates.set("web02", certificateOf("web02", { state: "revoked" }));
    for (const name of ["web01", "web02"]) {
      const headers = { Accept: "application/json", "Content-Type": "application/json" };
      const answer = await send("GET", `${CA}/certificate/${name}?environment=x`, { headers });
      expect(answer).toMatchObject({ status: 200, type: plain, text: `certificate of ${name}\n` });
    }
  });

  it("has none for a name without one, nor for one whose signing is not known to be done", async () => {
    const { authority, send } = await serve();
    authority.certificates.set("half", certificateOf("half", { pem: null }));
    for (const name of ["web01", "half", "WEB_01-x"]) {
      const answer = await send("GET", `${CA}/certificate/${name}`);
      expect(answer).toMatchObject({ status: 404, type: plain, text: `Could not find certificate ${name}` });
    }
  });

  it.each(["a b", "*", "ü", "a/b", "a:b", "a@b", "a".repeat(256), "", "a/"])(
    "has no route for the name %j, and does not ask the authority",
    async (name) => {
      const { authority, send } = await serve();
      const path = `${CA}/certificate/${encodeURIComponent(name).replaceAll("%2F", "/")}`;
      expect((await send("GET", path)).status).toBe(404);
      expect(authority.calls).toEqual([]);
    },
  );
});

describe("If-Modified-Since", () => {
  const paths = [`${CA}/certificate/ca`, `${CA}/certificate_revocation_list/ca`, "/certificate/ca"];

  it.each([
    ["Fri, 20 Nov 2026 23:00:00 GMT", 304],
    ["Fri, 20 Nov 2026 19:42:23 GMT", 304],
    ["Fri, 20 Nov 2026 19:00:00 GMT", 200],
    ["nonsense", 200],
    ["2027-01-01", 200],
    ["", 200],
  ])("%s: %i", async (since, status) => {
    const { authority, send } = await serve();
    for (const path of paths) {
      const answer = await send("GET", path, { headers: { "If-Modified-Since": since } });
      const full = path.includes("revocation") ? authority.crls.pem : authority.ca.pem;
      expect(answer).toMatchObject({ status, type: plain, text: status === 200 ? full : "" });
    }
  });

  it("gives a list that changed later in the second in which the old one was fetched", async () => {
    const { authority, send } = await serve();
    const headers = { "If-Modified-Since": "Fri, 20 Nov 2026 19:42:22 GMT" };
    const path = `${CA}/certificate_revocation_list/ca`;
    expect((await send("GET", path, { headers })).status).toBe(200);
    authority.crls = { ...authority.crls, modifiedAt: new Date("2026-11-20T19:42:22.000Z") };
    expect((await send("GET", path, { headers })).status).toBe(304);
  });

  it("does not count for a node's certificate: nothing says when it changed", async () => {
    const { authority, send } = await serve();
    authority.certificates.set("web01", certificateOf("web01"));
    const headers = { "If-Modified-Since": "Fri, 20 Nov 2099 19:42:22 GMT" };
    expect((await send("GET", `${CA}/certificate/web01`, { headers })).status).toBe(200);
  });
});

describe("the revocation lists", () => {
  it("are there for everybody, whatever stands behind ca", async () => {
    const { authority, send } = await serve();
    for (const key of ["ca", "ca.example.org"]) {
      const answer = await send("GET", `${CA}/certificate_revocation_list/${key}`);
      expect(answer).toMatchObject({ status: 200, type: plain, text: authority.crls.pem });
    }
    expect((await send("GET", `${CA}/certificate_revocation_list/x`)).status).toBe(403);
  });

  it("of other issuers are taken from an administrator, byte by byte", async () => {
    const { authority, send } = await serve();
    const path = `${CA}/certificate_revocation_list`;
    const body = "-----BEGIN X509 CRL-----\n".padEnd(16 << 20, "A");
    const answer = await send("PUT", path, { peer: admin, body });
    expect(answer).toMatchObject({
      status: 200,
      type: "text/plain;charset=utf-8",
      text: "Successfully updated CRLs.",
    });
    expect(authority.calls).toEqual([`takeCrls ${body.length} by ca.example.org`]);
    const refused = await send("PUT", path, { peer: admin, body: "nothing" });
    expect(refused).toMatchObject({
      status: 400,
      type: "text/plain;charset=utf-8",
      text: "No valid CRLs submitted.",
    });
    const large = { "Content-Length": String((16 << 20) + 1), Expect: "100-continue" };
    expect((await send("PUT", path, { peer: admin, headers: large })).status).toBe(413);
  });
});

describe("GET expirations", () => {
  it("tells a node when each certificate and each list ends", async () => {
    const { send } = await serve();
    const answer = await send("GET", `${CA}/expirations`, { peer: verified("web01") });
    expect([answer.status, answer.type]).toEqual([200, "application/json"]);
    expect(JSON.parse(answer.text)).toEqual({
      "ca-certs": { "Puppet CA: x": "2041-11-16T19:34:01UTC" },
      crls: { "Puppet CA: x": "2031-11-20T19:42:22UTC" },
    });
  });
});
