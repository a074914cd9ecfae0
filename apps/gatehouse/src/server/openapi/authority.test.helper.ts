import { expect, it } from "vitest";
import { csrFor } from "../csr.test.helper.js";
import type { DocumentedSite } from "./site.test.helper.js";

/** The authority, its certificates and rules, and credentials. */
export function authority({ admin, house }: DocumentedSite): void {
  it("a request is tested, listed, signed or thrown away", async () => {
    const ask = async (name: string) => {
      const body = csrFor(name);
      const path = `/puppet-ca/v1/certificate_request/${name}`;
      const headers = { "X-Forwarded-Proto": "https" };
      expect((await house.call("PUT", path, { headers, body })).status).toBe(200);
      return body;
    };
    const csr = await ask("web01");
    await ask("web02");
    const found = await admin("POST", "/autosign-rules/test", { csr });
    expect(found.json).toMatchObject({ name: "web01", key: "EC P-256", refusal: null, signed: false });
    const { requests } = (await admin("GET", "/certificate-requests")).json;
    expect(requests).toMatchObject([{ name: "web01", profile: "puppet", note: "no rule" }, { name: "web02" }]);
    expect(requests[0].fingerprints.sha256).toBe(found.json.fingerprint);
    expect((await admin("GET", "/certificates/web01")).json).toMatchObject({
      state: "requested",
      request: requests[0],
    });
    expect((await admin("DELETE", "/certificate-requests/web02")).status).toBe(204);
    expect((await admin("DELETE", "/certificate-requests/web02")).status).toBe(404);
    expect((await admin("POST", "/certificates/web01/sign", {})).status).toBe(204);
    expect((await admin("GET", "/certificate-requests")).json).toEqual({ requests: [] });
  });

  it("a certificate is generated, shown, revoked and cleaned", async () => {
    const made = await admin("POST", "/certificates", { name: "web03", extensions: { pp_role: "web" } });
    expect(made.status).toBe(201);
    const shown = (await admin("GET", "/certificates/web03")).json;
    expect(shown).toMatchObject({ state: "signed", certificate: { extensions: { pp_role: "web" } } });
    expect(made.json.certificate).toBe(shown.pem);
    const { serial } = shown.certificate;
    const state = async (name: string) => (await admin("GET", `/certificates/${name}`)).json.state;
    expect((await admin("POST", "/certificates/revoke", { serials: [serial] })).json).toEqual({ revoked: [serial] });
    expect((await admin("POST", "/certificates/web01/revoke")).status).toBe(204);
    expect([await state("web01"), await state("web03")]).toEqual(["revoked", "revoked"]);
    const { certificates } = (await admin("GET", "/certificates?state=revoked")).json;
    expect(certificates.map(({ name }: { name: string }) => name)).toEqual(["web01", "web03"]);
    expect((await admin("POST", "/certificates/web03/clean")).status).toBe(204);
    expect((await admin("GET", "/certificates/web03")).status).toBe(404);
  });

  it("rules for requests are added, listed and taken away", async () => {
    const put = await admin("PUT", "/autosign-rules/web", { kind: "token", names: ["*.example.org"] });
    const { secret, ...rule } = put.json;
    expect(rule).toMatchObject({ name: "web", kind: "token", used: 0, uses: 1, createdBy: "the-admin" });
    expect((await admin("GET", "/autosign-rules")).json).toEqual({ rules: [rule] });
    expect(secret).toMatch(/^[A-Za-z0-9_-]{32}$/);
    expect((await admin("DELETE", "/autosign-rules/web")).status).toBe(204);
    expect((await admin("GET", "/autosign-rules")).json).toEqual({ rules: [] });
  });

  it("rules of who may call what are added, listed, explained and taken away", async () => {
    const spec = { "sort-order": 400, "match-request": { path: "/puppet/v3/x", type: "path" }, allow: "*" };
    const put = await admin("PUT", "/authorization-rules/own", { protocol: "puppet", spec });
    expect(put.json).toMatchObject({ name: "own", protocol: "puppet", spec, createdBy: "the-admin" });
    const [first] = (await admin("GET", "/authorization-rules")).json.rules;
    expect(first).toMatchObject({ name: "own", origin: "stored", sortOrder: 400, who: "any node", fault: null });
    const call = { call: "GET /puppet/v3/x", certname: "web01" };
    expect((await admin("POST", "/authorization-rules/explain", call)).json).toMatchObject({
      allowed: true,
      rule: first,
    });
    expect((await admin("DELETE", "/authorization-rules/own")).status).toBe(204);
  });

  it("credentials are put, listed and taken away", async () => {
    const body = { kind: "password", username: "root", secret: "correct horse" };
    const put = await admin("PUT", "/credentials/esx", body);
    expect((await admin("GET", "/credentials")).json).toEqual({ credentials: [put.json] });
    expect(put.json).toMatchObject({ name: "esx", kind: "password", username: "root", createdBy: "the-admin" });
    expect((await admin("DELETE", "/credentials/esx")).status).toBe(204);
  });

  it("the authority is shown, with its certificates and lists as agents get them", async () => {
    const { json } = await admin("GET", "/authority");
    expect(json).toMatchObject({ origin: "made", bootstrap: { server: null, port: null } });
    expect(json.certificates).toHaveLength(2);
    expect(json.crls.map(({ revoked }: { revoked: number }) => revoked)).toEqual([2, 0]);
    const agent = (path: string) =>
      house.call("GET", `/puppet-ca/v1/${path}`, { headers: { "X-Forwarded-Proto": "https" } });
    const ca = await admin("GET", "/authority/ca.pem");
    const crl = await admin("GET", "/authority/crl.pem");
    expect([ca.text, crl.text]).toEqual([
      (await agent("certificate/ca")).text,
      (await agent("certificate_revocation_list/ca")).text,
    ]);
    expect([ca.text.match(/-BEGIN CERTIFICATE-/g), crl.text.match(/-BEGIN X509 CRL-/g)]).toMatchObject([
      { length: 2 },
      { length: 2 },
    ]);
  });
}
