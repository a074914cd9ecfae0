import type { Peer } from "@gatehouse/http";
import { describe, expect, it } from "vitest";
import { pinBroken, pinHasEnded, trustedThumbprints } from "./pinning.js";
import { A, agent, BASE, call, refusal, world } from "./routes/routes.test.helper.js";

const MINE = "8351F16C2B06634279F2C0287B5430452DA1CD94";
const OTHER = "00112233445566778899AABBCCDDEEFF00112233";
const none: Peer = { kind: "none" };
const showing = (thumbprint: string): Peer => ({ kind: "unverified", thumbprint, why: "not ours" });
const agentWith = (thumbprint: unknown, settings = {}) => ({ attributes: { thumbprint }, settings });

describe("pinBroken", () => {
  it.each([
    ["off", MINE, none, true],
    ["off", MINE, showing(OTHER), true],
    ["pin", MINE, none, true],
    ["pin", MINE, showing(MINE), true],
    ["pin", MINE, showing(OTHER), false],
    ["pin", null, showing(OTHER), true],
    ["require", MINE, none, false],
    ["require", MINE, showing(MINE.toLowerCase()), true],
    ["require", MINE, showing(OTHER), false],
    ["require", null, showing(OTHER), false],
    ["require", "nonsense", showing(OTHER), false],
  ] as const)("%s, registered %s, presented %j: may speak %s", (mode, registered, peer, may) => {
    expect(pinBroken(mode, agentWith(registered), peer) === undefined).toBe(may);
  });

  it("takes the certificate that an operator trusts beside the registered one", () => {
    const trusting = agentWith(MINE, { "dsc.trustedThumbprint": OTHER.toLowerCase() });
    expect(trustedThumbprints(trusting)).toEqual([MINE, OTHER]);
    expect(pinBroken("require", trusting, showing(OTHER))).toBeUndefined();
    expect(pinBroken("require", trusting, showing(MINE))).toBeUndefined();
  });

  it("knows when the registered certificate has ended", () => {
    const now = new Date("2026-11-21T10:00:00Z");
    const until = (notAfter: unknown) => ({ attributes: { certificate: { notAfter } } });
    expect(pinHasEnded(until("2026-11-20T10:00:00.0000000-07:00"), now)).toBe(true);
    expect(pinHasEnded(until("2027-11-20T10:00:00.0000000-07:00"), now)).toBe(false);
    for (const odd of [null, "x", 5, undefined]) expect(pinHasEnded(until(odd), now)).toBe(false);
    expect(pinHasEnded({ attributes: {} }, now)).toBe(false);
  });
});

describe("an agent's calls under certificates: require", () => {
  const calls = [
    ["POST", "GetDscAction", "{}"],
    ["POST", "SendReport", `{"JobId":"${A}"}`],
    ["GET", "Configurations(ConfigurationName='Web')/ConfigurationContent", ""],
  ] as const;
  const house = (attributes: object) => {
    const made = world({ agents: { [A]: agent({ attributes: { configurationNames: ["Web"], ...attributes } }) } });
    return { ...made, deps: { ...made.deps, config: { ...made.deps.config, certificates: "require" as const } } };
  };

  it.each(calls)("%s %s are refused without its certificate, and with another's", async (method, what, body) => {
    const { deps, calls: seen } = house({ thumbprint: MINE });
    for (const peer of [none, showing(OTHER)]) {
      const asked = call(deps, method, `${BASE}/Nodes(AgentId='${A}')/${what}`, { body, peer });
      await expect(asked).rejects.toThrow(refusal("unauthenticated"));
    }
    expect(seen.accepted).toEqual([]);
  });

  it("go through with its certificate", async () => {
    const { deps, calls: seen } = house({ thumbprint: MINE });
    const path = `${BASE}/Nodes(AgentId='${A}')`;
    expect((await call(deps, "POST", `${path}/GetDscAction`, { body: "{}", peer: showing(MINE) })).status).toBe(200);
    const report = { body: `{"JobId":"${A}"}`, peer: showing(MINE) };
    expect((await call(deps, "POST", `${path}/SendReport`, report)).status).toBe(200);
    expect(seen.accepted).toHaveLength(1);
  });

  it("with a new certificate after the registered one has ended wait for an operator, who is shown", async () => {
    const ended = { thumbprint: MINE, certificate: { notAfter: "2026-01-01T00:00:00Z" } };
    const { deps, calls: seen } = house(ended);
    const path = `${BASE}/Nodes(AgentId='${A}')/GetDscAction`;
    const asked = call(deps, "POST", path, { body: "{}", peer: showing(OTHER) });
    await expect(asked).rejects.toThrow(refusal("unauthenticated"));
    expect(seen.attributes).toMatchObject({ ...ended, waitingThumbprint: OTHER });
  });
});
