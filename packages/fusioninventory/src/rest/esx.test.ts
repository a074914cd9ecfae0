import { describe, expect, it } from "vitest";
import { message } from "../dialect.test.helper.js";
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
    const { status, json } = await house.getJobs("esx", sent);
    if (status === 401) expect("overTls" in sent && !("proof" in sent)).toBe(true);
    else expect(json).toEqual({});
    expect(JSON.stringify(json)).not.toContain("esx-root");
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

describe("an inventory that comes while its agent is at an ESX job", () => {
  const FOUND = "<HARDWARE><NAME>esx9.example</NAME></HARDWARE>";
  const inventory = (content: string, deviceId = DEVICE) => message("INVENTORY", content, deviceId);

  it("under the collector's name is of the host that it looked at, and a line of the job", async () => {
    const house = withCredential();
    const job = house.addJob(esx, { state: "sent" });
    await house.send({ body: inventory(FOUND) });
    expect(house.accepted.map(({ context }) => context?.["of"])).toEqual(["collected"]);
    expect(house.said).toEqual([
      {
        ...{ jobId: job.id, step: "inventory", about: "host esx9.example", status: "ok" },
        message: "Its inventory came.",
      },
    ]);
  });

  it.each([
    ["of the collector itself", "<HARDWARE><NAME>WEB01</NAME></HARDWARE>"],
    ["of the collector with its domain", "<HARDWARE><NAME>web01.example.org</NAME></HARDWARE>"],
    ["of nobody", "<HARDWARE><MEMORY>1</MEMORY></HARDWARE>"],
  ])("is as every other where it is %s", async (_, content) => {
    const house = withCredential();
    house.addJob(esx, { state: "sent" });
    await house.send({ body: inventory(content) });
    expect([house.accepted.map(({ context }) => context?.["of"]), house.said]).toEqual([["unsure"], []]);
  });

  it("is told in no job where there are several, and means nothing to one that was not handed over", async () => {
    const house = withCredential();
    for (let i = 0; i < 2; i++) house.addJob(esx, { state: "sent" });
    await house.send({ body: inventory(FOUND) });
    expect([house.accepted[0]?.context?.["of"], house.said]).toEqual(["collected", []]);
    const other = withCredential();
    other.addJob(esx);
    await other.send({ body: inventory(FOUND) });
    expect([other.accepted[0]?.context?.["of"], other.said]).toEqual(["unsure", []]);
  });
});
