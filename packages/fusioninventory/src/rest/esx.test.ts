import { describe, expect, it } from "vitest";
import { basic, DEVICE, jobId, OTHER, restWorld } from "./rest.test.helper.js";

const esx = { task: "esx", spec: { host: "vcenter.example", credential: "esx-root" } } as const;
const password = { name: "esx-root", kind: "password", username: "root", secret: "hunter2 ü" } as const;

function withCredential() {
  const house = restWorld();
  house.credentials.set("esx-root", password);
  return house;
}

describe("getJobs of ESX", () => {
  it("opens the credential for the agent that proved itself, and notes it", async () => {
    const house = withCredential();
    const { id } = house.addJob(esx);
    expect((await house.getJobs("esx")).json).toEqual({
      jobs: [{ uuid: id, host: "vcenter.example", user: "root", password: "hunter2 ü" }],
    });
    expect(house.audited).toEqual([
      {
        ...{ actor: "agent:agent-0", action: "credential.hand-out", subject: "node-0" },
        detail: { credentials: ["esx-root"], jobs: [id] },
      },
    ]);
    expect(JSON.stringify(house.audited)).not.toContain("hunter2");
  });

  it.each([
    ["nothing proved", { overTls: true }],
    ["proved over plain HTTP", { proof: basic }],
  ])("keeps it from who shows %s", async (_, sent) => {
    const house = withCredential();
    house.addJob(esx);
    expect((await house.getJobs("esx", sent)).json).toEqual({});
    expect(house.isUntouched()).toBe(true);
  });

  it.each([
    ["is not stored any more", undefined],
    ["is of another kind now", { name: "esx-root", kind: "snmp-community", username: null, secret: "public" } as const],
  ])("ends a job whose credential %s, and hands over the others", async (what, credential) => {
    const house = withCredential();
    if (credential !== undefined) house.credentials.set("lost", credential);
    const lost = house.addJob({ task: "esx", spec: { host: "a", credential: "lost" } });
    const { id } = house.addJob(esx);
    expect((await house.getJobs("esx")).json.jobs).toMatchObject([{ uuid: id }]);
    expect([lost.state, house.said[0]?.reason]).toEqual(["ko", expect.stringMatching(`^The credential lost ${what}`)]);
    expect(house.audited).toMatchObject([{ detail: { credentials: ["esx-root"], jobs: [id] } }]);
  });
});

describe("setLog", () => {
  const log = (house: ReturnType<typeof withCredential>, query: Readonly<Record<string, string>>) =>
    house.sendTo("esx")({ action: "setLog", machineid: DEVICE, uuid: house.jobs[0]?.id ?? "", code: "ok", ...query });

  it.each([
    [{}, "ok", null, undefined],
    [{ code: "ko", part: "login", msg: "Cannot complete login" }, "ko", "login", "Cannot complete login"],
    [{ code: "ko", part: "login" }, "ko", "login", "login failed"],
    [{ code: "ko" }, "ko", null, undefined],
  ])("is how the job ended: %j", async (query, end, step, reason) => {
    const house = withCredential();
    const job = house.addJob(esx, { state: "sent" });
    expect(await log(house, query)).toMatchObject({ status: 200, text: "{}" });
    expect(house.said).toMatchObject([{ jobId: job.id, step, status: end, end }]);
    expect(house.said[0]?.reason).toBe(reason);
    expect(await log(house, query)).toMatchObject({ status: 409 });
    expect(house.said).toHaveLength(1);
  });

  it.each([
    ["a code of its own", { code: "OK" }, 400],
    ["no code", { code: "" }, 400],
    ["no machineid", { machineid: "" }, 400],
    ["no uuid", { uuid: "" }, 400],
    ["an unknown job", { uuid: jobId(77) }, 404],
    ["another agent", { machineid: OTHER }, 404],
    ["a message without end", { msg: "x".repeat(5000) }, 413],
  ])("is refused: %s", async (_, query, status) => {
    const house = withCredential();
    const job = house.addJob(esx, { state: "sent" });
    expect(await log(house, query as Record<string, string>)).toMatchObject({ status, syntax: "json" });
    expect([house.isUntouched(), job.state]).toEqual([true, "sent"]);
  });
});
