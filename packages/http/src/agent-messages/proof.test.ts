import { fixedClock } from "@gatehouse/core/clock";
import type { AgentLogin } from "@gatehouse/core/enrolment";
import { type AgentProof, noProof } from "@gatehouse/core/nodes";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Peer } from "../peer.js";
import type { RouteRequest } from "../route-table.js";
import { makeAccessToken } from "./access-token.js";
import { createProofOf, strongest } from "./proof.js";
import { provingWith } from "./proof.test.helper.js";

const ID = "e72a798f-e51b-11f1-9f32-aaea530464d7";
const login = (said: Partial<AgentLogin>): AgentLogin => ({
  ...{ id: "1", kind: "basic", name: "agents", agent: null, createdBy: "admin", revokedAt: null },
  ...{ createdAt: new Date(0), ...said },
});
const SECRETS = { agents: "shared secret", web01: "its own secret", client: "client secret" };
const shared = login({});
const own = login({ id: "2", name: "web01", agent: ID });
const client = login({ id: "3", name: "client", kind: "oauth" });

const certificate = (name: string, profile: "inventory" | "puppet" = "inventory"): Peer => ({
  ...{ kind: "verified", name, profile, serial: "0A", certificate: "", extensions: {} },
});
interface Shown {
  readonly authorization?: string;
  readonly peer?: Peer;
  readonly headers?: Readonly<Record<string, string>>;
}
const request = ({ authorization, peer = { kind: "none" }, headers = {} }: Shown) =>
  ({
    ...{ peer, from: "192.0.2.7" },
    headers: { ...headers, ...(authorization !== undefined && { authorization }) },
  }) as unknown as RouteRequest;
const basic = (name: string, secret: string) => `Basic ${Buffer.from(`${name}:${secret}`).toString("base64")}`;

function world(logins: readonly AgentLogin[] = [shared, own, client]) {
  const { deps, verified } = provingWith(logins, SECRETS, fixedClock("2026-11-22T10:00:00Z"));
  const proofOf = createProofOf(deps);
  return { deps, verified, prove: (shown: Shown) => proofOf(request(shown)) };
}
const wrong = expect.objectContaining({ code: "unauthenticated" });

describe("Basic", () => {
  it("proves that its sender has a login's secret, and of one agent's own login which agent it is", async () => {
    const { prove } = world();
    expect(await prove({ authorization: basic("agents", SECRETS.agents) })).toEqual({
      ...{ way: "basic", trust: "key", by: "agents" },
    });
    expect(await prove({ authorization: basic("web01", SECRETS.web01) })).toEqual({
      ...{ way: "basic", trust: "secret", agent: ID, by: "web01" },
    });
  });

  it.each([
    ["a wrong secret", basic("agents", "another secret")],
    ["another's secret", basic("agents", SECRETS.web01)],
    ["a login that is not there", basic("nobody", SECRETS.agents)],
    ["a login of another kind", basic("client", SECRETS.client)],
    ["nothing that can be read", "Basic ?"],
    ["another scheme", "Negotiate abc"],
    ["nothing", ""],
  ])("is refused with %s, and not taken for none", async (_, authorization) => {
    await expect(world().prove({ authorization })).rejects.toEqual(wrong);
    await expect(world().prove({ authorization, peer: certificate(ID) })).rejects.toEqual(wrong);
  });

  it("is not even looked for where no login can have such a name or secret", async () => {
    const { prove, verified } = world();
    for (const name of ["a\0b", "", "x".repeat(101)])
      await expect(prove({ authorization: basic(name, SECRETS.agents) })).rejects.toEqual(wrong);
    expect(verified).toEqual([]);
  });

  it("is turned away when too many were wrong, before the secret is looked at", async () => {
    const { prove, verified } = world();
    for (let i = 0; i < 20; i++)
      await expect(prove({ authorization: basic("agents", `guess number ${i}`) })).rejects.toEqual(wrong);
    const overloaded = expect.objectContaining({ code: "overloaded", retryAfterSeconds: 60 });
    await expect(prove({ authorization: basic("agents", SECRETS.agents) })).rejects.toEqual(overloaded);
    expect(verified).toHaveLength(20);
    expect(await prove({})).toEqual(noProof);
  });

  it("says nothing of its secret in what it is refused with", async () => {
    const error = await world()
      .prove({ authorization: basic("agents", "the wrong secret") })
      .catch((thrown) => thrown);
    expect(`${error.message} ${error.detail}`).not.toMatch(/the wrong/);
  });

  it("is wrong where there are no logins at all", async () => {
    const proofOf = createProofOf();
    await expect(proofOf(request({ authorization: basic("agents", SECRETS.agents) }))).rejects.toEqual(wrong);
    expect(await proofOf(request({}))).toEqual(noProof);
  });
});

