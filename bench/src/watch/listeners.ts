import { readFileSync } from "node:fs";
import https from "node:https";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { getDscAction } from "../dsc/requests.js";
import { newSite } from "../dsc/site.js";
import type { Load } from "../load/load.js";
import { type Gateway, gatehouse } from "../process/gateway.js";
import { memoryOf } from "../process/memory.js";
import type { Findings } from "../report.js";
import { planFor } from "../rounds.js";
import { worst } from "../stats.js";
import type { WatchSettings } from "./settings.js";

/** Milliseconds between two looks at the memory. */
const LOOK_MS = 100;
/** Connections that are made at once. */
const AT_ONCE = 50;
const IDLE_MS = 3_000;

/** Memory of a gateway that many follow, idle and while agents check in and each is told. */
export async function listeners(dir: string, load: Load, settings: WatchSettings): Promise<Findings> {
  const { gateway, checksum } = await newSite(dir, "listeners", settings.agents);
  try {
    const { port, pid, postmaster } = gateway;
    const subject = { name: "", port, pid, postmaster, agents: settings.agents };
    const plan = { ...planFor(subject, getDscAction(checksum), undefined, settings), connections: 1, maxRequests: 200 };
    // What serving takes is no listener's.
    await load.run(plan);
    await gatehouse(gateway.dataDir, "exchange", "record", "bench", "--protocol", "dsc");
    await load.run(plan);
    const before = await highest(pid, () => sleep(IDLE_MS));
    const crowd = await follow(gateway, settings.listeners);
    const idle = await highest(pid, () => sleep(IDLE_MS));
    const told = await highest(pid, async () => {
      const { answered } = await load.run(plan);
      await crowd.heard(answered);
    });
    crowd.close();
    const more = (of: number | null) => (of === null || before === null ? null : worst([of - before]));
    return {
      goals: [
        {
          id: "stream-listeners",
          what: `${settings.listeners} listeners on the stream`,
          judgedBy: "memory (RSS) of the gateway with them, while each is told of each exchange, less that without",
          unit: "MB",
          atMost: 200,
          measured: more(told),
          beside: {
            "while nothing happens": more(idle),
            "the whole gateway": told === null ? null : worst([told]),
          },
        },
      ],
      cases: [],
    };
  } finally {
    await gateway.stop();
  }
}

/** The most memory while something is done; null where it cannot be read. */
async function highest(pid: number, work: () => Promise<unknown>): Promise<number | null> {
  const seen: number[] = [];
  const look = () => {
    const rss = memoryOf(pid)?.rss;
    if (rss !== undefined) seen.push(rss);
  };
  look();
  const looking = setInterval(look, LOOK_MS);
  try {
    await work();
  } finally {
    clearInterval(looking);
  }
  look();
  return seen.length === 0 ? null : Math.max(...seen);
}

interface Crowd {
  /** Resolves when each listener was told of so many exchanges since it began. */
  heard(exchanges: number): Promise<void>;
  close(): void;
}

/** Each on a connection of its own; resolves when all of them follow. */
async function follow(gateway: Gateway, many: number): Promise<Crowd> {
  const agent = new https.Agent({ ca: readFileSync(gateway.ready.ca), maxSockets: many });
  const token = readFileSync(path.join(gateway.dataDir, "admin.token"), "utf8").trim();
  const heard = new Array<number>(many).fill(0);
  const { hostname: host, port } = new URL(gateway.ready.https);
  let failed: Error | undefined;
  const one = (n: number) =>
    new Promise<void>((resolve, reject) => {
      const fail = (error: Error) => {
        failed = error;
        reject(error);
      };
      const options = { agent, host, port, path: "/api/v1/exchange-stream" };
      const request = https.get({ ...options, headers: { Authorization: `Bearer ${token}` } }, (response) => {
        if (response.statusCode !== 200) fail(new Error(`a listener got ${response.statusCode}`));
        let rest = "";
        response.on("data", (chunk: Buffer) => {
          const lines = (rest + chunk.toString("latin1")).split("\n");
          rest = lines.pop() ?? "";
          for (const line of lines) {
            if (line === "event: following") resolve();
            if (line === "event: exchange") heard[n] = (heard[n] ?? 0) + 1;
          }
        });
        response.on("error", fail);
        response.on("end", () => fail(new Error("the gateway ended a stream")));
      });
      request.on("error", fail);
    });
  let next = 0;
  const some = async () => {
    for (let n = next++; n < many; n = next++) await one(n);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, many) }, some));
  return {
    async heard(exchanges) {
      while (heard.some((count) => count < exchanges)) {
        if (failed !== undefined) throw failed;
        await sleep(LOOK_MS);
      }
    },
    close: () => agent.destroy(),
  };
}
