import { createHash } from "node:crypto";
import { deflateSync, gunzipSync } from "node:zlib";
import type { CollectStep, JobWork, NetInventorySpec } from "@gatehouse/core/jobs";
import type { PackageAction, PackageCheck } from "@gatehouse/core/packages";
import { type Answer, send } from "../wire.js";
import { actionOf, attributesOf, type Exchange } from "./recordings.js";

/** What a server handed over in a recording. */
export interface Handed {
  /** As agents call it. */
  readonly task: string;
  /** Of each job, as the recording calls it: a uuid, or a number where XML has one. */
  readonly jobs: ReadonlyMap<string, JobWork>;
  /** Secrets of the credentials that the jobs name. */
  readonly credentials: ReadonlyMap<
    string,
    { readonly kind: string; readonly secret: string; readonly username?: string }
  >;
  readonly package?: { readonly file: string; readonly checks: PackageCheck[]; readonly actions: PackageAction[] };
  /** Of the package's file, as its parts were then. */
  readonly parts: readonly string[];
}

interface RecordedJob {
  readonly uuid: string;
  readonly checks?: PackageCheck[];
  readonly actions?: PackageAction[];
  readonly host?: string;
  readonly user?: string;
  readonly password?: string;
}

const TASK = { NETDISCOVERY: "NetDiscovery", SNMPQUERY: "NetInventory" } as const;

/** Reads it from what was answered. @throws where nothing was */
export function handedIn(exchanges: readonly Exchange[]): Handed {
  const option = exchanges.map(({ answer }) => answer.body.toString()).find((text) => text.includes("<OPTION>"));
  if (option !== undefined) return ofOption(option);
  const given = exchanges.find((exchange) => actionOf(exchange) === "getJobs");
  if (given === undefined) throw new Error("nothing is handed over in this recording");
  const { jobs, associatedFiles = {} } = JSON.parse(given.answer.body.toString()) as {
    jobs: readonly RecordedJob[];
    associatedFiles?: Record<string, { name: string; multiparts: string[] }>;
  };
  const task = /\/b\/(\w+)\//.exec(given.url.pathname)?.[1];
  const [first] = jobs;
  if (first === undefined) throw new Error("no job is handed over in this recording");
  const none = { credentials: new Map(), parts: [] };
  if (task === "deploy") {
    const [file] = Object.values(associatedFiles);
    const { checks = [], actions = [] } = first;
    return {
      ...{ ...none, task: "Deploy", parts: file?.multiparts ?? [] },
      package: { file: file?.name ?? "", checks, actions },
      jobs: new Map([[first.uuid, { task: "deploy", spec: { package: "recorded" } }]]),
    };
  }
  if (task === "esx") {
    const { uuid, host = "", user = "", password = "" } = first;
    return {
      ...{ ...none, task: "ESX", jobs: new Map([[uuid, { task: "esx", spec: { host, credential: "recorded" } }]]) },
      credentials: new Map([["recorded", { kind: "password", username: user, secret: password }]]),
    };
  }
  const steps = new Map<string, CollectStep[]>();
  for (const { uuid, _sid, ...step } of jobs as (RecordedJob & { _sid?: number })[])
    steps.set(uuid, [...(steps.get(uuid) ?? []), stepOf(step as unknown as CollectStep)]);
  return {
    ...{ ...none, task: "Collect" },
    jobs: new Map([...steps].map(([uuid, each]) => [uuid, { task: "collect", spec: { steps: each } }])),
  };
}

/** 1 and 0 where we say yes and no; what is empty is left out. */
function stepOf(step: CollectStep): CollectStep {
  if (step.function !== "findFile") return step;
  const { is_file, is_dir, ...filter } = step.filter;
  const said = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== ""));
  return {
    ...step,
    recursive: Boolean(step.recursive),
    filter: { ...said, is_file: Boolean(is_file), is_dir: Boolean(is_dir) },
  };
}

function ofOption(xml: string): Handed {
  const [, name = ""] = /<NAME>(\w+)<\/NAME>/.exec(xml) ?? [];
  const [param = {}] = attributesOf(xml, "PARAM");
  const authentications = attributesOf(xml, "AUTHENTICATION");
  const credentials = authentications.map(
    ({ ID = "", COMMUNITY = "" }) => [`snmp-${ID}`, { kind: "snmp-community", secret: COMMUNITY }] as const,
  );
  const access = credentials.map(([credential]) => ({ version: "2c", credential }) as const);
  const place = (id: string | undefined) => authentications.findIndex(({ ID }) => ID === id);
  const work: JobWork =
    name === "NETDISCOVERY"
      ? {
          task: "netdiscovery",
          spec: {
            ranges: attributesOf(xml, "RANGEIP").map(({ IPSTART = "", IPEND = "", PORT = "", PROTOCOL = "" }) => ({
              ...{ start: IPSTART, end: IPEND, port: PORT, protocol: PROTOCOL },
            })),
            ...{ access, threads: Number(param["THREADS_DISCOVERY"]), timeout: Number(param["TIMEOUT"]) },
          },
        }
      : {
          task: "netinventory",
          spec: {
            devices: attributesOf(xml, "DEVICE").map(({ IP = "", TYPE, PORT, AUTHSNMP_ID }) => ({
              ...{ ip: IP, type: TYPE as NetInventorySpec["devices"][number]["type"] },
              ...{ port: Number(PORT), access: place(AUTHSNMP_ID) },
            })),
            ...{ access, threads: Number(param["THREADS_QUERY"]), timeout: Number(param["TIMEOUT"]) },
          },
        };
  return {
    ...{ task: TASK[name as keyof typeof TASK], credentials: new Map(credentials), parts: [] },
    jobs: new Map([[param["PID"] ?? "", work]]),
  };
}

/** The file that an agent made of the parts that it got. */
export const fileIn = (exchanges: readonly Exchange[], parts: readonly string[]): Buffer =>
  Buffer.concat(
    parts.map((part) => {
      const got = exchanges.find(({ url, answer }) => url.href.includes(part) && answer.status === 200);
      return got?.answer.body ?? Buffer.alloc(0);
    }),
  );

export const sha512 = (bytes: Buffer): string => createHash("sha512").update(bytes).digest("hex");

/** What stands for what a recording says: a job's id for its uuid, a name for the machine's. */
export type Words = ReadonlyMap<string, string>;

/** All at once: what one is replaced by is not replaced again. */
function replaced(text: string, words: Words): string {
  const escaped = [...words.keys()].map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return text.replace(new RegExp(`(?:${escaped.join("|")})(?![\\w-])`, "g"), (word) => words.get(word) ?? word);
}

/**
 * Sends one again. @param base where to, without a path
 * @param path instead of the recorded one
 * @returns the answer as it came
 */
export async function sendAgain(
  exchange: Exchange,
  base: string,
  path: string,
  words: Words,
  login: string,
): Promise<Answer> {
  const { method, headers, text, isPacked } = exchange;
  const said = replaced(text, words);
  const { host, connection, te, "content-length": _, "keep-alive": __, ...kept } = headers;
  return send(base, {
    ...{ method, path: replaced(path, words) },
    headers: { ...kept, authorization: `Basic ${Buffer.from(login).toString("base64")}` },
    ...(text !== "" && { body: isPacked ? deflateSync(said) : said }),
  });
}

/** The file that parts as served make. @throws for a part that is no gzip member */
export const fileOf = (parts: readonly Buffer[]): Buffer => Buffer.concat(parts.map((part) => gunzipSync(part)));
