import { ApiProblem, createClient, type NewRecording, type Recording } from "@gatehouse/client";
import { describe, expect, it } from "vitest";
import type { Session } from "../command/context.js";
import { CommandError, EXIT } from "../command/errors.js";
import { Api } from "./api.js";
import type { ExchangeSpec } from "./kinds/exchange.js";
import { beginRecordings, covers } from "./recordings.js";
import { anExpectation } from "./results.test.helper.js";

const AT = "2026-03-01T10:00:00.000Z";
const aRecording = (said: Partial<Recording> = {}): Recording => ({
  ...{ id: "r1", name: null, spec: {}, most: 1000, megabytes: 256, createdAt: AT, createdBy: "ci", endsAt: AT },
  ...{ recorded: 0, bytes: 0, state: "on" },
  ...said,
});
const place = { file: "ci.yaml", line: 2 };
const wire = (spec: ExchangeSpec = {}) => anExpectation({ word: "exchange", spec: spec as Record<string, unknown> });

/** A gateway with these recordings; nodes are known by their names as ids. */
function gateway(recordings: Recording[], refuse?: () => Response) {
  const begun: NewRecording[] = [];
  const stopped: string[] = [];
  const answer = async (request: Request): Promise<Response> => {
    const { pathname } = new URL(request.url);
    const last = decodeURIComponent(pathname.split("/").at(-1) ?? "");
    if (request.method === "POST") {
      if (refuse !== undefined) return refuse();
      begun.push((await request.json()) as NewRecording);
      const made = aRecording({ id: `own-${begun.length}` });
      recordings.push(made);
      return Response.json(made, { status: 201 });
    }
    if (request.method === "DELETE") {
      stopped.push(last);
      return Response.json(aRecording({ id: last, state: "stopped" }));
    }
    if (last === "recordings") return Response.json({ recordings });
    return last === "nobody" ? problem(404, "not-found") : Response.json({ id: `id-${last}` });
  };
  const client = createClient({ url: "http://gateway", token: "t", fetch: answer });
  const ask: Session["ask"] = async (call) => {
    const { data, response, error } = await call(client);
    if (response.ok) return data as never;
    const said = error as { code: ApiProblem["code"]; title: string };
    throw new ApiProblem(response.status, said.code, said.title, "r-1");
  };
  return { api: new Api({ ask }), begun, stopped, recordings };
}
const problem = (status: number, code: string) =>
  Response.json({ status, code, title: "It is refused.", requestId: "r-1" }, { status });
const nothing = { expectations: [], recordings: [] };

describe("covers", () => {
  it.each<[string, Recording["spec"], ExchangeSpec, boolean]>([
    ["all, of everything", {}, {}, true],
    ["all, of a node", {}, { node: "a" }, true],
    ["a node, of that node", { nodeId: "id" }, { node: "a" }, true],
    ["a node, of everything", { nodeId: "other" }, {}, false],
    ["another node", { nodeId: "other" }, { node: "a" }, false],
    ["a protocol, of it", { protocol: "dsc" }, { protocol: "dsc" }, true],
    ["a protocol, of its route", { protocol: "dsc" }, { route: "dsc.get" }, true],
    ["a protocol, of another", { protocol: "dsc" }, { protocol: "puppet" }, false],
    ["a protocol, of everything", { protocol: "dsc" }, {}, false],
    ["a route, of a longer one", { route: "puppet.v3" }, { route: "puppet.v3.catalog" }, true],
    ["a route, of a shorter one", { route: "puppet.v3.catalog" }, { route: "puppet.v3" }, false],
    ["an address, of it", { from: "192.0.2.1" }, { from: "192.0.2.1" }, true],
    ["an address, of everything", { from: "192.0.2.1" }, {}, false],
    ["failures, of failures", { leastStatus: 400 }, { leastStatus: 500 }, true],
    ["failures, of one status", { leastStatus: 400 }, { status: 404 }, true],
    ["failures, of everything", { leastStatus: 400 }, {}, false],
    ["failures, of a good status", { leastStatus: 400 }, { status: 200 }, false],
    ["a group, of everything", { group: "web" }, {}, false],
  ])("a recording of %s", (_, spec, expected, is) => {
    expect(covers({ spec }, expected, expected.node === undefined ? undefined : "id", false)).toBe(is);
  });

  it("a recording of a group that was begun for this", () => {
    expect(covers({ spec: { group: "web" } }, {}, undefined, true)).toBe(true);
  });
});

