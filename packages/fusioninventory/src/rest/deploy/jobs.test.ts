import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { basic, DEVICE, OTHER, packageOf, proven, restWorld } from "../rest.test.helper.js";
import { isOldDeploy } from "./jobs.js";

const deploy = { task: "deploy", spec: { package: "tool", version: 3 } } as const;

function withPackage(more: Parameters<typeof packageOf>[0] = {}) {
  const house = restWorld();
  house.packages.set("tool 3", packageOf(more));
  return house;
}

describe("getJobs of deploy", () => {
  it("tells all that agents ask for, and none of what they drop an answer for", async () => {
    const house = withPackage({
      checks: [{ type: "freespaceGreater", path: "/tmp", value: "10", return: "error", name: "space" }],
      actions: [
        { mkdir: { list: ["/opt/tool"], name: "make it" } },
        { cmd: { exec: "setup.exe", logLineLimit: -1, retChecks: [{ type: "okCode", values: ["0", "3010"] }] } },
      ],
      userInteractions: [{ type: "before", on_ok: "continue:continue:" }],
      wantsSoftware: true,
    });
    const { id } = house.addJob(deploy);
    const { status, json } = await house.getJobs("deploy");
    expect([status, json]).toEqual([
      200,
      {
        jobs: [
          {
            uuid: id,
            associatedFiles: ["f".repeat(128)],
            checks: [{ type: "freespaceGreater", path: "/tmp", value: "10", return: "error", name: "space" }],
            actions: [
              { mkdir: { list: ["/opt/tool"], name: "make it" } },
              { cmd: { exec: "setup.exe", logLineLimit: -1, retChecks: [{ type: "okCode", values: ["0", "3010"] }] } },
            ],
            userinteractions: [{ type: "before", on_ok: "continue:continue:" }],
            requires: { "softwares-inventory": true },
          },
        ],
        associatedFiles: {
          ["f".repeat(128)]: {
            name: "setup.exe",
            mirrors: ["https://gatehouse.example/plugins/fusioninventory/b/deploy/parts/"],
            multiparts: ["0", "2", "5"].map((digit) => digit.repeat(128)),
            ...{ p2p: 0, "p2p-retention-duration": 0, uncompress: 0 },
          },
        },
      },
    ]);
    expect(house.audited).toEqual([
      {
        ...{ actor: "agent:agent-0", action: "job.hand-out", subject: "node-0" },
        detail: { jobs: [{ id, package: "tool", version: 3 }] },
      },
    ]);
  });

  it("has lists where there is nothing: they may not be missing", async () => {
    const house = withPackage({ files: [] });
    const { id } = house.addJob(deploy);
    expect((await house.getJobs("deploy")).json).toEqual({
      jobs: [{ uuid: id, associatedFiles: [], checks: [], actions: [] }],
      associatedFiles: {},
    });
  });

  it("is handed over again while no word came, with the same id, and not once one did", async () => {
    const house = withPackage();
    const job = house.addJob(deploy);
    const first = await house.getJobs("deploy");
    expect(await house.getJobs("deploy")).toEqual(first);
    expect(house.audited).toHaveLength(2);
    job.state = "running";
    expect((await house.getJobs("deploy")).json).toEqual({});
  });

  it("tells where parts are: the group's mirrors first, then here, below the prefix that was called", async () => {
    const house = withPackage();
    house.addJob(deploy);
    house.setSettings(0, {
      "fusioninventory.mirrors": [
        "http://mirror.example/parts",
        "https://cdn.example/x/",
        "ftp://no",
        "http://a/?q=",
        7,
      ],
    });
    const { json } = await house.getJobs("deploy");
    expect(json.associatedFiles["f".repeat(128)].mirrors).toEqual([
      "http://mirror.example/parts/",
      "https://cdn.example/x/",
      "https://gatehouse.example/plugins/fusioninventory/b/deploy/parts/",
    ]);
  });

  it("leaves out words that tasks before 2.2 do not know", async () => {
    const check = (name: string) => ({ type: "fileExists", path: "/x", return: name }) as never;
    const words = ["error", "skip", "info", "warning", "startnow", "ignore"];
    const house = withPackage({
      checks: words.map(check),
      actions: [{ delete: { list: ["/x"], checks: words.map(check) } }],
    });
    house.addJob(deploy);
    const old = ["error", "ignore", "ignore", "ignore", "startnow", "ignore"];
    const returns = async (version: string) => {
      const { json } = await house.getJobs("deploy", proven, { version });
      const of = (checks: { return: string }[]) => checks.map((one) => one.return);
      return [of(json.jobs[0].checks), of(json.jobs[0].actions[0].delete.checks)];
    };
    expect(await returns("2.1")).toEqual([old, old]);
    // An action's check leaves out that action only: agents report `error` as they do for the whole job.
    expect(await returns("3.3")).toEqual([words, ["skip", ...words.slice(1)]]);
  });

  it("leaves a job for the next run whose file has another name in an answer's one table", async () => {
    const house = withPackage();
    const [file] = packageOf().files;
    if (file === undefined) throw new Error("no file");
    house.packages.set("other 1", packageOf({ name: "other", version: 1, files: [{ ...file, name: "tool.exe" }] }));
    house.packages.set("same 1", packageOf({ name: "same", version: 1 }));
    const [first, second, third] = [
      house.addJob(deploy),
      house.addJob({ task: "deploy", spec: { package: "other", version: 1 } }),
      house.addJob({ task: "deploy", spec: { package: "same", version: 1 } }),
    ];
    const uuids = async () => (await house.getJobs("deploy")).json.jobs.map(({ uuid }: { uuid: string }) => uuid);
    expect(await uuids()).toEqual([first.id, third.id]);
    for (const job of [first, third]) job.state = "ok";
    expect(await uuids()).toEqual([second.id]);
  });

  it("ends a job whose package is not there, and hands over the others", async () => {
    const house = withPackage();
    const lost = house.addJob({ task: "deploy", spec: { package: "gone", version: 1 } });
    const { id } = house.addJob(deploy);
    expect((await house.getJobs("deploy")).json.jobs).toMatchObject([{ uuid: id }]);
    expect([lost.state, house.said[0]?.reason]).toEqual(["ko", "Version 1 of the package gone is not there."]);
  });

  it.each([
    ["nothing proved", { overTls: true }],
    ["proved over plain HTTP", { proof: basic }],
    ["another agent's certificate", { overTls: true, proof: { way: "certificate", trust: "secret", agent: OTHER } }],
  ] as const)("hands nothing to who shows %s", async (_, sent) => {
    const house = withPackage();
    house.addJob(deploy);
    const { status, json } = await house.getJobs("deploy", sent as never);
    // Over TLS, who showed nothing is asked to: an agent has a login, and shows it to nobody unasked.
    expect(status).toBe({ "nothing proved": 401, "proved over plain HTTP": 200 }[String(_)] ?? 403);
    expect(json).toEqual(status === 200 ? {} : { status: "error", message: expect.any(String) });
    expect(house.isUntouched()).toBe(true);
    expect(house.jobs.map(({ state }) => state)).toEqual(["prepared"]);
  });

  it("hands them to anybody where that is allowed", async () => {
    const house = restWorld({ allowUnproven: true });
    house.packages.set("tool 3", packageOf());
    house.addJob(deploy);
    expect((await house.getJobs("deploy", {})).json.jobs).toHaveLength(1);
  });

  it("is the agent's own, by its path's task, as plain JSON", async () => {
    const house = withPackage();
    house.addJob(deploy, { agent: 1 });
    house.addJob({ task: "collect", spec: { steps: [] } });
    expect((await house.getJobs("deploy")).json).toEqual({});
    const answer = await house.sendTo("deploy")({ action: "getJobs", machineid: OTHER.toUpperCase() }, proven);
    expect(answer).toMatchObject({ syntax: "json", plain: true });
    expect(() => gunzipSync(Buffer.from(answer?.text ?? ""))).toThrow();
    expect(JSON.parse(answer?.text ?? "").jobs).toHaveLength(1);
  });

  it.each([
    ["2.1", true],
    ["2.1.9", true],
    ["1.10", true],
    ["0.0.1", true],
    ["2.2", false],
    ["2.10", false],
    ["3.3", false],
    ["x", false],
    ["", false],
    [null, false],
    ["9".repeat(99), false],
  ])("version %s of the task: old is %s", (version, isOld) => {
    expect(isOldDeploy(version)).toBe(isOld);
  });
});

