import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FusionRestAgent } from "./agent.js";
import { runCommand } from "./deploy/command.js";
import { Sandbox } from "./deploy/sandbox.js";
import { FakeRestServer } from "./fake-rest-server.test.helper.js";
import { findFilesIn } from "./find-files.js";
import type { PretendedMachine } from "./machine.js";

interface Exchange {
  readonly request: { method: string; url: string; headers: [string, string][] };
  readonly response: { status: number; headers: Record<string, string>; bodyBase64?: string };
}

const shared = process.env["GATEHOUSE_SHARED"] ?? join(import.meta.dirname, "../../../../../shared");
const folder = join(shared, "traces/glpi");
const missing = !existsSync(folder);
if (missing) console.warn(`no recordings in ${folder}: tests that replay them are skipped (set GATEHOUSE_SHARED)`);

let server: FakeRestServer;
let files: string;
beforeEach(async () => {
  server = await FakeRestServer.start();
  files = mkdtempSync(join(tmpdir(), "simulated-files-"));
  mkdirSync(join(files, "tmp/collect-demo/sub"), { recursive: true });
  const contents = { "one.conf": "12", "two.conf": "123", "sub/thrée & 3.conf": "1234", "x.log": "" };
  for (const [name, text] of Object.entries(contents)) writeFileSync(join(files, "tmp/collect-demo", name), text);
});
afterEach(async () => {
  rmSync(files, { recursive: true, force: true });
  await server.stop();
});

/** Calls of REST in a recording; their remotes are moved to the server of the test. */
function recorded(name: string): Exchange[] {
  const text = readFileSync(join(folder, `${name}.json`), "utf8");
  const { exchanges } = JSON.parse(text) as { exchanges: Exchange[] };
  return exchanges.filter(({ request }) => request.method === "GET" || request.url.includes("action="));
}

/** The name that a part has by the bytes that were kept of it: the recording has packed them anew. */
function renamed(exchanges: readonly Exchange[]): (text: string) => string {
  const names = exchanges.flatMap(({ request: { url }, response: { status, bodyBase64 = "" } }) => {
    const old = /action=getFilePart.*([0-9a-f]{128})/.exec(url)?.[1];
    if (old === undefined || status !== 200) return [];
    return [[old, createHash("sha512").update(Buffer.from(bodyBase64, "base64")).digest("hex")] as const];
  });
  return (text) =>
    names.reduce((now, [old, own]) => now.replaceAll(pathOf(old), pathOf(own)).replaceAll(old, own), text);
}
const pathOf = (sha512: string): string => `${sha512.slice(0, 1)}/${sha512.slice(0, 2)}/${sha512}`;

/** Lets an agent meet the recorded answers to what it asks; a part, by its name. */
async function replay(name: string, task: string, machine: Partial<PretendedMachine>) {
  const all = recorded(name);
  const own = renamed(all);
  const exchanges = all.map(({ request, response }) => ({ request: { ...request, url: own(request.url) }, response }));
  const left = [...exchanges];
  for (const what of ["getConfig", "getJobs", "getFilePart", "setStatus", "setAnswer", "jobsDone", "setLog"])
    server.on(what, ({ query }) => {
      const at = left.findIndex(({ request }) => {
        const asked = new URL(request.url, server.origin).searchParams;
        return asked.get("action") === what && (what !== "getFilePart" || asked.get("file") === query["file"]);
      });
      const [exchange] = left.splice(at, 1);
      if (at < 0 || exchange === undefined) return { status: 418 };
      const { status, headers, bodyBase64 = "" } = exchange.response;
      const body = Buffer.from(bodyBase64, "base64");
      if (what === "getFilePart") return { status, headers, body };
      return {
        status,
        headers,
        body: own(body.toString("utf8")).replace(/http:\/\/127\.0\.0\.1:\d+(?=\/)/g, server.origin),
      };
    });
  const agent = new FusionRestAgent({ serverUrl: server.url, name: "lab-host", machine });
  const run = await agent.runTasks([task]);
  await agent.close();
  return { run, exchanges };
}

/** What a call says, without what differs from machine to machine. */
const plain = (url: string, origin: string): Record<string, string> => {
  const { machineid: _, ...said } = Object.fromEntries(new URL(url, origin).searchParams);
  return said;
};

describe.skipIf(missing)("a reference client that meets what a recorded server answered", () => {
  const sandboxed = { place: () => Sandbox.make(runCommand) };

  it.each(["fi-deploy-check-fail", "fi-deploy-parts-missing"])(
    "says what the agent of %s said, word by word",
    async (name) => {
      const { exchanges } = await replay(name, "deploy", sandboxed);
      const of = (calls: readonly { url: string }[]) =>
        calls.filter(({ url }) => url.includes("action=setStatus")).map(({ url }) => plain(url, server.origin));
      const theirs = of(exchanges.map(({ request }) => request));
      expect(theirs.length).toBeGreaterThan(1);
      expect(of(server.seen)).toEqual(theirs);
      const parts = (calls: readonly { url: string }[]) =>
        calls
          .filter(({ url }) => url.includes("action=getFilePart"))
          .map(({ url }) => plain(url, server.origin)["file"]);
      expect(parts(server.seen)).toEqual(parts(exchanges.map(({ request }) => request)));
    },
  );

  it("deploys as the agent of fi-deploy-ok did, but for a folder that it deletes and does not say that it cannot", async () => {
    const { run, exchanges } = await replay("fi-deploy-ok", "deploy", sandboxed);
    expect(run).toMatchObject({ jobs: [{ outcome: "ok" }], parts: 3, errors: [] });
    const statuses = (calls: readonly { url: string }[]) =>
      calls
        .filter(({ url }) => url.includes("action=setStatus"))
        .map(({ url }) => plain(url, server.origin))
        // The command looks at a path of the recorded machine.
        .filter(({ msg = "" }) => !/cleanup: Failed|60000|No such file|can't open/.test(msg));
    expect(statuses(server.seen)).toEqual(statuses(exchanges.map(({ request }) => request)));
  });

  it("collects as the agent of fi-collect did, whatever the order of what it found", async () => {
    const { run, exchanges } = await replay("fi-collect", "collect", {
      findFiles: (search) => findFilesIn(files, { ...search, filter: { ...search.filter, regex: "conf$" } }),
    });
    expect(run).toMatchObject({ jobs: [{ outcome: "ok" }, { outcome: "ok" }, { outcome: "ok" }], errors: [] });
    const answers = (calls: readonly { url: string }[]) =>
      calls
        .filter(({ url }) => url.includes("action=setAnswer"))
        .map(({ url }) => plain(url, server.origin))
        .map((said) => ({ ...said, _cpt: said["_sid"] === "7" ? "" : said["_cpt"] }))
        .map((said) => JSON.stringify(Object.entries(said).sort()))
        .sort();
    expect(answers(server.seen)).toEqual(answers(exchanges.map(({ request }) => request)));
  });

  it.each([
    ["fi-deploy-ok", "deploy"],
    ["fi-collect", "collect"],
    ["fi-esx", "esx"],
  ])("asks for jobs and tells of their end as in %s", async (name, task) => {
    const { exchanges } = await replay(name, task, {});
    for (const action of ["getJobs", "jobsDone", "setLog"]) {
      const of = (calls: readonly { url: string }[]) =>
        calls
          .filter(({ url }) => url.includes(`action=${action}`))
          .map(({ url }) => JSON.stringify(Object.entries(plain(url, server.origin)).sort()))
          .sort();
      expect(of(server.seen)).toEqual(of(exchanges.map(({ request }) => request)));
    }
  });
});
