import path from "node:path";
import type { Row } from "../columns.js";
import { Connection } from "../load/connection.js";
import { record } from "../load/record.js";
import type { Findings } from "../report.js";
import { Probe } from "../reports/probe.js";
import { type Measured, over, ratio, rotate } from "../rounds.js";
import { startYardstick } from "../yardstick.js";
import { type Drive, type Driven, drive } from "./drive.js";
import { registerOne } from "./register-one.js";
import { challengeAnswer, firstMessage, firstShape, idOf } from "./requests.js";
import type { RegisterSettings } from "./settings.js";
import { type RegisterWorld, startWorld } from "./world.js";

const YARDSTICK = new URL("./yardstick-server.js", import.meta.url);
/** What the yardstick is told in the place of an answer to its challenge. */
const ANYTHING = "07f2cc8b-194c-45b9-a4e8-68a78129b8e6";

type Subject = Driven & { readonly name: string };

/** Whole registrations by token, beside two requests of Express with one SELECT each; with few live keys and with many. */
export async function registrations(dir: string, settings: RegisterSettings): Promise<Findings> {
  const { agents, liveKeys } = settings;
  const few = await startWorld(path.join(dir, "few-keys"), 0);
  const many = await startWorld(path.join(dir, "many-keys"), liveKeys);
  try {
    for (const world of [few, many]) {
      await registerAll(world, agents);
      // As autovacuum leaves a database: of tables that grew from nothing PostgreSQL reads every row.
      const probe = await Probe.open(world.gateway.database);
      await probe.tidy();
      await probe.close();
    }
    const { gateway } = few;
    const answer = await record(gateway.port, firstShape(idOf(0)), idOf(0));
    const yardstick = await startYardstick(YARDSTICK, dir, "register", answer, gateway.database);
    const expected = answer.body;
    let asked = 0;
    let next = agents;
    const subjects: Subject[] = [
      {
        name: "Bare Express with one SELECT, two requests",
        ...{ port: yardstick.ready.port, pid: yardstick.pid, postmaster: gateway.postmaster },
        once: async (connection) => {
          const agent = idOf(asked++ % agents);
          await connection.exchange(firstMessage(agent), expected);
          await connection.exchange(challengeAnswer(agent, ANYTHING), expected);
        },
      },
      again("Gatehouse, agents that are known", few, agents),
      again(`The same, ${liveKeys} live keys`, many, agents),
      {
        name: "Gatehouse, agents that nobody knew",
        ...{ port: gateway.port, pid: gateway.pid, postmaster: gateway.postmaster },
        once: async (connection) => {
          await registerOne(connection, idOf(next++), few.token);
        },
      },
    ];
    try {
      return findingsOf(await rotate(subjects, (subject) => drive(subject, settings), settings), settings);
    } finally {
      await yardstick.stop();
    }
  } finally {
    await Promise.all([few.gateway.stop(), many.gateway.stop()]);
  }
}

function again(name: string, { gateway: { port, pid, postmaster }, token }: RegisterWorld, agents: number): Subject {
  let turn = 0;
  return {
    ...{ name, port, pid, postmaster },
    once: async (connection) => {
      await registerOne(connection, idOf(turn++ % agents), token);
    },
  };
}

/** Each for the first time. */
async function registerAll({ gateway, token }: RegisterWorld, agents: number): Promise<void> {
  const connection = new Connection("127.0.0.1", gateway.port);
  try {
    for (let n = 0; n < agents; n++) await registerOne(connection, idOf(n), token);
  } finally {
    connection.close();
  }
}

const wholeCpu = ({ serverCpu, postgresCpu }: Drive): number | null =>
  serverCpu === null || postgresCpu === null ? null : serverCpu + postgresCpu;

function findingsOf(measured: readonly Measured<Drive>[], { liveKeys }: RegisterSettings): Findings {
  const [bare, known, ofMany, unknown] = measured;
  if (!bare || !known || !ofMany || !unknown) throw new Error("a subject is missing");
  const rate = ({ perSecond }: Drive) => perSecond;
  const registration = (id: string, what: string, those: Measured<Drive>, beside?: Measured<Drive>) => ({
    id,
    what,
    judgedBy: "registrations/s over pairs of requests/s of bare Express with one SELECT each",
    unit: "" as const,
    atLeast: 0.3,
    measured: ratio(those, bare, rate) ?? null,
    beside: {
      "by CPU, with PostgreSQL's": ratio(bare, those, wholeCpu) ?? null,
      ...(beside !== undefined && { [`${liveKeys} live keys`]: ratio(beside, bare, rate) ?? null }),
    },
  });
  return {
    goals: [
      registration("registration", "A whole registration by token, of an agent that is known", known, ofMany),
      registration("registration-new", "The same of an agent that nobody knew", unknown),
      {
        id: "registration-many-keys",
        what: `A registration where there are ${liveKeys} live keys`,
        judgedBy: "CPU of gateway and PostgreSQL over that with few",
        unit: "",
        atMost: 1.1,
        measured: ratio(ofMany, known, wholeCpu) ?? null,
        beside: { "by registrations/s": ratio(known, ofMany, rate) ?? null },
      },
    ],
    cases: [{ id: "registration", title: "Registration by token: all four messages", rows: measured.map(rowOf) }],
  };
}

const rowOf = (measured: Measured<Drive>): Row => ({
  name: measured.name,
  registrationsPerSecond: over(measured, ({ perSecond }) => perSecond),
  serverCpuMicroseconds: over(measured, ({ serverCpu }) => serverCpu),
  postgresCpuMicroseconds: over(measured, ({ postgresCpu }) => postgresCpu),
  p50Milliseconds: over(measured, ({ p50 }) => p50),
  p99Milliseconds: over(measured, ({ p99 }) => p99),
  clientCpuMicroseconds: over(measured, ({ clientCpu }) => clientCpu),
});
