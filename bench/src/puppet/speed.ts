import path from "node:path";
import { serverIdentity } from "../ca/identity.js";
import type { Goal } from "../goal.js";
import type { Load } from "../load/load.js";
import { type Recorded, record } from "../load/record.js";
import type { LoadResult, RequestShape } from "../load/types.js";
import type { Findings } from "../report.js";
import { Probe } from "../reports/probe.js";
import { takeTurn } from "../reports/turn.js";
import { type Measured, over, planFor, ratio, rotate, rowOf, type Subject } from "../rounds.js";
import { startYardstick } from "../yardstick.js";
import { FILE_BYTES, TREE_FILES } from "./environment-folder.js";
import { hasPuppetserver, type Puppetserver, startPuppetserver } from "./puppetserver.js";
import { CERTNAME, fileContent, fileMetadata, fileMetadatas, nodeRequest, putReport } from "./requests.js";
import type { PuppetSettings } from "./settings.js";
import { newSite, type Site, tellFacts } from "./site.js";

const YARDSTICK = new URL("./yardstick-server.js", import.meta.url);

/** One request with what it must reach, in puppetserver's requests per second. */
interface Question {
  readonly id: string;
  readonly what: string;
  readonly request: RequestShape;
  readonly atLeast: number;
  readonly aim?: number;
  /** Whether the gateway must have stored each one when the turn is over. */
  readonly stored?: true;
}

const questionsOf = (resources: number): readonly Question[] => [
  { id: "node", what: "GET of the node, with its facts", request: nodeRequest, atLeast: 5, aim: 8 },
  { id: "file-metadata", what: "file_metadata", request: fileMetadata, atLeast: 5, aim: 8 },
  {
    id: "file-metadatas",
    what: `file_metadatas of a folder of ${TREE_FILES} files`,
    request: fileMetadatas,
    atLeast: 5,
    aim: 8,
  },
  { id: "file-content", what: `file_content of ${FILE_BYTES} bytes`, request: fileContent, atLeast: 3 },
  {
    id: "report",
    what: `PUT of a report of ${resources} resources, committed`,
    request: putReport(resources),
    atLeast: 8,
    stored: true,
  },
];

/** What each agent asks in its runs, beside Debian's puppetserver where there is one, and beside bare Express. */
export async function speed(
  dir: string,
  load: Load,
  settings: PuppetSettings,
  say: (line: string) => void,
): Promise<Findings> {
  const questions = questionsOf(settings.resources);
  const site = await newSite(dir, "speed", 0);
  const probe = await Probe.open(site.gateway.database);
  let other: Puppetserver | undefined;
  try {
    const durability = await probe.durability();
    if (hasPuppetserver) {
      say("starting and warming puppetserver");
      other = await startPuppetserver(path.join(dir, "puppetserver"), site.environments, CERTNAME);
      await tellFacts(other.port, other.client);
      await warm(load, other, questions, settings);
    }
    const found: Findings[] = [];
    for (const question of questions) {
      say(question.what);
      found.push(findingsOf(question, await measure(dir, load, settings, site, probe, other, question)));
    }
    const judge = other === undefined ? "Debian's puppetserver is not installed: nothing is judged" : versus(settings);
    return {
      goals: found.flatMap(({ goals }) => goals),
      cases: found.flatMap(({ cases }) => cases),
      notes: [`${judge}. The gateway's database: ${durability}.`],
    };
  } finally {
    await probe.close();
    await other?.stop();
    await site.gateway.stop();
  }
}

const versus = ({ warmSeconds }: PuppetSettings): string =>
  `Puppetserver has the settings of Debian's package and environment_timeout = unlimited, and was warmed up for ${warmSeconds} s`;

/** All requests in turn, so that JRuby has compiled what is measured. */
async function warm(
  load: Load,
  server: Puppetserver,
  questions: readonly Question[],
  settings: PuppetSettings,
): Promise<void> {
  const subject = subjectOf("puppetserver", server);
  const seconds = Math.max(0.3, settings.warmSeconds / (questions.length * 4));
  const until = performance.now() + settings.warmSeconds * 1000;
  while (performance.now() < until) {
    for (const { request } of questions) {
      const { body } = await record(server.port, request, "", server.client);
      await load.run(planFor(subject, request, body, { ...settings, settleSeconds: 0, seconds }));
    }
  }
}

/** It as a subject. */
export const subjectOf = (
  name: string,
  { port, pid, client }: Pick<Puppetserver, "port" | "pid" | "client">,
): Subject => ({
  name,
  port,
  pid,
  // It has no database of which the time could be taken.
  postmaster: 0,
  agents: 1,
  tls: client,
});

async function measure(
  dir: string,
  load: Load,
  settings: PuppetSettings,
  { gateway, client }: Site,
  probe: Probe,
  other: Puppetserver | undefined,
  { id, request, stored }: Question,
): Promise<Measured[]> {
  const own: Recorded = await record(gateway.httpsPort, request, "", client);
  const yardstick = await startYardstick(YARDSTICK, dir, id, own, null, await serverIdentity(gateway));
  const place = { port: gateway.httpsPort, pid: gateway.pid, client };
  const subjects = [
    ...(other === undefined
      ? []
      : [{ ...subjectOf("puppetserver", other), answer: await record(other.port, request, "", other.client) }]),
    {
      ...subjectOf("Bare Express", { port: yardstick.ready.port, pid: yardstick.pid, client }),
      answer: own,
    },
    { ...subjectOf("Gatehouse", place), postmaster: gateway.postmaster, answer: own },
  ];
  const submissions = async () => (await probe.counts()).submissions;
  try {
    return await rotate(
      subjects,
      (subject): Promise<LoadResult> => {
        const plan = planFor(subject, request, subject.answer.body, settings);
        // What a report leaves to do falls into nobody else's turn.
        return stored && subject.pid === gateway.pid
          ? takeTurn(load, plan, probe, { rows: submissions, processes: true })
          : load.run(plan);
      },
      settings,
    );
  } finally {
    await yardstick.stop();
  }
}

function findingsOf({ id, what, atLeast, aim }: Question, measured: readonly Measured[]): Findings {
  const named = (name: string) => measured.find((one) => one.name === name);
  const [gateway, express, puppetserver] = ["Gatehouse", "Bare Express", "puppetserver"].map(named);
  if (gateway === undefined || express === undefined) throw new Error("a subject is missing");
  const per = (round: LoadResult) => round.perSecond;
  const goal: Goal = {
    id,
    what,
    judgedBy: "requests/s over puppetserver",
    unit: "",
    atLeast,
    ...(aim === undefined ? {} : { aim }),
    measured: puppetserver === undefined ? null : (ratio(gateway, puppetserver, per) ?? null),
    beside: {
      ...(puppetserver === undefined
        ? {}
        : { "by server CPU": ratio(puppetserver, gateway, (round) => round.serverCpu) ?? null }),
      "over bare Express": ratio(gateway, express, per) ?? null,
    },
  };
  const rows = measured.map((one) => ({
    ...rowOf(one),
    clientCpuMicroseconds: over(one, (round) => round.clientCpu),
  }));
  return { goals: [goal], cases: [{ id, title: what, rows }] };
}
