import { createHash, randomBytes } from "node:crypto";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FusionRestAgent } from "../agent.js";
import { FakeFile, FakeRestServer, json } from "../fake-rest-server.test.helper.js";
import type { PretendedMachine } from "../machine.js";
import { runCommand } from "./command.js";
import { Sandbox } from "./sandbox.js";

let server: FakeRestServer;
beforeEach(async () => {
  server = await FakeRestServer.start();
  server.schedules("Inventory", "Deploy");
});
afterEach(() => server.stop());

const sandboxed = { place: () => Sandbox.make(runCommand) };
async function run(machine: Partial<PretendedMachine> = sandboxed) {
  const agent = new FusionRestAgent({ serverUrl: server.url, name: "web01", machine });
  try {
    return await agent.runTasks(["deploy"]);
  } finally {
    await agent.close();
  }
}

const job = (more: object = {}) => ({ uuid: "job-1", associatedFiles: [], checks: [], actions: [], ...more });
const give = (jobs: readonly object[], associatedFiles: object = {}) =>
  server.on("getJobs", json({ jobs, associatedFiles }));
const mirror = () => `${server.origin}/mirror`;
/** Hands out the parts of a file at the mirror. */
const serve = (file: FakeFile) => {
  for (const part of file.parts)
    server.on(`/mirror/${part.sha512.slice(0, 1)}/${part.sha512.slice(0, 2)}/${part.sha512}`, { body: part.bytes });
};
/** What the server was told, a line each. */
const told = () =>
  server.of("setStatus").map(({ query }) => {
    const { part, currentStep = "", status = "", msg, checknum, actionnum } = query;
    const number = checknum ?? actionnum;
    return `${part}/${currentStep}/${status}/${msg}${number === undefined ? "" : ` (${number})`}`;
  });

