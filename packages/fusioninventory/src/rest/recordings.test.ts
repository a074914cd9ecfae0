import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { CollectStep, JobWork } from "@gatehouse/core/jobs";
import type { PackageAction, PackageCheck, PackageFile } from "@gatehouse/core/packages";
import { enrolmentOf } from "@gatehouse/inventory";
import { describe, expect, it } from "vitest";
import { packageOf, proven, restWorld } from "./rest.test.helper.js";

interface Exchange {
  readonly request: {
    readonly method: "GET" | "POST";
    readonly path: string;
    readonly query: Readonly<Record<string, string>>;
    readonly headers: readonly (readonly [string, string])[];
    readonly bodyBase64?: string;
  };
  readonly response: { readonly decoded?: { readonly json?: unknown } };
}

const shared = process.env["GATEHOUSE_SHARED"] ?? join(import.meta.dirname, "../../../../../shared");
const folder = join(shared, "traces/glpi");
const isOurs = ({ request: { query, path } }: Exchange) =>
  /^\/(?:b|mirror)\//.test(path) && query["action"] !== "getConfig";
const recordings = (existsSync(folder) ? readdirSync(folder) : [])
  .filter((file) => /^(?:fi|glpi)-(?:deploy|collect|esx)/.test(file))
  .map((file) => {
    const { exchanges } = JSON.parse(readFileSync(join(folder, file), "utf8")) as { exchanges: Exchange[] };
    return [file.replace(".json", ""), exchanges.filter(isOurs)] as const;
  });
if (recordings.length === 0)
  console.warn(`no recordings in ${folder}: tests that replay them are skipped (set GATEHOUSE_SHARED)`);

interface RecordedFile {
  readonly name: string;
  readonly multiparts: readonly string[];
}
interface RecordedJob {
  readonly uuid: string;
  readonly function?: string;
  readonly host?: string;
  readonly checks: readonly PackageCheck[];
  readonly actions: readonly PackageAction[];
  readonly filter?: Readonly<Record<string, unknown>>;
  readonly recursive?: number;
}
interface Recorded {
  readonly jobs: readonly RecordedJob[];
  readonly associatedFiles?: Readonly<Record<string, RecordedFile>>;
}

/** The jobs that the recording's server had, as they are ordered here. */
function worksOf({ jobs, associatedFiles = {} }: Recorded, house: ReturnType<typeof restWorld>): Map<string, JobWork> {
  const works = new Map<string, JobWork>();
  const steps = new Map<string, CollectStep[]>();
  for (const job of jobs) {
    const { uuid } = job;
    if (job.host !== undefined) {
      house.credentials.set("esx", { name: "esx", kind: "password", username: "root", secret: "pw" });
      works.set(uuid, { task: "esx", spec: { host: job.host, credential: "esx" } });
    } else if (job.function !== undefined) {
      const { uuid: _uuid, _sid, recursive, filter, ...rest } = job as RecordedJob & { readonly _sid: number };
      const step = { ...rest, ...(recursive !== undefined && { recursive: recursive === 1 }) };
      const flags = filter && { is_file: filter["is_file"] === 1, is_dir: filter["is_dir"] === 1 };
      steps.set(uuid, [
        ...(steps.get(uuid) ?? []),
        { ...step, ...(filter && { filter: { ...filter, ...flags } }) } as never,
      ]);
      works.set(uuid, { task: "collect", spec: { steps: steps.get(uuid) ?? [] } });
    } else {
      const files = Object.entries(associatedFiles).map(
        ([sha512, { name, multiparts }]): PackageFile => ({
          ...{ name, sha512, size: 3, uncompress: false, p2p: false, p2pRetentionMinutes: 0 },
          parts: multiparts.map((part, i) => ({ sha512: part, sha256: String(i).repeat(64), size: 6 })),
        }),
      );
      house.packages.set("tool 3", packageOf({ checks: job.checks, actions: job.actions, files }));
      works.set(uuid, { task: "deploy", spec: { package: "tool", version: 3 } });
    }
  }
  return works;
}

