import { describe, expect, it } from "vitest";
import { aProblem, aRequest, gatewayOf } from "./gateway.test.helper.js";

const taken = aProblem(409, "conflict", "It is taken.");

describe("gatehouse ca sign", () => {
  it("signs one after the other, and says at the end what was refused", async () => {
    const { ca, asked } = await gatewayOf({ "POST /certificates/b/sign": taken });
    const { code, out, err } = await ca("sign", "a", "b", "c");
    expect([code, out]).toEqual([1, "a is signed.\nc is signed.\n"]);
    expect(err).toBe("gatehouse: b: It is taken. (409, request r-1)\n");
    expect(asked).toEqual(["a", "b", "c"].map((name) => [`POST /certificates/${name}/sign`, {}]));
  });

  it("tells programs the same", async () => {
    const { ca } = await gatewayOf({ "POST /certificates/b/sign": taken });
    const { code, json } = await ca("--json", "sign", "a", "b");
    expect([code, json]).toEqual([
      1,
      { signed: ["a"], refused: [{ name: "b", code: "conflict", title: "It is taken." }] },
    ]);
    expect((await ca("--json", "sign", "a")).json).toEqual({ signed: ["a"], refused: [] });
  });

  it("stops where the caller may not, and says what was done", async () => {
    const { ca, asked } = await gatewayOf({ "POST /certificates/b/sign": aProblem(403, "forbidden", "No.") });
    const { code, out, err } = await ca("sign", "a", "b", "c");
    expect([code, out]).toEqual([1, "a is signed.\n"]);
    expect(err).toMatch(/^gatehouse: No\..*\n {2}An admin makes a token/);
    expect(asked).toHaveLength(2);
  });

  it("signs all that wait, for as long as is said", async () => {
    const requests = [aRequest(), aRequest({ name: "web03" })];
    const { ca, asked } = await gatewayOf({ "GET /certificate-requests": { requests } });
    expect((await ca("sign", "--all", "--ttl", "90d")).out).toBe("web02 is signed.\nweb03 is signed.\n");
    expect(asked).toEqual([
      ["GET /certificate-requests?profile=puppet"],
      ["POST /certificates/web02/sign", { ttlSeconds: 7_776_000 }],
      ["POST /certificates/web03/sign", { ttlSeconds: 7_776_000 }],
    ]);
  });

  it("has nothing to do where nothing waits", async () => {
    const { ca } = await gatewayOf({ "GET /certificate-requests": { requests: [] } });
    expect(await ca("sign", "--all", "--profile", "inventory")).toMatchObject({ code: 0, out: "No request waits.\n" });
  });

  it.each([[["sign"]], [["sign", "a", "--all"]], [["sign", "a", "--ttl", "5"]], [["revoke"]], [["clean"]]])(
    "and others are not run as %j",
    async (args) => {
      const { ca, asked } = await gatewayOf({});
      expect([(await ca(...args)).code, asked]).toEqual([2, []]);
    },
  );
});

describe("gatehouse ca revoke and clean", () => {
  it.each(["revoke", "clean"])("%s names of a profile", async (verb) => {
    const { ca, asked } = await gatewayOf({});
    const { code, out } = await ca(verb, "a", "b", "--profile", "inventory");
    const past = verb === "clean" ? "cleaned" : "revoked";
    expect([code, out]).toEqual([0, `a is ${past}.\nb is ${past}.\n`]);
    expect(asked).toEqual(["a", "b"].map((name) => [`POST /certificates/${name}/${verb}?profile=inventory`]));
  });

  it("take serials as OpenSSL and people write them", async () => {
    const { ca, asked } = await gatewayOf({ "POST /certificates/revoke": { revoked: ["000A"] } });
    expect((await ca("revoke", "--serial", "0x0a", "--serial", "00:FF:1b")).out).toBe("000A is revoked.\n");
    expect(asked).toEqual([["POST /certificates/revoke", { serials: ["0a", "00FF1b"] }]]);
  });

  it("say so when a serial was revoked before", async () => {
    const { ca } = await gatewayOf({ "POST /certificates/revoke": { revoked: [] } });
    expect((await ca("revoke", "--serial", "a")).out).toMatch(/^Revoked before/);
    expect((await ca("--json", "revoke", "--serial", "a")).json).toEqual({ revoked: [] });
  });

  it("do not take both", async () => {
    const { ca, asked } = await gatewayOf({});
    expect([(await ca("revoke", "a", "--serial", "b")).code, asked]).toEqual([2, []]);
  });
});
