import type { CollectStep } from "@gatehouse/core/jobs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Sent } from "../../dialect.test.helper.js";
import { DEVICE, jobId, OTHER, restWorld } from "../rest.test.helper.js";
import { displayed } from "./displayed.js";
import { answerToken, isAnswerToken } from "./token.js";

const KEY = Buffer.alloc(32, 7);
const findFile: CollectStep = {
  ...{ function: "findFile", dir: "/opt", limit: 3, recursive: true },
  filter: { is_file: true, is_dir: false, regex: "\\.conf$" },
};
const wmi: CollectStep = { function: "getFromWMI", class: "Win32_BIOS", properties: ["SerialNumber"] };
const registry: CollectStep = { function: "getFromRegistry", path: "HKEY_LOCAL_MACHINE/SOFTWARE/X/*" };
const collect = (steps: readonly CollectStep[]) => ({ task: "collect", spec: { steps } }) as const;

function sent(state: "prepared" | "sent" | "cancelled" = "sent") {
  const house = restWorld();
  const job = house.addJob(collect([findFile]), { state });
  const base = { uuid: job.id, _sid: "1", _cpt: "1" };
  return {
    ...house,
    job,
    get: (fields: Readonly<Record<string, string>>, more?: Sent) =>
      house.sendTo("collect")({ action: "setAnswer", ...base, ...fields }, more),
    /** As agents post: the action and the job in the query too. */
    post: (fields: Readonly<Record<string, string>> | string, query: Readonly<Record<string, string>> = {}) =>
      house.sendTo("collect")(
        { action: "setAnswer", uuid: job.id, method: "POST", ...query },
        {
          method: "POST",
          headers: { "content-type": "application/x-www-form-urlencoded" },
          body:
            typeof fields === "string"
              ? fields
              : new URLSearchParams({ action: "setAnswer", ...base, ...fields }).toString(),
        },
      ),
    done: (query: Readonly<Record<string, string>> = {}) =>
      house.sendTo("collect")({ action: "jobsDone", uuid: job.id, ...query }),
  };
}

describe("getJobs of collect", () => {
  it("has an entry for each step, under the job's uuid, and asks for answers by POST", async () => {
    const house = restWorld();
    const [first, second] = [house.addJob(collect([findFile, wmi])), house.addJob(collect([registry]))];
    const { json } = await house.getJobs("collect", {});
    expect(json).toEqual({
      postmethod: "POST",
      token: expect.any(String),
      jobs: [
        {
          ...{ uuid: first.id, _sid: 1, function: "findFile", dir: "/opt", limit: 3, recursive: 1 },
          filter: { is_file: 1, is_dir: 0, regex: "\\.conf$" },
        },
        { uuid: first.id, _sid: 2, function: "getFromWMI", class: "Win32_BIOS", properties: ["SerialNumber"] },
        { uuid: second.id, _sid: 1, function: "getFromRegistry", path: "HKEY_LOCAL_MACHINE/SOFTWARE/X/*" },
      ],
    });
    expect(isAnswerToken(KEY, json.token)).toBe(true);
  });

  it("is empty where there is nothing: agents end on a list without entries", async () => {
    const house = restWorld();
    house.addJob(collect([findFile]), { agent: 1 });
    expect((await house.getJobs("collect", {})).json).toEqual({});
  });
});