describe("a deployment", () => {
  it("is done and told step by step", async () => {
    const content = randomBytes(50_000);
    const file = new FakeFile("file.bin", content, 20_000);
    serve(file);
    const actions = [
      { mkdir: { list: ["/opt/target"], name: "make target" } },
      { copy: { from: "file.*", to: "/opt/target/" } },
      {
        cmd: {
          ...{ exec: "wc -c < file.bin; echo $WORD", name: "count", envs: { WORD: "done" }, logLineLimit: 5 },
          retChecks: [{ type: "okCode", values: ["0"] }],
        },
      },
      { delete: { list: ["/opt/target"], name: "clean up" } },
    ];
    const checks = [
      { name: "space", type: "freespaceGreater", path: "/tmp", value: "1", return: "error" },
      { name: "not there yet", type: "fileMissing", path: "/opt/target/file.bin", return: "skip" },
      { name: "for information", type: "directoryExists", path: "/nonexistent", return: "info" },
    ];
    give([job({ associatedFiles: [file.sha512], checks, actions })], file.described([mirror()]));
    const { jobs, errors, parts, partBytes } = await run();
    expect({ jobs, errors, parts }).toEqual({
      jobs: [{ task: "deploy", uuid: "job-1", outcome: "ok" }],
      ...{ errors: [], parts: 3 },
    });
    expect(partBytes).toBe(file.parts.reduce((sum, { bytes }) => sum + bytes.length, 0));
    expect(told()).toEqual([
      "job/checking//starting",
      "job/checking/ok/check #1, space passed",
      "job/checking/ok/check #2, not there yet passed (1)",
      "job/checking/info/check #3, for information info, /nonexistent directory is missing (2)",
      "job/checking/ok/all checks are ok",
      "job/downloading//downloading files",
      "file/downloading//fetching file.bin",
      "file/downloading/ok/file.bin downloaded",
      "job/downloading/ok/success",
      "job/prepare/ok/success",
      "job/processing/ok/make target, processing success",
      "job/processing/ok/copy, processing success (1)",
      "job/processing//count: ================================ (2)",
      "job/processing//count: Started cmd: wc -c < file.bin; echo $WORD (2)",
      "job/processing//count: ================================ (2)",
      "job/processing//count: 50000 (2)",
      "job/processing//count: done (2)",
      "job/processing//count: -------------------------------- (2)",
      "job/processing//count: exit status: `0' (2)",
      "job/processing//count: exit status is ok: 0 (2)",
      "job/processing/ok/count, processing success (2)",
      "job/processing/ok/clean up, processing success (3)",
      "job//ok/job successfully completed",
    ]);
    for (const { query, method } of server.of("setStatus"))
      expect([method, query["uuid"], query["machineid"]?.startsWith("web01-")]).toEqual(["GET", "job-1", true]);
  });

  it("ends with the first check that is an error", async () => {
    give([job({ checks: [{ name: "must exist", type: "fileExists", path: "/nonexistent", return: "error" }] })]);
    expect((await run()).jobs).toMatchObject([{ outcome: "ko", why: "/nonexistent file is missing" }]);
    expect(told()).toEqual([
      "job/checking//starting",
      "job/checking/ko/check #1, failure on must exist, /nonexistent file is missing",
    ]);
  });

  it("is skipped where a check says so, and begins at once where one says that", async () => {
    const missing = { type: "fileExists", path: "/nonexistent", name: "one" };
    give([
      job({ checks: [{ ...missing, return: "skip" }] }),
      job({
        uuid: "job-2",
        checks: [
          { ...missing, return: "startnow" },
          { ...missing, return: "error" },
        ],
      }),
    ]);
    expect((await run()).jobs).toMatchObject([
      { uuid: "job-1", outcome: "skipped" },
      { uuid: "job-2", outcome: "ok" },
    ]);
    expect(told()).toContain("job/checking/ok/job skipped");
    expect(told().at(-1)).toBe("job//ok/job successfully completed");
  });

  it("leaves an action out whose own check fails, and ends with one that fails", async () => {
    const checks = [{ type: "fileExists", path: "/nonexistent", return: "error", name: "x" }];
    const actions = [
      { cmd: { exec: "exit 9", name: "left out", checks } },
      { mkdir: { list: ["../../out"], name: "out" } },
      { cmd: { exec: "true" } },
    ];
    give([job({ actions })]);
    expect((await run()).jobs).toMatchObject([{ outcome: "ko", why: "out, processing failure" }]);
    expect(told().slice(-3)).toEqual([
      "job/processing/ok/left out, processing skipped",
      "job/processing//out: ../../out leads out of the package's folder (1)",
      "job/processing/ko/out, processing failure (1)",
    ]);
  });

  it("sends an inventory when it is done, where that is asked for", async () => {
    give([job({ requires: { "softwares-inventory": true } })]);
    expect(await run()).toMatchObject({ inventory: "xml" });
    expect(server.calls("setStatus", "INVENTORY").at(-1)).toBe("INVENTORY");
  });

  it("is pretended for load: parts are got and looked at, nothing else happens", async () => {
    const file = new FakeFile("file.bin", randomBytes(3000), 1000);
    serve(file);
    const checks = [{ type: "fileExists", path: "/nonexistent", return: "error", name: "one" }];
    const actions = [{ cmd: { exec: "touch /never", name: "never" } }];
    give([job({ associatedFiles: [file.sha512], checks, actions })], file.described([mirror()]));
    expect(await run({})).toMatchObject({ jobs: [{ outcome: "ok" }], parts: 3, errors: [] });
    expect(told()).toContain("job/processing/ok/never, processing success");
  });

  it.each([
    ["no associatedFiles", { jobs: [] }, "associatedFiles is missing"],
    [
      "a job without checks",
      { jobs: [{ ...job(), checks: undefined }], associatedFiles: {} },
      "checks of a job is no list",
    ],
    ["a job without a uuid", { jobs: [{ ...job(), uuid: "" }], associatedFiles: {} }, "a job has no uuid"],
    ["actions that are no list", { jobs: [job({ actions: {} })], associatedFiles: {} }, "actions of a job is no list"],
    [
      "a file without its retention",
      { jobs: [job()], associatedFiles: { a: { name: "a", mirrors: [], multiparts: [], p2p: 0, uncompress: 0 } } },
      "has no p2p-retention-duration",
    ],
    [
      "a file that is not described",
      { jobs: [job({ associatedFiles: ["b"] })], associatedFiles: {} },
      "is not described",
    ],
    ["no jobs at all", { error: "no" }, "jobs is missing"],
  ] as const)("drops all of an answer that has %s", async (_, answer, words) => {
    server.on("getJobs", json(answer));
    const { jobs, errors } = await run();
    expect(jobs).toEqual([]);
    expect(errors).toMatchObject([{ operation: "getJobs", message: expect.stringContaining(words) }]);
    expect(told()).toEqual([]);
  });

  it("has nothing to do with {}", async () => {
    expect(await run()).toMatchObject({ jobs: [], errors: [] });
  });

  it("goes on where a word of it is refused, and says none twice", async () => {
    server.on("setStatus", json({ status: "error", message: "over" }, 409));
    give([job()]);
    const { jobs, errors } = await run();
    expect(jobs).toMatchObject([{ outcome: "ok" }]);
    expect(errors.length).toBe(told().length);
    expect(new Set(told()).size).toBe(told().length);
  });
});

