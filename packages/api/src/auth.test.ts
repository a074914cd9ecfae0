import type { CertificateProfile } from "@gatehouse/core/certificates";
import type { Peer, VerifiedPeer } from "@gatehouse/http";
import { describe, expect, it } from "vitest";
import { serveApi } from "./api.test.helper.js";

const verified = (profile: CertificateProfile, extensions: Record<string, string>): VerifiedPeer => ({
  kind: "verified",
  name: "ada",
  profile,
  serial: "000A",
  certificate: "PEM",
  extensions,
});
const admin = verified("operator", { pp_auth_role: "admin" });

/** The API on which every caller has this certificate. */
const houseOf = (peer: Peer) =>
  serveApi({
    peerOf: () => peer,
    nodes: { list: async () => ({ nodes: [], next: null }) },
    deadLetters: { redriveAll: async () => 1 },
  });

describe("a certificate", () => {
  it.each([
    ["viewer", 200, 403],
    ["operator", 200, 200],
    ["admin", 200, 200],
  ])("of an operator with the role %s may what that role may", async (role, read, write) => {
    const { call, events } = await houseOf(verified("operator", { pp_auth_role: role }));
    expect((await call(undefined, "GET", "/nodes")).status).toBe(read);
    expect((await call(undefined, "POST", "/dead-letters/redrive")).status).toBe(write);
    expect(events.map(({ actor }) => actor)).toEqual(write === 200 ? ["certificate:ada"] : []);
  });

  it.each<[string, Peer]>([
    ["none", { kind: "none" }],
    ["one that is not verified", { kind: "unverified", thumbprint: "AA", why: "not ours" }],
    ["a node's that says it is an admin", verified("puppet", { pp_auth_role: "admin", pp_cli_auth: "true" })],
    ["an inventory agent's", verified("inventory", { pp_auth_role: "admin" })],
    ["a server's", verified("server", { pp_auth_role: "admin" })],
    ["an operator's without a role", verified("operator", {})],
    ["an operator's with a role that is none", verified("operator", { pp_auth_role: "Admin" })],
    ["an operator's with two roles", verified("operator", { pp_auth_role: "viewer,admin" })],
  ])("proves nobody where it is %s", async (_, peer) => {
    const { call } = await houseOf(peer);
    expect((await call(undefined, "GET", "/nodes")).json).toMatchObject({ status: 401, code: "unauthenticated" });
  });

  it("does not count where an Authorization is sent, whatever that is worth", async () => {
    const { call, events } = await houseOf(admin);
    expect((await call("viewer", "POST", "/dead-letters/redrive")).status).toBe(403);
    await call("operator", "POST", "/dead-letters/redrive");
    expect(events.map(({ actor }) => actor)).toEqual(["the-operator"]);
    const basic = { Authorization: "Basic eDp5" };
    expect((await call(undefined, "GET", "/nodes", undefined, basic)).status).toBe(401);
  });

  it.each(["https://evil.example", "null", "http://127.0.0.1"])(
    "that a browser shows for a page of %s proves nothing",
    async (Origin) => {
      const { call, events } = await houseOf(admin);
      const answer = await call(undefined, "POST", "/dead-letters/redrive", undefined, { Origin });
      expect([answer.status, answer.json.code, events]).toEqual([403, "forbidden", []]);
      expect((await call("operator", "POST", "/dead-letters/redrive", undefined, { Origin })).status).toBe(200);
    },
  );

  it("that a browser shows for a page of ours does", async () => {
    const { call, origin: Origin } = await houseOf(admin);
    expect((await call(undefined, "POST", "/dead-letters/redrive", undefined, { Origin })).status).toBe(200);
  });
});
