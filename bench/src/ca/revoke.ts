import { setTimeout as sleep } from "node:timers/promises";
import { Connection } from "../load/connection.js";
import { processCpu, treeCpu } from "../process/cpu.js";
import type { Gateway } from "../process/gateway.js";
import type { Client } from "./identity.js";
import { LightLoad } from "./light-load.js";
import { type IdleLoop, takeLoopDelay } from "./loop-delay.js";
import { getRevocationLists, putRevoked } from "./requests.js";
import { readRevocationList } from "./revocation-list.js";

/** For what the gateway does after the answer, such as hearing of its own revocation. */
const AFTER_MS = 500;
/** Between two looks at the list. */
const POLL_MS = 5;
/** A list that comes later than this does not come. */
const PATIENCE_MS = 10_000;

export interface Revocation {
  readonly gateway: Gateway;
  /** An administrator. */
  readonly client: Client;
  readonly idle: IdleLoop;
}

/** What is revoked. */
export interface Victim {
  readonly name: string;
  /** In lower-case hex. */
  readonly serial: string;
}

/** Milliseconds from the request. */
interface Times {
  readonly answered: number;
  /** Until another list had come. */
  readonly served: number;
  /** How often the list was asked for. */
  readonly asked: number;
}

/** One revocation. */
export interface Revoked extends Times {
  /** Of the list that has it. */
  readonly entries: number;
  /** Microseconds of CPU, with what comes after the answer. */
  readonly serverCpu: number | null;
  readonly postgresCpu: number | null;
  /** Milliseconds: the gateway's event loop, and that of a thread with nothing to do. */
  readonly loopDelay: number;
  readonly idleDelay: number;
  /** Milliseconds of the slowest answer that others got meanwhile; null where nobody asked. */
  readonly othersLongest: number | null;
}

/**
 * Revokes the certificate of one name, and fetches the list until it has the serial.
 * @param others requests a second that the gateway answers meanwhile
 * @throws when it cannot be revoked, or the list never has it
 */
export async function revokeOne(world: Revocation, victim: Victim, others: number): Promise<Revoked> {
  const { gateway, client, idle } = world;
  const { pid, postmaster, httpsPort } = gateway;
  const connection = new Connection("127.0.0.1", httpsPort, client);
  await connection.opened();
  const light = others === 0 ? undefined : await LightLoad.start(httpsPort, client, others);
  try {
    // So it is not the connection's first request that is timed.
    const earlier = await listsOver(connection);
    if (readRevocationList(earlier, client.ca).serials.has(victim.serial))
      throw new Error(`${victim.name} is revoked already`);
    const cpu = () => [processCpu(pid), treeCpu(postmaster)] as const;
    await takeLoopDelay(gateway);
    await idle.take();
    light?.takeLongest();
    const before = cpu();
    const { lists, ...times } = await timed(connection, victim, earlier);
    await sleep(AFTER_MS);
    const after = cpu();
    const othersLongest = light?.takeLongest() ?? null;
    const delays = { loopDelay: await takeLoopDelay(gateway), idleDelay: await idle.take() };
    // Not before: while a long list is read here, the others' answers would wait.
    const { serials } = readRevocationList(lists, client.ca);
    if (!serials.has(victim.serial)) throw new Error(`the list has not the serial of ${victim.name}`);
    const each = (i: 0 | 1) => {
      const [from, to] = [before[i], after[i]];
      return from === undefined || to === undefined ? null : to - from;
    };
    return { ...times, ...delays, entries: serials.size, serverCpu: each(0), postgresCpu: each(1), othersLongest };
  } finally {
    connection.close();
    await light?.stop();
  }
}

/** @param earlier the list that is to be replaced */
async function timed(
  connection: Connection,
  { name }: Victim,
  earlier: string,
): Promise<Times & { readonly lists: string }> {
  const begun = performance.now();
  const { status, body } = await connection.ask(putRevoked(name));
  const answered = performance.now() - begun;
  if (status !== 204) throw new Error(`the revocation of ${name} got ${status}: ${body}`);
  for (let asked = 1; ; asked++) {
    const lists = await listsOver(connection);
    const served = performance.now() - begun;
    if (lists !== earlier) return { answered, served, asked, lists };
    if (served > PATIENCE_MS) throw new Error(`the list was not made anew for ${name}`);
    await sleep(POLL_MS);
  }
}

async function listsOver(connection: Connection): Promise<string> {
  const { status, body } = await connection.ask(getRevocationLists);
  if (status !== 200) throw new Error(`the revocation lists got ${status}: ${body}`);
  return body.toString("latin1");
}
