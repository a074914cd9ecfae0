import { describe, expect, it } from "vitest";
import { DEVICE, jobId, OTHER, packageOf, restWorld } from "../rest.test.helper.js";

const FILE = "f".repeat(128);

function running(state: "prepared" | "sent" | "running" | "ok" | "cancelled" = "sent") {
  const house = restWorld();
  house.packages.set("tool 3", packageOf());
  const job = house.addJob({ task: "deploy", spec: { package: "tool", version: 3 } }, { state });
  const send = house.sendTo("deploy");
  const base = { action: "setStatus", machineid: DEVICE, part: "job", uuid: job.id };
  return {
    ...house,
    job,
    say: (query: Readonly<Record<string, string>>) => send({ ...base, ...query }),
    ask: send,
    base,
  };
}

describe("setStatus", () => {
  it.each([
    [{ currentStep: "checking", msg: "starting" }, null],
    [{ currentStep: "checking", status: "ok", msg: "check #1, enough space passed" }, "check 1"],
    [{ currentStep: "checking", status: "info", checknum: "2", msg: "check #3, x info, y" }, "check 3"],
    [{ currentStep: "checking", status: "ok", msg: "all checks are ok" }, null],
    [{ currentStep: "checking", status: "ok", msg: "action skipped" }, null],
    [{ currentStep: "downloading", msg: "downloading files" }, null],
    [{ currentStep: "prepare", status: "ok", msg: "success" }, null],
    [{ currentStep: "processing", status: "ok", msg: "make it, processing success" }, "action 1"],
    [{ currentStep: "processing", actionnum: "2", msg: "count: done" }, "action 3"],
    [{ currentStep: "processing", actionnum: "2", status: "warning", msg: "\0a\0" }, "action 3"],
    [{ part: "file", sha512: FILE, currentStep: "downloading", msg: "fetching setup.exe" }, "file setup.exe"],
    [{ part: "file", sha512: FILE, currentStep: "downloading", status: "ok", msg: "x downloaded" }, "file setup.exe"],
    [{}, null],
  ])("is a line of the story: %j", async (query, about) => {
    const house = running();
    expect(await house.say(query)).toMatchObject({ status: 200, text: "{}", plain: true });
    const { currentStep = null, status = null, msg = null } = query as Record<string, string>;
    expect(house.said).toEqual([
      { jobId: house.job.id, step: currentStep, status, about, message: msg?.replaceAll("\0", "") ?? null },
    ]);
    expect(house.job.state).toBe("running");
  });

  it.each([
    [{ status: "ok", msg: "job successfully completed" }, "ok", "job successfully completed"],
    [{ status: "ok" }, "ok", undefined],
    [{ status: "ok", msg: "job skipped", currentStep: "checking" }, "skipped", "job skipped"],
    [{ status: "ko", currentStep: "checking", msg: "check #1, failure on x, y" }, "ko", "check #1, failure on x, y"],
    [{ status: "ko", actionnum: "1", msg: "x, processing failure" }, "ko", "x, processing failure"],
    [{ status: "ko", part: "file", sha512: FILE, msg: "x download failed" }, "ko", "x download failed"],
  ])("is the end where agents say no more: %j", async (query, end, reason) => {
    const house = running("running");
    expect(await house.say(query)).toMatchObject({ status: 200, text: "{}" });
    expect(house.said).toMatchObject([{ end, ...(reason !== undefined && { reason }) }]);
    expect(house.job.state).toBe(end);
    // What comes after it, also the same again, is told, and changes nothing.
    expect(await house.say(query)).toMatchObject({ status: 409, syntax: "json" });
    expect([house.said.length, house.job.state]).toEqual([1, end]);
  });

  it("that comes twice before the end is there twice", async () => {
    const house = running();
    for (let i = 0; i < 2; i++) await house.say({ currentStep: "checking", msg: "starting" });
    expect(house.said).toHaveLength(2);
  });
});