describe("setAnswer", () => {
  it("notes what was found, by GET", async () => {
    const house = sent();
    expect(await house.get({ path: "/opt/a.conf", size: "3" })).toMatchObject({ status: 200, text: "{}" });
    expect(house.said).toEqual([
      {
        ...{ jobId: house.job.id, step: null, about: "answer to step 1", status: null, message: "/opt/a.conf" },
        data: { path: "/opt/a.conf", size: "3" },
      },
    ]);
    expect([house.job.state, house.touched]).toEqual(["running", ["agent-0"]]);
  });

  it("by POST, each time with the token of the answer before", async () => {
    const house = sent();
    const tokens = new Set<string>([answerToken(KEY)]);
    let token = [...tokens][0] ?? "";
    for (const size of ["1", "2", "3"]) {
      const answer = await house.post({ size, _glpi_csrf_token: token });
      expect(answer).toMatchObject({ status: 200, plain: true });
      ({ token } = JSON.parse(answer?.text ?? ""));
      tokens.add(token);
    }
    expect(tokens.size).toBe(4);
    expect(house.said.map(({ data }) => data)).toEqual([{ size: "1" }, { size: "2" }, { size: "3" }]);
  });

  it("takes a posted answer without a token: one whose last answer got lost has none", async () => {
    const house = sent();
    expect(await house.post({ size: "1" })).toMatchObject({ status: 200 });
  });

  it("that found nothing says so", async () => {
    const house = sent();
    await house.get({ _cpt: "0" });
    expect(house.said).toMatchObject([{ message: "nothing found", about: "answer to step 1" }]);
    expect(house.said[0]).not.toHaveProperty("data");
  });

  it("is named by the query where the form does not say the job", async () => {
    const house = sent();
    expect(await house.post("size=1")).toMatchObject({ status: 200 });
    expect(house.said).toMatchObject([{ about: "answer", data: { size: "1" } }]);
  });

  it("keeps names as they come: they are keys, and nothing else", async () => {
    const house = sent();
    await house.post("__proto__=a&constructor=b&a[]=1&a[]=2&b=1&b=2&=x&n%00ul=%00y%ff");
    const [{ data } = {}] = house.said;
    expect(JSON.stringify(data)).toBe(
      '{"__proto__":"a","constructor":"b","a":["1","2"],"b":["1","2"],"":"x","nul":"y\ufffd"}',
    );
    expect(({} as Record<string, unknown>)["a"]).toBeUndefined();
  });

  it("keeps what there is room for, and says what there was not", async () => {
    const house = sent();
    const form = Array.from({ length: 100 }, (_, i) => `k${i}=${"x".repeat(1500)}`).join("&");
    expect(await house.post(form)).toMatchObject({ status: 200 });
    const [{ data = {}, status, message } = {}] = house.said;
    expect(Object.keys(data).length).toBe(32);
    expect([status, message]).toEqual(["warning", "68 of 100 values are too much to be kept"]);
    expect(Buffer.byteLength(JSON.stringify(data))).toBeLessThan(64 << 10);
  });

  it("says a path as it is, which agents encode twice, and keeps it as it came", async () => {
    const house = sent();
    await house.post("path=%2Fsub%2Fthr%C3%83%C2%A9e%20%26%203.conf");
    expect(house.said).toMatchObject([{ message: "/sub/thrée & 3.conf", data: { path: "/sub/thrÃ©e & 3.conf" } }]);
  });

  it.each([
    ["thousands of values", () => Array.from({ length: 1001 }, (_, i) => `k${i}=`).join("&"), 413],
    ["one name thousands of times", () => "a[]=1&".repeat(1001), 413],
    ["a form without end", () => `a=${"x".repeat(1 << 20)}`, 413],
    ["two jobs", () => `uuid=${jobId(77)}&a=1`, 400],
    ["a token of somebody else", () => `a=1&_glpi_csrf_token=${answerToken(Buffer.alloc(32, 8))}`, 403],
    ["a token that is none", () => "a=1&_glpi_csrf_token=csrf-first", 403],
    ["no number of a step", () => "a=1&_sid=x", 400],
    ["no count", () => "a=1&_cpt=-1", 400],
    ["nothing, of several", () => "_cpt=3", 400],
  ])("is refused whole: %s", async (_, form, status) => {
    const house = sent();
    const answer = await house.post(form());
    expect(answer).toMatchObject({ status, syntax: "json" });
    expect(JSON.parse(answer?.text ?? "")).toEqual({ status: "error", message: expect.any(String) });
    expect([house.isUntouched(), house.job.state]).toEqual([true, "sent"]);
  });
});

