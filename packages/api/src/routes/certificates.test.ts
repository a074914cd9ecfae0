import type { CertificateStatus } from "@gatehouse/core/certificates";
import { describe, expect, it } from "vitest";
import { AT, serveApi } from "../api.test.helper.js";
import { aCertificate, anAuthority, aRequest } from "../certificates.test.helper.js";

const at = AT.toISOString();

/** The API over these certificates, with what its store was asked. */
async function listOf(...certificates: ReturnType<typeof aCertificate>[]) {
  const asked: unknown[] = [];
  const { call } = await serveApi({
    certificates: {
      certificates: async (page) => {
        asked.push(page);
        return { certificates, next: "n" };
      },
    },
  });
  return { asked, list: (query = "") => call("viewer", "GET", `/certificates${query}`) };
}

describe("the list of certificates", () => {
  it("tells of each what is known, but for its PEM", async () => {
    const { list } = await listOf(aCertificate({ extensions: { pp_role: "web", pp_preshared_key: "hunter2" } }));
    const answer = await list();
    const { pem: _, ...known } = aCertificate();
    expect(answer.json).toEqual({
      certificates: [
        {
          ...known,
          state: "signed",
          extensions: { pp_role: "web", pp_preshared_key: "…" },
          notBefore: at,
          notAfter: at,
          issuedAt: at,
        },
      ],
      next: "n",
    });
    expect(answer.text).not.toMatch(/BEGIN|hunter2/);
  });

  it.each([
    ["intended", "interrupted"],
    ["issued", "signed"],
    ["revoked", "revoked"],
  ] as const)("calls what is %s %s, and finds it so", async (state, shown) => {
    const bare = { pem: null, fingerprints: null, notBefore: null, notAfter: null };
    const { list, asked } = await listOf(aCertificate({ state, ...(state === "intended" ? bare : {}) }));
    expect((await list(`?state=${shown}`)).json.certificates).toMatchObject([{ state: shown }]);
    expect(asked).toEqual([{ limit: 100, state, standing: state !== "intended" }]);
  });

  it("has what stands for a name, unless everything is asked for", async () => {
    const { list, asked } = await listOf();
    await list();
    await list("?history=true&name=Web_1&profile=inventory&limit=500&after=c");
    expect(asked).toStrictEqual([
      { limit: 100, standing: true },
      { limit: 500, standing: false, after: "c", name: "Web_1", profile: "inventory" },
    ]);
  });

  it.each(["state=issued", "profile=dsc", "history=yes", "name=", "limit=501"])(
    "is not asked for %s",
    async (query) => {
      const { list, asked } = await listOf();
      expect([(await list(`?${query}`)).status, asked]).toEqual([400, []]);
    },
  );
});

describe("a name at the authority", () => {
  const houseOf = async (status: CertificateStatus | undefined) => {
    const { authority, calls } = anAuthority({ status: async () => status });
    return { ...(await serveApi({ authority })), calls };
  };

  it.each(["signed", "revoked"] as const)("that is %s has its certificate", async (state) => {
    const certificate = aCertificate({ state: state === "signed" ? "issued" : "revoked" });
    const { call, calls } = await houseOf({ state, certificate });
    const { json } = await call("viewer", "GET", "/certificates/web01?profile=operator");
    expect(json).toMatchObject({ name: "web01", profile: "operator", state, request: null, pem: certificate.pem });
    expect(json.certificate).toMatchObject({ serial: "000A", state });
    expect(calls).toEqual([["operator", "status", "web01"]]);
  });

  it("that is requested has what is asked for, and nothing of its secrets", async () => {
    const { call, calls } = await houseOf({ state: "requested", request: aRequest({ note: "no rule" }) });
    const answer = await call("viewer", "GET", "/certificates/web02");
    expect(answer.json).toMatchObject({ name: "web02", profile: "puppet", certificate: null, pem: null });
    expect(answer.json.request).toMatchObject({ from: "192.0.2.1", note: "no rule", extensions: { pp_role: "web" } });
    expect(answer.text).not.toMatch(/BEGIN|hunter2|password/);
    expect(calls).toEqual([["puppet", "status", "web02"]]);
  });

  it("may be unknown", async () => {
    const { call } = await houseOf(undefined);
    expect((await call("viewer", "GET", "/certificates/web03")).json).toMatchObject({ status: 404, code: "not-found" });
  });
});

describe("requests", () => {
  it("are listed without their secrets, of one profile or of all", async () => {
    const asked: unknown[] = [];
    const { call } = await serveApi({
      certificates: {
        requests: async (profile) => {
          asked.push(profile);
          return [aRequest(), aRequest({ name: "web03", extensions: { "1.3.6.1.4.1.34380.1.1.4": "hunter2" } })];
        },
      },
    });
    const answer = await call("viewer", "GET", "/certificate-requests");
    expect(answer.text).not.toMatch(/BEGIN|hunter2|password/);
    const { pem: _, ...known } = aRequest({ extensions: { pp_role: "web", pp_preshared_key: "…" } });
    expect(answer.json.requests[0]).toEqual({ ...known, receivedAt: at });
    await call("viewer", "GET", "/certificate-requests?profile=inventory");
    expect(asked).toEqual([undefined, "inventory"]);
  });

  it("are thrown away by operators", async () => {
    const { authority, calls } = anAuthority({ deleteRequest: async (name) => name === "web02" });
    const { call, events } = await serveApi({ authority });
    expect((await call("viewer", "DELETE", "/certificate-requests/web02")).status).toBe(403);
    expect((await call("operator", "DELETE", "/certificate-requests/web02")).status).toBe(204);
    expect((await call("operator", "DELETE", "/certificate-requests/web03?profile=inventory")).status).toBe(404);
    expect(calls).toEqual([
      ["puppet", "deleteRequest", "web02", "the-operator"],
      ["inventory", "deleteRequest", "web03", "the-operator"],
    ]);
    expect(events).toEqual([]);
  });
});