describe("getJobs of who has none", () => {
  it.each(["nobody-knows", "__proto__", "x".repeat(255), "' or 1=1 --"])("is empty: %s", async (machineid) => {
    const house = restWorld();
    const answer = await house.sendTo("deploy")({ action: "getJobs", machineid });
    expect(answer).toMatchObject({ status: 200, text: "{}" });
    expect([house.taken, house.touched]).toEqual([[], []]);
  });

  it("costs no question for the jobs, and counts as seen", async () => {
    const house = restWorld();
    expect((await house.getJobs("deploy")).json).toEqual({});
    expect([house.taken, house.touched]).toEqual([[], ["agent-0"]]);
  });

  it("that waits to be let in is empty too", async () => {
    const house = withPackage();
    house.addJob(deploy);
    house.setState(0, "quarantined");
    expect((await house.getJobs("deploy", {})).json).toEqual({});
    expect(house.jobs[0]?.state).toBe("prepared");
  });

  it.each([
    ["no machineid", "deploy", {}, 400],
    ["an empty one", "deploy", { machineid: " " }, 400],
    ["a long one", "deploy", { machineid: "x".repeat(256) }, 400],
    ["a task that has no jobs", "foobar", { machineid: DEVICE }, 404],
    ["inventories, which are no jobs", "inventory", { machineid: DEVICE }, 404],
  ])("says what is wrong: %s", async (_, task, query, status) => {
    const house = restWorld();
    const answer = await house.sendTo(task)({ action: "getJobs", ...query } as Record<string, string>, proven);
    expect(answer).toMatchObject({ status, syntax: "json" });
    expect(JSON.parse(answer?.text ?? "")).toEqual({ status: "error", message: expect.any(String) });
  });

  it("is for a path with a task, and for GET", async () => {
    const house = restWorld();
    const query = `action=getJobs&machineid=${DEVICE}`;
    expect(await house.send({ query })).toMatchObject({ status: 400 });
    const posted = await house.sendTo("deploy")(
      { action: "getJobs", machineid: DEVICE },
      { method: "POST", body: "x" },
    );
    expect(posted).toMatchObject({ status: 405 });
  });

  it("of a deactivated node is refused", async () => {
    const house = withPackage();
    house.addJob(deploy);
    house.setState(0, "deactivated");
    expect((await house.getJobs("deploy")).status).toBe(403);
    expect(house.isUntouched()).toBe(true);
  });
});