/** How each recording ended, by its jobs. */
const ENDS: Readonly<Record<string, readonly string[]>> = {
  "fi-deploy-ok": ["ok"],
  "fi-deploy-check-fail": ["ko"],
  "fi-deploy-parts-missing": ["ko"],
  "glpi-deploy-mirror": ["ok"],
  "fi-collect": ["ok", "ok", "ok"],
  "glpi-collect-post": ["ok"],
  "fi-esx": ["ok"],
  "glpi-esx": ["ok"],
};

describe.skipIf(recordings.length === 0)("what agents of a task sent", () => {
  it.each(recordings)("is answered so that they go on, and notes all of it: %s", async (name, exchanges) => {
    const bytes = Buffer.from("a part");
    const house = restWorld({ content: { open: async (ref) => ({ ...ref, bytes }) } });
    const asked = exchanges.find(({ request }) => request.query["action"] === "getJobs");
    const recorded = asked?.response.decoded?.json as Recorded;
    const machineId = asked?.request.query["machineid"] ?? "";
    house.enrol(enrolmentOf({ deviceId: machineId }));
    const agent = house.agents.length - 1;
    const ids = new Map<string, string>();
    for (const [uuid, work] of worksOf(recorded, house)) ids.set(uuid, house.addJob(work, { agent }).id);
    let token = "";
    let lines = 0;
    for (const { request } of exchanges) {
      const mapped = (text: string) => {
        let ours = text.replace(/_glpi_csrf_token=csrf-\w+/, `_glpi_csrf_token=${token}`);
        for (const [theirs, id] of ids) ours = ours.replace(`uuid=${theirs}`, `uuid=${id}`);
        return ours;
      };
      const { method, query } = request;
      const headers = Object.fromEntries(request.headers.map(([key, value]) => [key.toLowerCase(), value]));
      const hasPart = request.path.startsWith("/mirror/") || query["action"] === "getFilePart";
      const answer = await house.sendReady({
        ...{ method, headers, ...proven },
        path:
          hasPart && query["action"] === undefined
            ? request.path.replace("/mirror/", "/plugins/fusioninventory/b/deploy/parts/")
            : `/plugins/fusioninventory${request.path.replace(/\/$/, "")}`,
        query: mapped(new URLSearchParams(query).toString()),
        body: mapped(Buffer.from(request.bodyBase64 ?? "", "base64").toString()),
      });
      expect([request.path, query, answer?.status]).toEqual([request.path, query, 200]);
      if (hasPart) {
        expect(answer).toMatchObject({ body: bytes });
        continue;
      }
      const said = JSON.parse((answer as { text: string }).text) as { token?: string };
      token = said.token ?? token;
      if (query["action"] === "getJobs") expect(said).toEqual(expected(recorded, ids));
      else lines++;
    }
    expect(house.jobs.map(({ state }) => state)).toEqual(ENDS[name]);
    expect(house.said).toHaveLength(lines);
  });
});

/** What the recording's server said, in our words: our ids and mirrors, steps that count from 1, answers by POST. */
function expected({ jobs, associatedFiles }: Recorded, ids: ReadonlyMap<string, string>): object {
  const counts = new Map<string, number>();
  const ours = jobs.map((job) => {
    const uuid = ids.get(job.uuid);
    if (job.function === undefined) return { ...job, uuid };
    counts.set(job.uuid, (counts.get(job.uuid) ?? 0) + 1);
    return { ...job, uuid, _sid: counts.get(job.uuid) };
  });
  const mirrors = ["https://gatehouse.example/plugins/fusioninventory/b/deploy/parts/"];
  return {
    jobs: ours,
    ...(ours.some((job) => "function" in job) && { postmethod: "POST", token: expect.any(String) }),
    ...(associatedFiles && {
      associatedFiles: Object.fromEntries(
        Object.entries(associatedFiles).map(([sha512, file]) => [sha512, { ...file, mirrors }]),
      ),
    }),
  };
}
