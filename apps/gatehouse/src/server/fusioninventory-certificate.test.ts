import { describe, expect, it } from "vitest";
import { useFusionGateway } from "./fusioninventory-agents.test.helper.js";

const { house, known, newAgent } = useFusionGateway();
const authority = () => house.gateway.authority.service.of("inventory");
const admin = () => ({ token: house.tokens.admin });

/** The group of one machine, whose agent is to have a certificate. */
async function wantsCertificate(name: string): Promise<void> {
  const settings = { "fusioninventory.config": { requireSSLClientCert: true } };
  const body = { rule: { field: "name", eq: name }, settings };
  expect((await house.call("PUT", `/api/v1/groups/${name}`, { ...admin(), body })).status).toBe(200);
}

/** What a run of it was refused. */
async function refusals(agent: ReturnType<typeof newAgent>): Promise<string[]> {
  const { errors } = await agent.run();
  const said = errors.map(({ operation, message }) => `${operation} ${/\b4\d\d\b/.exec(message)?.[0]}`);
  return [...new Set(said)];
}

describe("an agent that is to have a certificate", () => {
  it("asks until a person signed it, shows it from then on, and nobody passes for it without", async () => {
    const clock = () => new Date("2026-01-01T00:00:00Z");
    const { agent } = await known("cert01", { clock });
    await wantsCertificate("cert01");
    for (let i = 0; i < 2; i++) expect((await agent.run()).errors).toEqual([]);
    expect(agent.identity).toBeUndefined();
    expect(await authority().status(agent.deviceId)).toMatchObject({ state: "requested" });

    await authority().sign(agent.deviceId, { by: "ann" });
    for (let i = 0; i < 2; i++) expect((await agent.run()).errors).toEqual([]);
    expect(agent.identity?.cert).toBe(await authority().certificate(agent.deviceId));

    // A login that many share is not enough any more, and a certificate is for one machine.
    const poser = newAgent("cert01", { clock });
    expect(poser.deviceId).toBe(agent.deviceId);
    expect(await refusals(poser)).toEqual(["getConfig 401", "prolog 401"]);
    if (agent.identity === undefined) throw new Error("there is no certificate");
    const thief = newAgent("cert02", { clock, identity: agent.identity });
    expect(await refusals(thief)).toEqual(["getConfig 403", "prolog 403"]);
    expect((await agent.run()).errors).toEqual([]);
  });
});
