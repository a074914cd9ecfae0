import type { CertificateProfile } from "@gatehouse/core/certificates";
import { GatehouseError } from "@gatehouse/core/errors";
import { describe, expect, it } from "vitest";
import { serveApi } from "../api.test.helper.js";
import { aCertificate, anAuthority } from "../certificates.test.helper.js";

/** The API over an authority that knows web01 only, and says so. */
async function house() {
  const known = async (name: string) => {
    if (name !== "web01") throw new GatehouseError("not-found", `Nothing is known of ${name}.`);
  };
  const { authority, calls } = anAuthority({
    sign: known,
    revoke: known,
    clean: async (names) => ({ missing: names.filter((name) => name !== "web01") }),
    deleteRequest: async () => true,
    generate: async ({ name }) => ({ certificate: `certificate of ${name}`, key: "the key" }),
  });
  return { ...(await serveApi({ authority })), calls };
}

describe("a certificate", () => {
  it.each([
    ["sign", {}, [{ by: "the-operator" }]],
    ["sign", { ttlSeconds: 60 }, [{ by: "the-operator", ttlSeconds: 60 }]],
    ["revoke", undefined, ["the-operator"]],
  ])("is changed by %s with %j", async (verb, body, told) => {
    const { call, calls, events } = await house();
    expect((await call("viewer", "POST", `/certificates/web01/${verb}`, body)).status).toBe(403);
    expect((await call("operator", "POST", `/certificates/web01/${verb}`, body)).status).toBe(204);
    const unknown = await call("operator", "POST", `/certificates/web02/${verb}?profile=inventory`, body);
    expect([unknown.status, unknown.json.title]).toEqual([404, "Nothing is known of web02."]);
    expect(calls).toStrictEqual([
      ["puppet", verb, "web01", ...told],
      ["inventory", verb, "web02", ...told],
    ]);
    expect(events, "the authority itself writes the audit trail").toEqual([]);
  });

  it("is cleaned, or is not there", async () => {
    const { call, calls, events } = await house();
    expect((await call("operator", "POST", "/certificates/web01/clean")).status).toBe(204);
    expect((await call("operator", "POST", "/certificates/a%2Fb/clean?profile=inventory")).status).toBe(404);
    expect(calls).toEqual([
      ["puppet", "clean", ["web01"], "the-operator"],
      ["inventory", "clean", ["a/b"], "the-operator"],
    ]);
    expect(events).toEqual([]);
  });

  it.each([{ ttlSeconds: 0 }, { ttlSeconds: 1.5 }, { ttlSeconds: "5y" }, { ttl: 1 }, [], ""])(
    "is not signed with %j",
    async (body) => {
      const { call, calls } = await house();
      expect((await call("operator", "POST", "/certificates/web01/sign", body)).status).toBe(400);
      expect(calls).toEqual([]);
    },
  );

  it.each([
    ["POST", "/certificates/web01/sign", {}],
    ["POST", "/certificates/web01/revoke", undefined],
    ["POST", "/certificates/web01/clean", undefined],
    ["DELETE", "/certificate-requests/web01", undefined],
  ])("of an operator is changed by admins only: %s %s", async (method, path, body) => {
    const { call, calls } = await house();
    const target = `${path}?profile=operator`;
    expect((await call("operator", method, target, body)).json).toMatchObject({ status: 403, code: "forbidden" });
    expect(calls).toEqual([]);
    expect((await call("admin", method, target, body)).status).toBe(204);
    expect(calls.map(([profile]) => profile)).toEqual(["operator"]);
  });
});

describe("serials", () => {
  const houseOf = async (profiles: Record<string, CertificateProfile>) => {
    const asked: unknown[] = [];
    const { call, events } = await serveApi({
      certificates: {
        bySerial: async (serial) => {
          const profile = profiles[serial];
          return profile === undefined ? undefined : aCertificate({ serial, profile });
        },
      },
      authority: {
        revokeSerials: async (serials, by) => {
          asked.push([serials, by]);
          return serials.slice(1);
        },
      },
    });
    return {
      asked,
      events,
      revoke: (role: "operator" | "admin", body: unknown) => call(role, "POST", "/certificates/revoke", body),
    };
  };

  it("are revoked, however they are written", async () => {
    const { asked, events, revoke } = await houseOf({ "000A": "puppet", ABCDE: "server" });
    expect((await revoke("operator", { serials: ["a", "00000A", "0abcde"] })).json).toEqual({ revoked: ["ABCDE"] });
    expect([asked, events]).toEqual([[[["000A", "ABCDE"], "the-operator"]], []]);
  });

  it("are revoked all or none", async () => {
    const { asked, revoke } = await houseOf({ "000A": "puppet" });
    expect((await revoke("operator", { serials: ["a", "b"] })).json).toMatchObject({
      status: 404,
      title: expect.stringContaining("000B"),
    });
    expect(asked).toEqual([]);
  });

  it("of operators are revoked by admins", async () => {
    const { asked, revoke } = await houseOf({ "000A": "puppet", "000B": "operator" });
    expect((await revoke("operator", { serials: ["a", "b"] })).status).toBe(403);
    expect(asked).toEqual([]);
    expect((await revoke("admin", { serials: ["a", "b"] })).status).toBe(200);
  });

  it.each([[[]], [["x"]], [[""]], [["0x0a"]], [Array(101).fill("a")], [[10]]])("are not %j", async (serials) => {
    const { asked, revoke } = await houseOf({ "000A": "puppet" });
    expect((await revoke("operator", { serials })).status).toBe(400);
    expect(asked).toEqual([]);
  });
});

describe("a key and its certificate", () => {
  const generate = async (body: unknown, role: "operator" | "admin" = "admin") => {
    const { call, calls, events } = await house();
    return { answer: await call(role, "POST", "/certificates", body), calls, events };
  };

  it("are made for a node unless told, and answered once", async () => {
    const { answer, calls, events } = await generate({ name: "web01" });
    expect([answer.status, answer.json]).toEqual([201, { certificate: "certificate of web01", key: "the key" }]);
    expect(answer.headers["cache-control"]).toBe("no-store");
    expect(calls).toEqual([["puppet", "generate", { name: "web01", altNames: [], extensions: {}, by: "the-admin" }]]);
    expect(events).toEqual([]);
  });

  it.each(["viewer", "operator", "admin"])("are made for an operator who is to be %s", async (role) => {
    const said = { name: "ada", altNames: ["IP:192.0.2.7"], extensions: { pp_auth_role: role } };
    const { answer, calls } = await generate({ ...said, profile: "operator" });
    expect(answer.status).toBe(201);
    expect(calls).toEqual([["operator", "generate", { ...said, by: "the-admin" }]]);
  });

  it.each([
    ["an operator without a role", { name: "ada", profile: "operator" }],
    ["an operator of no such role", { name: "ada", profile: "operator", extensions: { pp_auth_role: "root" } }],
    ["a server: the gateway makes its own", { name: "gate", profile: "server" }],
    ["nobody", {}],
    ["an empty name", { name: "" }],
    ["a number", { name: "web01", extensions: { pp_role: 1 } }],
  ])("are not made for %s", async (_, body) => {
    const { answer, calls } = await generate(body);
    expect([answer.status, calls]).toEqual([400, []]);
  });

  it("are made by admins only", async () => {
    const { answer, calls } = await generate({ name: "web01" }, "operator");
    expect([answer.status, calls]).toEqual([403, []]);
  });
});