describe("jobsDone", () => {
  it("ends the job, once", async () => {
    const house = sent();
    expect(await house.done()).toMatchObject({ status: 200, text: "{}" });
    expect([house.job.state, house.said.length]).toEqual(["ok", 1]);
    expect(await house.done()).toMatchObject({ status: 409 });
    expect(await house.get({ path: "/late" })).toMatchObject({ status: 409 });
    expect(house.said).toHaveLength(1);
  });
});

describe("what names a job that is not the caller's", () => {
  it.each([
    ["an unknown one", { uuid: jobId(77) }],
    ["what is no id", { uuid: "__proto__" }],
    ["somebody else's machineid", { machineid: OTHER }],
    ["a machineid that nobody knows", { machineid: "nobody" }],
  ])("is answered in the same words, and does nothing: %s", async (_, query) => {
    const house = sent();
    const answers = [await house.get({ path: "/x", ...query }), await house.done(query as never)];
    if (!("uuid" in query)) answers.push(await house.post({ path: "/x" }, query));
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 404 });
      expect(answer?.text).toBe('{"status":"error","message":"There is no such job."}');
    }
    expect([house.isUntouched(), house.job.state]).toEqual([true, "sent"]);
  });

  it("is so for one that was not handed over, one of another task, another's proof, one that is held", async () => {
    const early = sent("prepared");
    expect(await early.done()).toMatchObject({ status: 404 });
    const house = sent();
    const other = house.addJob({ task: "esx", spec: { host: "a", credential: "b" } }, { state: "sent" });
    expect(await house.done({ uuid: other.id })).toMatchObject({ status: 404 });
    const proof = { way: "certificate", trust: "secret", agent: OTHER } as never;
    expect(await house.get({ path: "/x" }, { overTls: true, proof })).toMatchObject({ status: 404 });
    house.setState(0, "quarantined");
    expect(await house.done()).toMatchObject({ status: 404 });
    house.setState(0, "deactivated");
    expect(await house.done()).toMatchObject({ status: 404 });
    expect(house.isUntouched()).toBe(true);
  });

  it("has to be proved where the agent has to prove itself", async () => {
    const house = sent();
    const [agent] = house.agents;
    if (agent !== undefined) house.agents[0] = { ...agent, trust: "secret" };
    expect(await house.done()).toMatchObject({ status: 401 });
  });

  it.each(["setAnswer", "jobsDone"])("is asked for where it is missing: %s", async (action) => {
    const house = sent();
    expect(await house.sendTo("collect")({ action, a: "1", machineid: DEVICE })).toMatchObject({ status: 400 });
  });

  it("by a machineid is the caller's own", async () => {
    const house = sent();
    expect(await house.get({ path: "/x", machineid: DEVICE })).toMatchObject({ status: 200 });
    expect(house.said[0]?.data).toEqual({ path: "/x" });
  });
});

describe("a token of posted answers", () => {
  it("is ours as long as nothing of it is changed", () => {
    const token = answerToken(KEY);
    expect(isAnswerToken(KEY, token)).toBe(true);
    for (let i = 0; i < token.length; i++) {
      const other = token[i] === "A" ? "B" : "A";
      expect(isAnswerToken(KEY, token.slice(0, i) + other + token.slice(i + 1))).toBe(false);
    }
    for (const none of ["", token.slice(1), `${token}A`, "x".repeat(10_000), "\0".repeat(64)])
      expect(isAnswerToken(KEY, none)).toBe(false);
  });
});

describe("a path for display", () => {
  it.each([
    ["/plain", "/plain"],
    ["/thrÃ©e", "/thrée"],
    ["/three é", "/three é"],
    ["/ÃÃ", "/ÃÃ"],
    ["/日本", "/日本"],
    ["/Ã©日", "/Ã©日"],
  ])("%s is %s", (came, shown) => {
    expect(displayed(came)).toBe(shown);
  });

  it("is any text that was encoded twice, and any text of ASCII", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 0x10ffff }), { minLength: 1 }), (points) => {
        const text = String.fromCodePoint(...points).toWellFormed();
        return displayed(Buffer.from(text, "utf8").toString("latin1")) === text;
      }),
    );
    for (const none of [undefined, "", ["/a"], 1]) expect(displayed(none)).toBeUndefined();
  });
});
