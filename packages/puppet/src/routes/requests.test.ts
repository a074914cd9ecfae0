import { GatehouseError } from "@gatehouse/core/errors";
import { AddressList, trustProxies } from "@gatehouse/http";
import { describe, expect, it } from "vitest";
import { certificateOf, requestOf } from "../fake-authority.test.helper.js";
import { admin, CA, CSR, serve, verified } from "../puppet.test.helper.js";

const path = `${CA}/certificate_request/web01.example.org`;
const utf8 = "text/plain;charset=utf-8";
const headers = { "Content-Type": "text/plain", Accept: "text/plain" };
/** An operator who lets administrators delete requests, which nobody may by default. */
const config = {
  authorization: {
    rules: [
      {
        name: "delete",
        "sort-order": 400,
        "match-request": { path: `${CA}/certificate_request`, type: "path", method: "delete" },
        allow: { extensions: { pp_cli_auth: "true" } },
      } as const,
    ],
  },
};

describe("PUT certificate_request", () => {
  it("is taken from anybody with an empty answer, signed or not (p7-01, exchange 3)", async () => {
    for (const autosign of [false, true]) {
      const { authority, lines, send } = await serve();
      authority.autosign = autosign;
      const answer = await send("PUT", path, { headers, body: CSR });
      expect(answer).toMatchObject({ status: 200, type: "text/plain", text: "" });
      expect(answer.headers["content-length"]).toBe("0");
      expect(authority.calls).toEqual([`submit web01.example.org from 127.0.0.1 ${CSR.length}`]);
      const { message, fields } = lines[0] ?? {};
      expect([message, fields]).toEqual([
        "certificate request taken",
        { protocol: "puppet", name: "web01.example.org", outcome: autosign ? "signed" : "pending" },
      ]);
    }
  });

  it("notes the address of who has no name yet, and the name of who has one", async () => {
    const { authority, send } = await serve();
    await send("PUT", path, { body: CSR });
    await send("PUT", `${CA}/certificate_request/b`, { body: CSR, peer: admin });
    expect(authority.requests.get("web01.example.org")?.from).toBe("127.0.0.1");
    expect(authority.requests.get("b")?.from).toBe("ca.example.org");
  });

  it("notes the address of the client, not of a proxy before us", async () => {
    const { authority, send, server } = await serve();
    const said = { headers: { "X-Forwarded-For": "203.0.113.9" }, body: CSR };
    await send("PUT", path, said);
    expect(authority.requests.get("web01.example.org")?.from).toBe("127.0.0.1");
    trustProxies(server, new AddressList(["127.0.0.1"]));
    await send("PUT", `${CA}/certificate_request/b`, said);
    expect(authority.requests.get("b")?.from).toBe("203.0.113.9");
  });

  it.each(["requested", "signed", "revoked"])(
    "is a 400 with the known text for a %s name, and no alarm: agents ask so every two minutes",
    async (state) => {
      const { authority, lines, send } = await serve();
      if (state === "requested") authority.requests.set("web01.example.org", requestOf("web01.example.org"));
      else {
        const said = { state: state === "revoked" ? "revoked" : "issued" } as const;
        authority.certificates.set("web01.example.org", certificateOf("web01.example.org", said));
      }
      const text = `web01.example.org already has a ${state} certificate; ignoring certificate request`;
      expect(await send("PUT", path, { headers, body: CSR })).toMatchObject({ status: 400, type: utf8, text });
      expect(lines.map(({ level }) => level)).toEqual(["info", "info"]);
      expect(lines[0]?.fields).toMatchObject({ code: "conflict", reason: text });
    },
  );

  it("is a 400 with the reason for what the policy forbids and for what is no request, and a warning", async () => {
    const { authority, lines, send } = await serve();
    const reason = "CSR 'web01.example.org' contains extra subject alternative names (DNS:x), which are disallowed.";
    authority.forbidden.set("web01.example.org", reason);
    expect(await send("PUT", path, { headers, body: CSR })).toMatchObject({ status: 400, type: utf8, text: reason });
    expect(lines[0]).toMatchObject({ level: "warn", fields: { code: "request-malformed", reason } });
    for (const body of ["", "nonsense", "\0".repeat(100)]) {
      expect((await send("PUT", `${CA}/certificate_request/x`, { headers, body })).status).toBe(400);
    }
    expect(authority.requests.has("x")).toBe(false);
  });

  it.each(["forbidden", "name-invalid"] as const)("is a 400 for %s too", async (code) => {
    const { authority, send } = await serve();
    authority.broken = new GatehouseError(code, "Certificate names must be lower case.");
    const answer = await send("PUT", `${CA}/certificate_request/WEB01`, { body: CSR });
    expect(answer).toMatchObject({ status: 400, type: utf8, text: "Certificate names must be lower case." });
  });

  it("is nobody's fault but ours when the authority is broken, and says nothing of how", async () => {
    const { authority, send } = await serve();
    authority.broken = new Error("password=hunter2");
    const answer = await send("PUT", path, { body: CSR });
    expect(answer.status).toBe(500);
    expect(answer.text).not.toContain("hunter2");
    authority.broken = new GatehouseError("database-unavailable", "PostgreSQL cannot be reached.");
    expect((await send("PUT", path, { body: CSR })).status).toBe(503);
  });

  it("is not for the name that stands for the authority itself", async () => {
    const { authority, send } = await serve();
    expect((await send("PUT", `${CA}/certificate_request/ca`, { body: CSR })).status).toBe(400);
    expect(authority.calls).toEqual([]);
  });

  it("has at most 64 KiB", async () => {
    const { authority, send } = await serve();
    const fill = (size: number) => CSR.padEnd(size, "\n");
    expect((await send("PUT", path, { body: fill(65_537) })).status).toBe(413);
    expect(authority.calls).toEqual([]);
    expect((await send("PUT", path, { body: fill(65_536) })).status).toBe(200);
  });
});

describe("GET certificate_request", () => {
  it("gives anybody the request, as Puppet 4 looks whether its own is there", async () => {
    const { authority, send } = await serve();
    authority.requests.set("web01.example.org", requestOf("web01.example.org"));
    expect(await send("GET", path)).toMatchObject({
      status: 200,
      type: "text/plain",
      text: "CSR of web01.example.org\n",
    });
    const missing = await send("GET", `${CA}/certificate_request/web02`);
    expect(missing).toMatchObject({
      status: 404,
      type: "text/plain",
      text: "Could not find certificate_request web02",
    });
  });
});

describe("DELETE certificate_request", () => {
  it("is for nobody, unless an operator says so", async () => {
    const { authority, send } = await serve();
    authority.requests.set("web01.example.org", requestOf("web01.example.org"));
    for (const peer of [admin, verified("web01.example.org")])
      expect((await send("DELETE", path, { peer })).status).toBe(403);
    expect(authority.requests.size).toBe(1);
  });

  it("deletes a request, and says who did", async () => {
    const { authority, lines, send } = await serve({ config });
    authority.requests.set("web01.example.org", requestOf("web01.example.org"));
    const gone = await send("DELETE", path, { peer: admin });
    expect(gone).toMatchObject({ status: 204, text: "", type: undefined });
    expect(authority.calls).toEqual(["deleteRequest web01.example.org by ca.example.org"]);
    expect(authority.requests.size).toBe(0);
    expect(lines[0]).toMatchObject({
      message: "certificate request deleted",
      fields: { name: "web01.example.org", by: "ca.example.org" },
    });
    expect(await send("DELETE", path, { peer: admin })).toMatchObject({ status: 404, type: "text/plain" });
  });
});