describe("a package's question to the person at the machine", () => {
  const question = {
    type: "before",
    title: "Now?",
    on_ok: "continue:continue:",
    on_cancel: "stop:stop:",
    on_timeout: "postpone:postpone:",
  };
  beforeEach(() => give([job({ userinteractions: [question] })]));

  it.each([
    ["on_ok", "continue", "ok"],
    ["on_cancel", "stop", "ko"],
    ["on_timeout", "postpone", "skipped"],
  ] as const)("is answered with %s, which is told", async (event, behavior, outcome) => {
    const { jobs } = await run({ person: () => ({ event, user: "alice" }) });
    expect(jobs).toMatchObject([{ outcome }]);
    expect(server.of("setUserEvent").map(({ query }) => query)).toMatchObject([
      { part: "job", uuid: "job-1", type: "before", behavior, event, user: "alice", currentStep: "checking" },
    ]);
    const last = server.calls("setStatus", "setUserEvent").at(-1);
    expect(last).toBe(behavior === "continue" ? "setStatus" : "setUserEvent");
  });

  it("is put to nobody where no person is", async () => {
    expect((await run({})).jobs).toMatchObject([{ outcome: "ok" }]);
    expect(server.calls("setUserEvent")).toEqual([]);
  });
});

describe("a file", () => {
  const file = new FakeFile("setup.exe", randomBytes(40_000), 16_384);
  const paths = file.parts.map(({ sha512 }) => `/mirror/${sha512.slice(0, 1)}/${sha512.slice(0, 2)}/${sha512}`);
  const deployed = (mirrors: readonly string[], more: object = {}) =>
    give([job({ associatedFiles: [file.sha512] })], file.described(mirrors, more));

  it("comes from a mirror that is a query, as from one that is a path", async () => {
    server.on("getFilePart", ({ query }) => ({ body: file.partAt(query["file"] ?? "") ?? Buffer.alloc(0) }));
    deployed([`${server.origin}/b/deploy/?action=getFilePart&file=`]);
    expect(await run()).toMatchObject({ jobs: [{ outcome: "ok" }], parts: 3, errors: [] });
    expect(server.of("getFilePart")[0]?.query["file"]).toMatch(/^\/[0-9a-f]\/[0-9a-f]{2}\/[0-9a-f]{128}$/);
  });

  it("comes from the next mirror where one has it not, or has other bytes", async () => {
    serve(file);
    for (const path of paths) server.on(path.replace("/mirror/", "/wrong/"), { body: gzipSync("other") });
    deployed([`${server.origin}/none/`, `${server.origin}/wrong/`, mirror()]);
    server.on(paths[0]?.replace("/mirror/", "/none/") ?? "", { status: 404 });
    const { jobs, errors } = await run();
    expect(jobs).toMatchObject([{ outcome: "ok" }]);
    expect(new Set(errors.map(({ kind }) => kind))).toEqual(new Set(["status", "protocol"]));
  });

  it("is given up after six rounds, and then no word of the job follows", async () => {
    for (const path of paths) server.on(path, { status: 404 });
    deployed([mirror()]);
    expect(await run()).toMatchObject({ jobs: [{ outcome: "ko", why: "setup.exe download failed" }], parts: 0 });
    expect(server.seen.filter(({ path }) => path.startsWith("/mirror/"))).toHaveLength(18);
    const said = told();
    expect(said.filter((line) => line === "file/downloading//fetching setup.exe")).toHaveLength(6);
    expect(said.filter((line) => line === "file/downloading//retrying setup.exe")).toHaveLength(5);
    expect(said.at(-1)).toBe("file/downloading/ko/setup.exe download failed");
  });

  it("has only those parts asked for again that did not come", async () => {
    serve(file);
    server.on(paths[1] ?? "", (_, times) => (times === 1 ? { status: 503 } : { body: file.parts[1]?.bytes ?? "" }));
    deployed([mirror()]);
    expect(await run()).toMatchObject({ jobs: [{ outcome: "ok" }], parts: 3 });
    const asked = server.seen.filter(({ path }) => path.startsWith("/mirror/")).map(({ path }) => paths.indexOf(path));
    expect(asked).toEqual([0, 1, 2, 1]);
  });

  it("goes on with Range where the connection broke", async () => {
    serve(file);
    const { bytes } = file.parts[1] ?? { bytes: Buffer.alloc(0) };
    server.on(paths[1] ?? "", ({ headers }) => {
      const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? "")?.[1] ?? 0);
      if (from === 0) return { body: bytes, breaksAfter: 5000 };
      return {
        status: 206,
        headers: { "Content-Range": `bytes ${from}-${bytes.length - 1}/${bytes.length}` },
        body: bytes.subarray(from),
      };
    });
    deployed([mirror()]);
    expect(await run()).toMatchObject({ jobs: [{ outcome: "ok" }], errors: [] });
    expect(server.of(paths[1] ?? "").map(({ headers }) => headers.range)).toEqual([undefined, "bytes=5000-"]);
  });

  it("whose parts are right and whose whole is not is thrown away", async () => {
    const other = createHash("sha512").update("other").digest("hex");
    serve(file);
    const [described] = Object.values(file.described([mirror()]));
    give([job({ associatedFiles: [other] })], { [other]: described });
    const { jobs, errors } = await run();
    expect(jobs).toMatchObject([{ outcome: "ko" }]);
    expect(errors).toMatchObject([{ message: "setup.exe has another SHA-512 than promised" }]);
  });

  it("may have parts that are not packed", async () => {
    const plain = Buffer.from("plain text");
    const digest = createHash("sha512").update(plain).digest("hex");
    server.on(`/mirror/${digest.slice(0, 1)}/${digest.slice(0, 2)}/${digest}`, { body: plain });
    const described = {
      name: "a.txt",
      mirrors: [`${mirror()}/`],
      multiparts: [digest],
      p2p: 0,
      "p2p-retention-duration": 0,
      uncompress: 0,
    };
    give([job({ associatedFiles: [digest], actions: [{ cmd: { exec: "cat a.txt", name: "cat" } }] })], {
      [digest]: described,
    });
    expect((await run()).jobs).toMatchObject([{ outcome: "ok" }]);
    expect(told()).toContain("job/processing//cat: plain text");
  });

  it("is unpacked where that is asked for, and what cannot be unpacked ends the job", async () => {
    const text = new FakeFile("readme.txt.gz", gzipSync("inside"), 1000);
    const archive = new FakeFile("setup.rar", randomBytes(100), 1000);
    serve(text);
    serve(archive);
    give(
      [
        job({ associatedFiles: [text.sha512], actions: [{ cmd: { exec: "cat readme.txt", name: "cat" } }] }),
        job({ uuid: "job-2", associatedFiles: [archive.sha512] }),
      ],
      { ...text.described([mirror()], { uncompress: 1 }), ...archive.described([mirror()], { uncompress: 1 }) },
    );
    expect((await run()).jobs).toMatchObject([
      { outcome: "ok" },
      { outcome: "ko", why: "setup.rar: cannot uncompress this kind of archive" },
    ]);
    expect(told()).toContain("job/processing//cat: inside");
  });
});