describe("what is recorded meanwhile", () => {
  it("begins, goes on for longer than anything is waited for, and is stopped once", async () => {
    const { api, begun, stopped } = gateway([]);
    const recordings = await beginRecordings(api, {
      expectations: [anExpectation({ within: 90_000 }), anExpectation({ within: 600_000 })],
      recordings: [
        { spec: { leastStatus: 500 }, place },
        { spec: { protocol: "dsc", seconds: 30 }, place },
      ],
    });
    expect(begun).toEqual([
      { leastStatus: 500, seconds: 660 },
      { protocol: "dsc", seconds: 30 },
    ]);
    expect(await recordings.stop()).toEqual([]);
    await recordings.stop();
    expect(stopped).toEqual(["own-1", "own-2"]);
  });

  it.each<[string, Response, object]>([
    [
      "a node that is not there",
      problem(404, "not-found"),
      {
        exitCode: EXIT.failed,
        message: expect.stringMatching(/^ci\.yaml:2: the recording cannot begin: It is refused\. .*`from`/),
      },
    ],
    ["a name that is on", problem(409, "conflict"), { exitCode: EXIT.failed }],
    ["what cannot be", problem(400, "request-malformed"), { exitCode: EXIT.usage }],
  ])("does not begin for %s, and what had begun is stopped", async (_, refusal, said) => {
    let times = 0;
    const made = gateway([]);
    const { api, stopped } = gateway([], () =>
      times++ === 0 ? Response.json(aRecording({ id: "first" }), { status: 201 }) : refusal,
    );
    const beginning = beginRecordings(api, { ...nothing, recordings: [1, 2].map(() => ({ spec: {}, place })) });
    await expect(beginning).rejects.toMatchObject(said);
    await expect(beginning).rejects.toThrow(CommandError);
    expect(stopped).toEqual(["first"]);
    expect(made.stopped).toEqual([]);
  });

  it("is refused in the gateway's words where the caller may not", async () => {
    const { api } = gateway([], () => problem(403, "forbidden"));
    await expect(beginRecordings(api, { ...nothing, recordings: [{ spec: {}, place }] })).rejects.toThrow(ApiProblem);
  });

  it("may be somebody else's", async () => {
    const { api, recordings } = gateway([aRecording({ id: "theirs", name: "all" })]);
    const { unrecorded, stop } = await beginRecordings(api, nothing);
    const expectation = wire({ node: "nobody" });
    expect(await unrecorded(expectation)).toBeUndefined();
    expect(await unrecorded(expectation)).toBeUndefined();
    recordings[0] = aRecording({ id: "theirs", name: "all", state: "full", recorded: 1000 });
    expect(await unrecorded(expectation)).toBe(
      "The recording all was full after 1000 exchanges: what went over the wire since is not known.",
    );
    expect(await stop()).toEqual([]);
  });

  it("is not what began later", async () => {
    const { api, recordings } = gateway([aRecording({ id: "first" })]);
    const { unrecorded } = await beginRecordings(api, nothing);
    const expectation = wire();
    expect(await unrecorded(expectation)).toBeUndefined();
    recordings.splice(0, 1, aRecording({ id: "second" }), aRecording({ id: "first", state: "stopped" }));
    expect(await unrecorded(expectation)).toContain("first was stopped");
  });

  it.each<[string, Recording[]]>([
    ["nothing", []],
    ["what ended before", [aRecording({ state: "over" })]],
    ["another node", [aRecording({ spec: { nodeId: "id-other" } })]],
  ])("may be %s: then nothing is known", async (_, all) => {
    const { unrecorded } = await beginRecordings(gateway(all).api, nothing);
    expect(await unrecorded(wire({ node: "web-1" }))).toMatch(/^Nothing records such exchanges/);
  });
});
