import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { sampleModule, signRegistration } from "@gatehouse/simulator";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { send } from "../wire.js";
import { getReports, KEY, type PullServer, recordingsDir, register, startPullServer } from "./pull-server.js";

interface Recorded {
  readonly n: number;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers: [string, string][];
    readonly body?: string | null;
  };
  readonly response: {
    readonly status: number;
    readonly headers: [string, string][];
    readonly body?: string | { readonly base64: string; readonly note?: string };
  };
  readonly note?: { readonly authOk?: boolean };
}

const dir = path.join(recordingsDir(), "traces", "dsc");
const files = existsSync(dir) ? readdirSync(dir).filter((file) => file.endsWith(".json")) : [];
if (files.length === 0) process.stderr.write("recordings of the pull protocol: not here, so none is replayed\n");

// Hop-by-hop, or set anew by the sender of a replay.
const OWN = new Set(["host", "content-length", "connection"]);

const bytesOf = ({ response }: Recorded) =>
  typeof response.body === "object" ? Buffer.from(response.body.base64, "base64") : Buffer.from(response.body ?? "");
const headerOf = ({ response }: Recorded, name: string) =>
  response.headers.find(([key]) => key.toLowerCase() === name)?.[1];
const isWhole = (recorded: Recorded) =>
  createHash("sha256").update(bytesOf(recorded)).digest("hex").toUpperCase() === headerOf(recorded, "checksum");
const agentIdOf = (requestPath: string) => /Nodes\(AgentId='([^']*)'\)/.exec(requestPath)?.[1]?.toUpperCase() ?? "";
const contentName = (requestPath: string) => /ConfigurationName='([^']*)'/.exec(requestPath)?.[1];

it.skipIf(files.length === 0)("there are recordings of both kinds of LCM", () => {
  expect(files.filter((file) => file.startsWith("wmf5")).length).toBeGreaterThan(0);
  expect(files.filter((file) => file.startsWith("linux")).length).toBeGreaterThan(0);
});

