import { GatehouseError } from "@gatehouse/core/errors";
import { describe, expect, it } from "vitest";
import { certificateOf, requestOf } from "../fake-authority.test.helper.js";
import { admin, CA, serve } from "../puppet.test.helper.js";

async function house() {
  const served = await serve();
  for (const name of ["a", "b", "c"]) served.authority.requests.set(name, requestOf(name));
  for (const name of ["x", "y"]) served.authority.certificates.set(name, certificateOf(name));
  served.authority.forbidden.set("b", "not so");
  const put = (body: string) => served.send("PUT", `${CA}/clean`, { peer: admin, body });
  const sign = (body: string, all = "") => served.send("POST", `${CA}/sign${all}`, { peer: admin, body });
  return { ...served, put, sign };
}

describe("PUT clean", () => {
  it("revokes and takes out of the way all that it is given, once", async () => {
    const { authority, put } = await house();
    const answer = await put('{"certnames":["x","y","x"]}');
    expect(answer).toMatchObject({ status: 200, type: "text/plain", text: "Successfully cleaned all certs." });
    expect(authority.calls).toContain("clean x,y by ca.example.org");
    expect(authority.certificates.size).toBe(0);
  });

  it("names those that there are none of, and does the others", async () => {
    const { authority, put } = await house();
    const said = "The following certs do not exist and cannot be revoked:";
    expect(await put('{"certnames":["n1"]}')).toMatchObject({ status: 200, text: `${said} ["n1"]` });
    expect(await put('{"certnames":["n1","x","n2"]}')).toMatchObject({ status: 200, text: `${said} ["n1" "n2"]` });
    expect(authority.certificates.has("x")).toBe(false);
  });

  it.each([
    ["", "Request body is not JSON."],
    ["null", "Request body is not JSON."],
    ['{"certnames":', "Request body is not JSON."],
    ['{"certnames":["x"],"async":true}', "Async mode is not currently supported."],
    ["{}", "Missing required key: 'certnames'. Please supply the list of certs you want to clean."],
    ['["x"]', "Missing required key: 'certnames'. Please supply the list of certs you want to clean."],
    ['{"certnames":null}', "Missing required key: 'certnames'. Please supply the list of certs you want to clean."],
    ['{"certnames":"x"}', "The list of certs cannot be read: certnames must be array."],
    ['{"certnames":[["x"]]}', "The list of certs cannot be read: certnames/0 must be string."],
  ])("refuses %s", async (body, text) => {
    const { authority, put } = await house();
    expect(await put(body)).toMatchObject({ status: 400, type: "text/plain", text });
    expect(authority.calls).toEqual([]);
  });

  it("does not mind that it should not be asynchronous, and has nothing to do for nobody", async () => {
    const { authority, put } = await house();
    expect((await put('{"certnames":["x"],"async":false}')).status).toBe(200);
    expect((await put('{"certnames":[]}')).text).toBe("Successfully cleaned all certs.");
    expect(authority.certificates.size).toBe(1);
  });

  it("does not ask a database for names that none can have", async () => {
    const { authority, put } = await house();
    const answer = await put(JSON.stringify({ certnames: ["a\u0000b", "../x", "", "ü"] }));
    expect(answer.text).toBe(
      String.raw`The following certs do not exist and cannot be revoked: ["a\u0000b" "../x" "" "ü"]`,
    );
    expect(authority.calls).toEqual([]);
  });
});

describe("POST sign", () => {
  it("says of each name what became of it", async () => {
    const { authority, sign } = await house();
    const answer = await sign('{"certnames":["a","b","nobody","x","a","\\u0000"]}');
    expect([answer.status, answer.type]).toEqual([200, "application/json"]);
    expect(JSON.parse(answer.text)).toEqual({
      signed: ["a"],
      "no-csr": ["nobody", "x", "\u0000"],
      "signing-errors": ["b"],
    });
    expect([...authority.requests.keys()]).toEqual(["b", "c"]);
    // One name of the list is none that there can be.
    expect(authority.calls).toEqual(["a", "b", "nobody", "x"].map((name) => `sign ${name} by ca.example.org`));
  });

  it.each([
    ["", null],
    ["{}", null],
    ['{"certnames":null}', null],
    ['{"certnames":"a"}', "a"],
    ['{"certnames":{"a":[[[]]]}}', null],
    ['{"certnames":["a",1,[["x"]],null]}', ["a", 1, null, null]],
  ])("refuses %s with what was submitted", async (body, submitted) => {
    const { authority, sign } = await house();
    const answer = await sign(body);
    expect([answer.status, answer.type]).toEqual([422, "application/json"]);
    expect(JSON.parse(answer.text)).toEqual({
      kind: "schema-violation",
      submitted,
      error: expect.stringMatching(/^certnames/),
    });
    expect(authority.calls).toEqual([]);
  });

  it("is not brought down by a nest of lists", async () => {
    const { sign } = await house();
    expect((await sign(`{"certnames":[${"[".repeat(200_000)}${"]".repeat(200_000)}]}`)).status).toBe(422);
  });

  it("stops where the authority itself is broken", async () => {
    const { authority, sign } = await house();
    authority.broken = new GatehouseError("database-unavailable", "PostgreSQL cannot be reached.");
    expect((await sign('{"certnames":["a"]}')).status).toBe(503);
  });
});

describe("POST sign/all", () => {
  it("signs all that waits, with or without a body", async () => {
    for (const body of ["", "{}", "nonsense"]) {
      const { authority, sign } = await house();
      const answer = await sign(body, "/all");
      expect([answer.status, answer.type]).toEqual([200, "application/json"]);
      expect(JSON.parse(answer.text)).toEqual({ signed: ["a", "c"], "no-csr": [], "signing-errors": ["b"] });
      expect([...authority.requests.keys()]).toEqual(["b"]);
    }
  });

  it("has nothing to say where nothing waits", async () => {
    const { send } = await serve();
    const answer = await send("POST", `${CA}/sign/all`, { peer: admin });
    expect(JSON.parse(answer.text)).toEqual({ signed: [], "no-csr": [], "signing-errors": [] });
  });
});
