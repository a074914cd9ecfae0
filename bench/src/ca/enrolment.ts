import path from "node:path";
import type { Row } from "../columns.js";
import { startGateway } from "../process/gateway.js";
import type { Findings } from "../report.js";
import { type Measured, over, ratio, rotate, values } from "../rounds.js";
import { spread, worst } from "../stats.js";
import { Hosts } from "./csr.js";
import { type Enrolled, type Enrolment, type EnrolPlan, enrolRound } from "./enrol.js";
import { trustOf } from "./identity.js";
import { IdleLoop } from "./loop-delay.js";
import type { CaSettings } from "./settings.js";
import { Signatures, type Signed } from "./signatures.js";

/** Every request is signed without a person. */
const AUTOSIGN = { GATEHOUSE_CA_AUTOSIGN: JSON.stringify([{ name: "all", kind: "all" }]) };

/** Nobody blocks the event loop for longer. */
export const LOOP_LIMIT_MS = 50;

interface Subject {
  readonly name: string;
  /** Null for the yardstick. */
  readonly plan: Pick<EnrolPlan, "atOnce" | "ownConnections"> | null;
}

/** What a turn measured, of the yardstick or of the gateway. */
type Turn = { readonly signed: Signed } | { readonly enrolled: Enrolled };

/** From a host's request to its certificate, beside a thread that signs and does nothing else. */
export async function enrolment(dir: string, settings: CaSettings): Promise<Findings> {
  const { hosts: atOnce, seconds, settleSeconds } = settings;
  const subjects: Subject[] = [
    { name: "Bare signatures on one thread", plan: null },
    { name: `Gatehouse, ${atOnce} hosts at once`, plan: { atOnce, ownConnections: false } },
    { name: "The same, each on a connection of its own", plan: { atOnce, ownConnections: true } },
    { name: "Gatehouse, one host at a time", plan: { atOnce: 1, ownConnections: false } },
  ];
  const gateway = await startGateway(path.join(dir, "enrolment"), undefined, AUTOSIGN);
  const signatures = new Signatures();
  const idle = new IdleLoop();
  try {
    const world: Enrolment = { gateway, tls: { ca: await trustOf(gateway) }, hosts: await Hosts.make(), idle };
    let fastest = (await signatures.run(settleSeconds)).perSecond;
    const turn = async ({ plan }: Subject): Promise<Turn> => {
      if (plan === null) {
        const signed = await signatures.run(seconds);
        fastest = Math.max(fastest, signed.perSecond);
        return { signed };
      }
      // One thread signs: there cannot be more certificates than signatures.
      const needed = Math.ceil(1.2 * fastest * (seconds + settleSeconds)) + 2 * plan.atOnce;
      return { enrolled: await enrolRound(world, { ...plan, seconds, settleSeconds }, needed) };
    };
    return findingsOf(await rotate(subjects, turn, settings), atOnce);
  } finally {
    await Promise.all([signatures.close(), idle.close(), gateway.stop()]);
  }
}

function findingsOf(measured: readonly Measured<Turn>[], atOnce: number): Findings {
  const [bare, many, own, one] = measured;
  if (!bare || !many || !own || !one) throw new Error("a subject is missing");
  const overhead = differences(one, bare);
  return {
    notes: [
      `Over one signature, a certificate takes ${spread(overhead).median.toFixed(1)} ms more: one host at a time, from its request to the answer, its certificate then being stored.`,
    ],
    goals: [
      {
        id: "enrolment",
        what: `From a request to a signed certificate, ${atOnce} hosts at once`,
        judgedBy: "certificates/s over bare signatures/s",
        unit: "",
        atLeast: 0.35,
        measured: ratio(many, bare, rate) ?? null,
        beside: {
          "by CPU, with PostgreSQL's": ratio(bare, many, cpu) ?? null,
          "each on a connection of its own": ratio(own, bare, rate) ?? null,
          "one host at a time": ratio(one, bare, rate) ?? null,
        },
      },
      {
        id: "enrolment-loop",
        what: "The longest that the event loop is blocked meanwhile",
        judgedBy: "the worst round",
        unit: "ms",
        atMost: LOOP_LIMIT_MS,
        measured: worst([many, own, one].flatMap((each) => values(each, loopDelay) ?? [])),
        beside: {
          "of each round": over(many, loopDelay),
          "one host at a time": over(one, loopDelay),
          "a thread with nothing to do": over(
            many,
            ofEnrolled(({ idleDelay }) => idleDelay),
          ),
        },
      },
    ],
    cases: [
      {
        id: "enrolment",
        title: "From a request to its certificate",
        rows: [
          {
            name: bare.name,
            signedPerSecond: over(bare, rate),
            serverCpuMicroseconds: over(
              bare,
              ofSigned(({ cpu }) => cpu),
            ),
            p50Milliseconds: over(
              bare,
              ofSigned(({ medianMs }) => medianMs),
            ),
            p99Milliseconds: over(
              bare,
              ofSigned(({ p99Ms }) => p99Ms),
            ),
          },
          lineOf(many),
          lineOf(own),
          { ...lineOf(one), overheadMilliseconds: spread(overhead) },
        ],
      },
    ],
  };
}

/** Milliseconds that a certificate takes beyond a signature, round by round. */
function differences(one: Measured<Turn>, bare: Measured<Turn>): number[] {
  const signatures =
    values(
      bare,
      ofSigned(({ medianMs }) => medianMs),
    ) ?? [];
  const certificates =
    values(
      one,
      ofEnrolled(({ p50 }) => p50),
    ) ?? [];
  return certificates.map((ms, i) => ms - (signatures[i] ?? Number.NaN));
}

const rate = (turn: Turn): number => ("signed" in turn ? turn.signed.perSecond : turn.enrolled.perSecond);
/** Of the signature, or of all that a certificate takes. */
const cpu = (turn: Turn): number | null => {
  if ("signed" in turn) return turn.signed.cpu;
  const { serverCpu, postgresCpu } = turn.enrolled;
  return serverCpu === null || postgresCpu === null ? null : serverCpu + postgresCpu;
};
const ofSigned = (of: (signed: Signed) => number) => (turn: Turn) => ("signed" in turn ? of(turn.signed) : null);
const ofEnrolled = (of: (enrolled: Enrolled) => number | null) => (turn: Turn) =>
  "enrolled" in turn ? of(turn.enrolled) : null;
const loopDelay = ofEnrolled((turn) => turn.loopDelay);

const lineOf = (measured: Measured<Turn>): Row => ({
  name: measured.name,
  signedPerSecond: over(measured, rate),
  serverCpuMicroseconds: over(
    measured,
    ofEnrolled(({ serverCpu }) => serverCpu),
  ),
  loopCpuMicroseconds: over(
    measured,
    ofEnrolled(({ loopCpu }) => loopCpu),
  ),
  postgresCpuMicroseconds: over(
    measured,
    ofEnrolled(({ postgresCpu }) => postgresCpu),
  ),
  p50Milliseconds: over(
    measured,
    ofEnrolled(({ p50 }) => p50),
  ),
  p99Milliseconds: over(
    measured,
    ofEnrolled(({ p99 }) => p99),
  ),
  loopLagMilliseconds: over(measured, loopDelay),
  clientCpuMicroseconds: over(
    measured,
    ofEnrolled(({ clientCpu }) => clientCpu),
  ),
});