describe("a status that is not the caller's to give", () => {
  const same = async (house: ReturnType<typeof running>, query: Readonly<Record<string, string>>) => {
    const answer = await house.say({ msg: "x", ...query });
    expect(answer).toMatchObject({ status: 404, syntax: "json" });
    expect(JSON.parse(answer?.text ?? "")).toEqual({ status: "error", message: "There is no such job." });
    expect(house.isUntouched()).toBe(true);
  };

  it.each([
    ["an unknown job", { uuid: jobId(77) }],
    ["what is no id", { uuid: "' or 1=1 --" }],
    ["another agent's machineid", { machineid: OTHER }],
    ["a machineid that nobody knows", { machineid: "nobody" }],
    ["both unknown", { machineid: "nobody", uuid: jobId(77) }],
  ])("is refused in the same words, whatever there is: %s", async (_, query) => {
    const house = running();
    await same(house, query);
    expect(house.job.state).toBe("sent");
  });

  it("is so for a job that was not handed over, one of another task, and by another task's path", async () => {
    await same(running("prepared"), {});
    const house = running();
    await same(house, { uuid: house.addJob({ task: "collect", spec: { steps: [] } }, { state: "sent" }).id });
    const answer = await house.sendTo("collect")({ ...house.base, msg: "x" });
    expect(answer).toMatchObject({ status: 404 });
  });

  it("is so for an agent that waits to be let in; one of a deactivated node is refused", async () => {
    const house = running();
    house.setState(0, "quarantined");
    await same(house, {});
    house.setState(0, "deactivated");
    expect(await house.say({ msg: "x" })).toMatchObject({ status: 403 });
    expect(house.isUntouched()).toBe(true);
  });

  it("is told to prove itself where the agent has to", async () => {
    const house = running();
    const [agent] = house.agents;
    if (agent !== undefined) house.agents[0] = { ...agent, trust: "secret" };
    expect(await house.say({ msg: "x" })).toMatchObject({ status: 401 });
    expect(house.isUntouched()).toBe(true);
  });
});

describe("a status that no agent writes", () => {
  it.each([
    ["no uuid", { uuid: "" }, 400],
    ["no machineid", { machineid: "" }, 400],
    ["a long machineid", { machineid: "x".repeat(256) }, 400],
    ["a part of something else", { part: "node" }, 400],
    ["no part", { part: "" }, 400],
    ["a status of its own", { status: "OK" }, 400],
    ["a status of JavaScript's", { status: "__proto__" }, 400],
    ["no number", { checknum: "1e3" }, 400],
    ["a number without end", { actionnum: "9".repeat(400) }, 400],
    ["a negative number", { actionnum: "-1" }, 400],
    ["a file without a digest", { part: "file" }, 400],
    ["a file that is not in the package", { part: "file", sha512: "e".repeat(128) }, 404],
    ["a file named by a path", { part: "file", sha512: "../../etc/passwd" }, 404],
    ["a message without end", { msg: "x".repeat(100_000) }, 413],
    ["a step without end", { currentStep: "x".repeat(101) }, 413],
  ])("is refused in JSON: %s", async (_, query, status) => {
    const house = running();
    const answer = await house.say({ msg: "x", ...query } as Record<string, string>);
    expect(answer).toMatchObject({ status, syntax: "json" });
    expect(JSON.parse(answer?.text ?? "")).toEqual({ status: "error", message: expect.any(String) });
    expect([house.isUntouched(), house.job.state]).toEqual([true, "sent"]);
  });

  it("is refused by any method but GET", async () => {
    const house = running();
    const query = new URLSearchParams(house.base).toString();
    const answer = await house.send({ path: "/plugins/fusioninventory/b/deploy", method: "POST", query, body: "x" });
    expect([answer?.status, house.isUntouched()]).toEqual([405, true]);
  });
});

describe("setUserEvent", () => {
  const event = { action: "setUserEvent", type: "before", event: "on_ok", behavior: "continue", user: "ann" };

  it.each(["before", "after_download", "after", "after_failure", "after_download_failure"])(
    "notes what was answered: %s",
    async (type) => {
      const house = running();
      expect(await house.say({ ...event, type, currentStep: "checking" })).toMatchObject({ status: 200, text: "{}" });
      expect(house.said).toEqual([
        {
          ...{ jobId: house.job.id, step: "checking", about: `user interaction ${type}`, status: null },
          message: "on_ok by ann: continue",
          data: { type, event: "on_ok", behavior: "continue", user: "ann" },
        },
      ]);
    },
  );

  it.each([
    ["before", "stop", "ko"],
    ["before", "postpone", "ko"],
    ["after_download", "error_no_event", "ko"],
    ["after", "stop", "running"],
    ["after_failure", "stop", "running"],
  ])("ends the job where the agent leaves it at that: %s, %s", async (type, behavior, state) => {
    const house = running();
    await house.say({ ...event, type, behavior, event: "on_cancel", user: "" });
    expect(house.job.state).toBe(state);
    if (state === "ko") expect(house.said).toMatchObject([{ end: "ko", reason: `on_cancel: ${behavior}` }]);
  });

  it.each([
    [{ part: "file" }, 400],
    [{ machineid: "" }, 400],
    [{ type: "" }, 400],
    [{ event: "" }, 400],
    [{ behavior: "" }, 400],
    [{ user: "x".repeat(101) }, 413],
    [{ machineid: OTHER }, 404],
    [{ uuid: jobId(77) }, 404],
  ])("is refused: %j", async (query, status) => {
    const house = running();
    expect(await house.say({ ...event, ...query } as Record<string, string>)).toMatchObject({ status });
    expect(house.isUntouched()).toBe(true);
  });

  it("is refused after the end", async () => {
    const house = running("cancelled");
    expect(await house.say(event)).toMatchObject({ status: 409 });
  });
});