describe.each(files)("recording %s", (file) => {
  let server: PullServer;
  const { exchanges, registrationKey } =
    files.length === 0 ? { exchanges: [] } : JSON.parse(readFileSync(path.join(dir, file), "utf8"));
  beforeAll(async () => {
    server = await startPullServer();
    if (registrationKey !== undefined) await server.addKey("recorded", registrationKey);
  });
  afterAll(() => server.close());

  /** What the recorded server had published when it gave an answer: the download that follows shows it. */
  async function publishFor(index: number): Promise<void> {
    const next = (exchanges as Recorded[])
      .slice(index)
      .find(({ request }) => request.path.endsWith("/ConfigurationContent"));
    if (next !== undefined) await server.publish(`${contentName(next.request.path)}.mof`, bytesOf(next));
    for (const { request } of exchanges as Recorded[]) {
      const [, name, version] = /ModuleName='([^']*)',ModuleVersion='([^']*)'/.exec(request.path) ?? [];
      if (name !== undefined && version !== undefined) {
        const recorded = (exchanges as Recorded[]).find((item) => item.request.path === request.path && isWhole(item));
        await server.publish(
          `${name}_${version}.zip`,
          recorded === undefined ? await sampleModule(name, version) : bytesOf(recorded),
        );
      }
    }
  }

  it("is answered as the recorded agent needs it", async () => {
    let compared = 0;
    const registered = new Set<string>();
    const reports: { agentId: string; body: string }[] = [];
    for (const [index, recorded] of (exchanges as Recorded[]).entries()) {
      const { request } = recorded;
      const label = `${file} #${recorded.n} ${request.method} ${request.path}`;
      const agentId = agentIdOf(request.path);
      if (request.path.endsWith("/GetDscAction") && /"GetConfiguration"/.test(bytesOf(recorded).toString()))
        await publishFor(index);
      const headers = Object.fromEntries(request.headers.filter(([name]) => !OWN.has(name.toLowerCase())));
      // The key of one recording was not handed down: its bodies are signed again, with a key that this server has.
      if (request.method === "PUT" && registrationKey === undefined) {
        headers["Authorization"] = signRegistration(Buffer.from(request.body ?? ""), headers["x-ms-date"] ?? "", KEY);
      }
      const replay = () =>
        send(server.gateway.http, {
          method: request.method,
          path: request.path,
          headers,
          ...(request.body ? { body: request.body } : {}),
        });
      let answer = await replay();
      if (request.path.endsWith("/SendReport")) {
        // Registered before the recording began; a report of an unknown agent is refused, as by the native server.
        if (!registered.has(agentId)) {
          expect(answer.status, label).toBe(400);
          expect((await register(server, agentId, { type: "ReportServer" })).status, label).toBe(204);
          registered.add(agentId);
          answer = await replay();
        }
        expect(JSON.parse(answer.body.toString()).value, label).toBe("SavedReport");
        reports.push({ agentId, body: request.body ?? "" });
      }
      compared++;
      if (request.method === "PUT") {
        expect(answer.status, label).toBe(recorded.note?.authOk === false ? 401 : 204);
        if (answer.status === 204) registered.add(agentId);
      } else expect(answer.status, label).toBe(recorded.response.status);
      if (request.path.endsWith("/GetDscAction"))
        compareAction(answer.body.toString(), bytesOf(recorded).toString(), label);
      if (request.path.endsWith("Content") && isWhole(recorded)) {
        expect(answer.headers["checksum"], label).toBe(headerOf(recorded, "checksum"));
        expect(answer.body.equals(bytesOf(recorded)), label).toBe(true);
      }
    }
    expect(compared).toBeGreaterThan(0);
    await compareReports(reports);
  });

  /** What an operator reads back of an agent's runs is what was sent of them. */
  async function compareReports(sent: readonly { agentId: string; body: string }[]): Promise<void> {
    for (const agentId of new Set(sent.map((report) => report.agentId))) {
      const runs = runsOf(sent.filter((report) => report.agentId === agentId).map(({ body }) => JSON.parse(body)));
      const answer = await getReports(server, agentId);
      expect(answer.status, file).toBe(200);
      const found = new Map<string, Record<string, unknown>>(
        JSON.parse(answer.body.toString()).value.map((report: { JobId: string }) => [
          report.JobId.toLowerCase(),
          report,
        ]),
      );
      expect([...found.keys()].sort(), file).toEqual([...runs.keys()].sort());
      for (const [jobId, run] of runs) expect(found.get(jobId), `${file} ${jobId}`).toMatchObject(run);
    }
  }
});

type Sent = Readonly<Record<string, unknown>> & { readonly JobId: string; readonly Errors: readonly string[] };

/** The runs of some reports: each field as it was last said, and every error. */
function runsOf(reports: readonly Sent[]): Map<string, Record<string, unknown>> {
  const runs = new Map<string, Record<string, unknown>>();
  for (const report of reports) {
    const run = runs.get(report.JobId.toLowerCase()) ?? { Errors: [] };
    const said = Object.entries(report).filter(([, value]) => !Array.isArray(value) || value.length > 0);
    const errors = [...new Set([...(run["Errors"] as string[]), ...report.Errors])];
    runs.set(report.JobId.toLowerCase(), { ...run, ...Object.fromEntries(said), Errors: errors });
  }
  return runs;
}

/** The same words about the same names; the native server's UpdateMetaConfig is the misspelling that its own client refuses. */
function compareAction(ours: string, theirs: string, label: string): void {
  const words = (text: string) => {
    const { NodeStatus, Details } = JSON.parse(text.replaceAll(/"UpdateMetaConfig"/g, '"UpdateMetaConfiguration"'));
    return [
      NodeStatus,
      ...Details.flatMap((item: { ConfigurationName: string; Status: string }) => [
        item.ConfigurationName,
        item.Status,
      ]),
    ].map((word) => word.toLowerCase());
  };
  expect(words(ours), label).toEqual(words(theirs));
}
