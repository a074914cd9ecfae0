import path from "node:path";
import type { Load } from "../load/load.js";
import { record } from "../load/record.js";
import type { RequestShape } from "../load/types.js";
import { type Gateway, startGateway } from "../process/gateway.js";
import type { Findings } from "../report.js";
import { type Measured, over, ratio, rowOf, type Subject, takeTurns } from "../rounds.js";
import { startYardstick } from "../yardstick.js";
import { type Client, newClient, serverIdentity } from "./identity.js";
import { caBundle, revocationLists } from "./requests.js";
import type { CaSettings } from "./settings.js";

const YARDSTICK = new URL("./yardstick-server.js", import.meta.url);

const BUNDLES = [
  { id: "crl", what: "The revocation lists", request: revocationLists },
  { id: "ca-bundle", what: "The authority's certificates", request: caBundle },
] as const;

/** What every agent fetches of the authority, by mutual TLS on kept connections, beside bare Express. */
export async function bundles(dir: string, load: Load, settings: CaSettings): Promise<Findings> {
  const gateway = await startGateway(path.join(dir, "bundles"));
  try {
    const client = await newClient(gateway, "agent.bench.example");
    const found: Findings[] = [];
    for (const { id, what, request } of BUNDLES) {
      const { measured, bytes } = await besideYardstick(id, request, dir, load, settings, gateway, client);
      found.push(findingsOf(id, `${what}, ${bytes} bytes by mutual TLS`, measured));
    }
    return { goals: found.flatMap(({ goals }) => goals), cases: found.flatMap(({ cases }) => cases) };
  } finally {
    await gateway.stop();
  }
}

async function besideYardstick(
  name: string,
  request: RequestShape,
  dir: string,
  load: Load,
  settings: CaSettings,
  gateway: Gateway,
  tls: Client,
): Promise<{ measured: Measured[]; bytes: number }> {
  const answer = await record(gateway.httpsPort, request, "", tls);
  const yardstick = await startYardstick(YARDSTICK, dir, name, answer, null, await serverIdentity(gateway));
  const common = { postmaster: gateway.postmaster, agents: 1, tls };
  const subjects: Subject[] = [
    { name: "Bare Express", port: yardstick.ready.port, pid: yardstick.pid, ...common },
    { name: "Gatehouse", port: gateway.httpsPort, pid: gateway.pid, ...common },
  ];
  try {
    return {
      measured: await takeTurns(load, subjects, request, answer.body, settings),
      bytes: answer.body.length,
    };
  } finally {
    await yardstick.stop();
  }
}

function findingsOf(id: string, what: string, measured: readonly Measured[]): Findings {
  const [bare, gateway] = measured;
  if (!bare || !gateway) throw new Error("a subject is missing");
  return {
    goals: [
      {
        id,
        what,
        judgedBy: "requests/s over bare Express",
        unit: "",
        atLeast: 0.6,
        measured: ratio(gateway, bare, (round) => round.perSecond) ?? null,
        beside: { "by server CPU": ratio(bare, gateway, (round) => round.serverCpu) ?? null },
      },
    ],
    cases: [
      {
        id,
        title: what,
        rows: measured.map((one) => ({
          ...rowOf(one),
          clientCpuMicroseconds: over(one, (round) => round.clientCpu),
        })),
      },
    ],
  };
}
