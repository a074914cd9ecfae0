import path from "node:path";
import type { Row } from "../columns.js";
import { startGateway } from "../process/gateway.js";
import type { Findings } from "../report.js";
import { type Measured, over, rotate, values } from "../rounds.js";
import { worst } from "../stats.js";
import { LOOP_LIMIT_MS } from "./enrolment.js";
import { type Client, newClient } from "./identity.js";
import { hostName, isRevoked, type Large, makeLarge, serialsOf } from "./large-authority.js";
import { IdleLoop } from "./loop-delay.js";
import { type Revocation, type Revoked, revokeOne } from "./revoke.js";
import type { CaSettings } from "./settings.js";

/** A prime: names that are revoked one after the other have rows far apart. */
const STRIDE = 7919;

/** Revokes certificates of an authority that has issued many, one after the other: alone, and beside other requests. */
export async function revocation(dir: string, settings: CaSettings, say: (line: string) => void): Promise<Findings> {
  const dataDir = path.join(dir, "revocation");
  const client = await makeAuthority(dataDir, settings);
  const gateway = await startGateway(dataDir);
  const idle = new IdleLoop();
  try {
    say(`an authority with ${settings.certificates} certificates started in ${(gateway.readyMs / 1000).toFixed(1)} s`);
    const world: Revocation = { gateway, client, idle };
    const names = liveNames(settings, 2 * (settings.warmUps + settings.revocations));
    const serials = await serialsOf(gateway.database, names);
    const subjects = [
      { name: "Nothing else going on", others: 0 },
      { name: `${settings.lightLoad} other requests a second`, others: settings.lightLoad },
    ];
    const turn = ({ others }: { others: number }) => {
      const name = names.pop() ?? "";
      return revokeOne(world, { name, serial: serials.get(name) ?? "" }, others);
    };
    const measured = await rotate(subjects, turn, { ...settings, rounds: settings.revocations });
    return findingsOf(settings, measured, gateway.readyMs);
  } finally {
    await Promise.all([idle.close(), gateway.stop()]);
  }
}

/** A gateway's folder with a large authority in it. @returns an administrator of it */
async function makeAuthority(dataDir: string, large: Large): Promise<Client> {
  const gateway = await startGateway(dataDir);
  try {
    const client = await newClient(gateway, "admin.bench.example", { pp_cli_auth: "true" });
    await makeLarge(gateway.database, large, client.cert);
    return client;
  } finally {
    await gateway.stop();
  }
}

/** Names of certificates that are not revoked yet. */
function liveNames(settings: CaSettings, count: number): string[] {
  const names: string[] = [];
  for (let n = 1; names.length < count; n = (n + STRIDE) % settings.certificates)
    if (n > 0 && !isRevoked(n, settings)) names.push(hostName(n));
  return names;
}

function findingsOf(
  { certificates, revoked }: CaSettings,
  measured: readonly Measured<Revoked>[],
  readyMs: number,
): Findings {
  const [alone, beside] = measured;
  if (!alone || !beside) throw new Error("a subject is missing");
  for (const { name, rounds } of measured)
    for (const { entries } of rounds)
      if (entries <= revoked) throw new Error(`${name}: a list had ${entries} entries instead of more than ${revoked}`);
  const all = (of: (round: Revoked) => number) => measured.flatMap((each) => values(each, of) ?? []);
  const seconds = ({ served }: Revoked) => served / 1000;
  return {
    notes: [
      `Revoking: ${certificates} certificates, ${revoked} of them revoked before; the gateway starts on them in ${(readyMs / 1000).toFixed(1)} s. The list was asked for ${Math.max(...all(({ asked }) => asked))} times at the most until it had the serial.`,
    ],
    goals: [
      {
        id: "revoke",
        what: `A revocation among ${certificates} certificates, ${revoked} of them revoked`,
        judgedBy: "the longest, until a list with it is served",
        unit: "s",
        atMost: 1,
        measured: worst(all(seconds)),
        beside: { "nothing else going on": over(alone, seconds), "beside other requests": over(beside, seconds) },
      },
      {
        id: "revoke-loop",
        what: `The longest that the event loop is blocked while it makes that list`,
        judgedBy: "the worst revocation",
        unit: "ms",
        atMost: LOOP_LIMIT_MS,
        measured: worst(all(({ loopDelay }) => loopDelay)),
        beside: {
          "nothing else going on": over(alone, ({ loopDelay }) => loopDelay),
          "beside other requests": over(beside, ({ loopDelay }) => loopDelay),
          "a thread with nothing to do": over(beside, ({ idleDelay }) => idleDelay),
        },
      },
    ],
    cases: [
      {
        id: "revoke",
        title: `Revoking, ${revoked} entries in the list`,
        heading: "Meanwhile",
        rows: measured.map(lineOf),
      },
    ],
  };
}

const lineOf = (measured: Measured<Revoked>): Row => ({
  name: measured.name,
  answerMilliseconds: over(measured, ({ answered }) => answered),
  servedMilliseconds: over(measured, ({ served }) => served),
  serverCpuMicroseconds: over(measured, ({ serverCpu }) => serverCpu),
  postgresCpuMicroseconds: over(measured, ({ postgresCpu }) => postgresCpu),
  loopLagMilliseconds: over(measured, ({ loopDelay }) => loopDelay),
  othersLongestMilliseconds: over(measured, ({ othersLongest }) => othersLongest),
});