describe("an access token", () => {
  it("proves what the login does that it was given to, without looking at a secret", async () => {
    const { deps, prove, verified } = world([client, login({ id: "4", kind: "oauth", name: "own", agent: ID })]);
    const token = (id: string) => `Bearer ${makeAccessToken(deps.tokenKey, id, deps.clock.now())}`;
    expect(await prove({ authorization: token("3") })).toEqual({ way: "oauth", trust: "key", by: "client" });
    expect(await prove({ authorization: token("4") })).toEqual({
      ...{ way: "oauth", trust: "secret", agent: ID, by: "own" },
    });
    expect(verified).toEqual([]);
  });

  it("is refused when its login is revoked, or of another kind, or never was", async () => {
    const { deps, prove } = world();
    for (const id of ["1", "99"]) {
      const authorization = `Bearer ${makeAccessToken(deps.tokenKey, id, deps.clock.now())}`;
      await expect(prove({ authorization })).rejects.toEqual(wrong);
    }
  });

  it("is refused when it was changed, is of another key, or has ended", async () => {
    const { deps, prove } = world();
    const good = makeAccessToken(deps.tokenKey, "3", deps.clock.now());
    const ended = makeAccessToken(deps.tokenKey, "3", new Date(deps.clock.now().getTime() - 3_600_000));
    const foreign = makeAccessToken(Buffer.alloc(32, 1), "3", deps.clock.now());
    for (const token of [good.replace("gat1", "gat2"), `${good}x`, good.slice(1), ended, foreign, "x"])
      await expect(prove({ authorization: `Bearer ${token}`, peer: certificate(ID) })).rejects.toEqual(wrong);
  });

  it("that is wrong keeps nobody else out: many end without their agents knowing", async () => {
    const { prove } = world();
    for (let i = 0; i < 50; i++) await expect(prove({ authorization: "Bearer x" })).rejects.toEqual(wrong);
    expect(await prove({ authorization: basic("agents", SECRETS.agents) })).toMatchObject({ way: "basic" });
  });
});

describe("a certificate", () => {
  it("of profile inventory proves which agent it is, in lower case", async () => {
    expect(await world().prove({ peer: certificate(ID.toUpperCase()) })).toEqual({
      ...{ way: "certificate", trust: "certificate", agent: ID, by: "0A" },
    });
  });

  it.each([
    ["of another profile", certificate(ID, "puppet")],
    ["that is not ours", { kind: "unverified", thumbprint: "AB", why: "it has ended" }],
    ["that is none", { kind: "none" }],
  ] as const)("%s proves nothing", async (_, peer) => {
    expect(await world().prove({ peer })).toEqual(noProof);
  });

  it("counts more than a login beside it that is right", async () => {
    const shown = { peer: certificate(ID), authorization: basic("agents", SECRETS.agents) };
    expect(await world().prove(shown)).toMatchObject({ way: "certificate", trust: "certificate" });
  });

  it("of a proxy that hands on another's message proves that one of ours sent it, and not which", async () => {
    const other = "10309356-e51b-11f1-9f32-aaea530464d7";
    const handedOn = {
      "glpi-agent-id": other,
      "glpi-proxy-id": `11111111-2222-4333-8444-555555555555, ${ID.toUpperCase()}`,
    };
    const proof = await world().prove({ peer: certificate(ID), headers: handedOn });
    expect(proof).toEqual({ way: "certificate", trust: "key", by: "0A" });
    // Not the nearest one: it did not come by its connection.
    const farther = { "glpi-agent-id": other, "glpi-proxy-id": `${ID},11111111-2222-4333-8444-555555555555` };
    expect(await world().prove({ peer: certificate(ID), headers: farther })).toMatchObject({ agent: ID });
  });
});

describe("whatever stands in Authorization", () => {
  it("is a proof, or refused as none", async () => {
    const { prove } = world();
    const noise = fc.string({ unit: "binary", maxLength: 300 });
    const encoded = noise.map((text) => `Basic ${Buffer.from(text).toString("base64")}`);
    const tokens = noise.map((text) => `Bearer gat1.${text}`);
    await fc.assert(
      fc.asyncProperty(fc.oneof(noise, encoded, tokens), async (authorization) => {
        const { code } = await prove({ authorization }).then(
          () => ({ code: "proved" }),
          (thrown: { code?: string }) => thrown,
        );
        // Who guesses is turned away in the end.
        expect(["unauthenticated", "overloaded"]).toContain(code);
      }),
    );
  });
});

describe("the strongest", () => {
  it("counts, and of equal ones the first", () => {
    const proof = (trust: AgentProof["trust"], by: string): AgentProof => ({ way: "basic", trust, by });
    expect(strongest()).toEqual(noProof);
    expect(strongest(undefined, noProof)).toEqual(noProof);
    expect(strongest(proof("key", "a"), proof("secret", "b"), proof("key", "c")).by).toBe("b");
    expect(strongest(proof("secret", "a"), proof("secret", "b")).by).toBe("a");
  });
});
