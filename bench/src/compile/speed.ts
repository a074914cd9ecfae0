import path from "node:path";
import type { Goal } from "../goal.js";
import type { Load } from "../load/load.js";
import type { LoadResult } from "../load/types.js";
import { treePss } from "../process/memory.js";
import { hasPuppetserver, type Puppetserver, startPuppetserver } from "../puppet/puppetserver.js";
import { CERTNAME } from "../puppet/requests.js";
import { subjectOf } from "../puppet/speed.js";
import type { Findings } from "../report.js";
import { type Measured, over, planFor, ratio, rotate, rowOf } from "../rounds.js";
import { worst } from "../stats.js";
import { SIZES } from "./environment-folder.js";
import type { CompileSettings } from "./settings.js";
import { expectFiles, newSite, type Site, sized } from "./site.js";

/** What each size must reach, in puppetserver's catalogs per second. */
const AT_LEAST: Readonly<Record<(typeof SIZES)[number], number>> = { 10: 3, 50: 1.8, 500: 0.9 };
const MOST_MEGABYTES = 400;

/** Catalogs of two clients, beside Debian's puppetserver where there is one; and what all our processes take up. */
export async function speed(
  dir: string,
  load: Load,
  settings: CompileSettings,
  say: (line: string) => void,
): Promise<Findings> {
  const site = await newSite(dir, "speed", settings.workers);
  let other: Puppetserver | undefined;
  const memory: number[] = [];
  try {
    if (hasPuppetserver) {
      say("starting and warming puppetserver");
      const folder = path.join(dir, "puppetserver");
      other = await startPuppetserver(folder, site.environments, CERTNAME, settings.workers);
      await warm(load, other, settings);
    }
    const found: Findings[] = [];
    for (const size of SIZES) {
      say(`catalogs of ${size} resources`);
      found.push(findingsOf(size, await measure(load, settings, site, other, size, memory)));
    }
    const judge = other === undefined ? "Debian's puppetserver is not installed: no rate is judged" : versus(settings);
    return {
      goals: [...found.flatMap(({ goals }) => goals), memoryGoal(settings, memory)],
      cases: found.flatMap(({ cases }) => cases),
      notes: [`${judge}.`],
    };
  } finally {
    await other?.stop();
    await site.gateway.stop();
  }
}

const versus = ({ warmSeconds, workers }: CompileSettings): string =>
  `Puppetserver has the settings of Debian's package, environment_timeout = unlimited and ${workers} JRuby instances, ` +
  `and was warmed up for ${warmSeconds} s; the gateway has ${workers} workers`;

/** All catalogs in turn, so that JRuby has compiled what is measured. */
async function warm(load: Load, server: Puppetserver, settings: CompileSettings): Promise<void> {
  for (const size of SIZES) await expectFiles(server.port, server.client, size);
  const subject = subjectOf("puppetserver", server);
  const seconds = Math.max(0.3, settings.warmSeconds / (SIZES.length * 4));
  const until = performance.now() + settings.warmSeconds * 1000;
  while (performance.now() < until) {
    for (const size of SIZES)
      await load.run(planFor(subject, sized(size), undefined, { ...settings, settleSeconds: 0, seconds }));
  }
}

async function measure(
  load: Load,
  settings: CompileSettings,
  { gateway, client }: Site,
  other: Puppetserver | undefined,
  size: number,
  memory: number[],
): Promise<Measured[]> {
  await expectFiles(gateway.httpsPort, client, size);
  const { pid, postmaster } = gateway;
  const subjects = [
    ...(other === undefined ? [] : [subjectOf("puppetserver", other)]),
    { ...subjectOf("Gatehouse", { port: gateway.httpsPort, pid, client }), postmaster },
  ];
  return rotate(
    subjects,
    async (subject): Promise<LoadResult> => {
      const result = await load.run(planFor(subject, sized(size), undefined, settings));
      const pss = subject.pid === pid ? treePss(pid, postmaster) : undefined;
      if (pss !== undefined) memory.push(pss);
      return result;
    },
    settings,
  );
}

function findingsOf(size: (typeof SIZES)[number], measured: readonly Measured[]): Findings {
  const named = (name: string) => measured.find((one) => one.name === name);
  const [gateway, puppetserver] = [named("Gatehouse"), named("puppetserver")];
  if (gateway === undefined) throw new Error("a subject is missing");
  const id = `catalog-${size}`;
  const what = `Catalogs of ${size} resources, compiled`;
  const goal: Goal = {
    id,
    what,
    judgedBy: "catalogs/s over puppetserver",
    unit: "",
    atLeast: AT_LEAST[size],
    measured: puppetserver === undefined ? null : (ratio(gateway, puppetserver, (round) => round.perSecond) ?? null),
  };
  // The workers' time is not the gateway's own: it would say too little.
  const rows = measured.map((one) => {
    const { serverCpuMicroseconds: _, postgresCpuMicroseconds: __, ...row } = rowOf(one);
    return { ...row, p95Milliseconds: over(one, (round) => round.p95) };
  });
  return { goals: [goal], cases: [{ id, title: what, rows }] };
}

const memoryGoal = ({ workers }: CompileSettings, memory: readonly number[]): Goal => ({
  id: "memory",
  what: `Memory of all processes with ${workers} workers, PostgreSQL apart`,
  judgedBy: "the most of all rounds, PSS",
  unit: "MB",
  atMost: MOST_MEGABYTES,
  measured: memory.length === 0 ? null : worst(memory),
});
