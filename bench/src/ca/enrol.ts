import { X509Certificate } from "node:crypto";
import { Connection } from "../load/connection.js";
import type { TlsIdentity } from "../load/types.js";
import { mainThreadCpu, processCpu, treeCpu } from "../process/cpu.js";
import type { Gateway } from "../process/gateway.js";
import { quantile } from "../stats.js";
import type { Csr, Hosts } from "./csr.js";
import { type IdleLoop, takeLoopDelay } from "./loop-delay.js";
import { getCertificate, putRequest } from "./requests.js";

/** A gateway that signs what it is asked for. */
export interface Enrolment {
  readonly gateway: Gateway;
  readonly tls: TlsIdentity;
  readonly hosts: Hosts;
  readonly idle: IdleLoop;
}

/** What the hosts of a round do. */
export interface EnrolPlan {
  /** Hosts that are at it at once. */
  readonly atOnce: number;
  /** Whether each host comes on a connection of its own, as in real life, or finds one that stands. */
  readonly ownConnections: boolean;
  readonly settleSeconds: number;
  readonly seconds: number;
}

/** What one round measured; CPU times are microseconds per certificate. */
export interface Enrolled {
  readonly perSecond: number;
  /** Of sending the request, its certificate then being signed and stored. */
  readonly p50: number;
  readonly p99: number;
  readonly serverCpu: number | null;
  readonly loopCpu: number | null;
  readonly postgresCpu: number | null;
  readonly clientCpu: number;
  /** Milliseconds: the gateway's event loop, and that of a thread with nothing to do. */
  readonly loopDelay: number;
  readonly idleDelay: number;
}

/** A certificate that a host was given. */
interface Given {
  readonly name: string;
  readonly pem: string;
  /** From sending the request to its answer. */
  readonly ms: number;
}

/**
 * One round: hosts send their request and fetch their certificate, and the next ones come.
 * @param most hosts that there may be
 * @throws when a host did not get the certificate that it asked for
 */
export async function enrolRound(world: Enrolment, plan: EnrolPlan, most: number): Promise<Enrolled> {
  const queue = await world.hosts.take(most);
  const { given, measured, seconds, cpu, ...delays } = await load(world, plan, queue);
  world.hosts.giveBack(queue);
  check(given, world);
  const sorted = Float64Array.from(measured, ({ ms }) => ms).sort();
  const each = (of: keyof Cpu) => {
    const [from, to] = [cpu.before[of], cpu.after[of]];
    return from === undefined || to === undefined ? null : (to - from) / measured.length;
  };
  return {
    perSecond: measured.length / seconds,
    p50: quantile(sorted, 0.5),
    p99: quantile(sorted, 0.99),
    serverCpu: each("server"),
    loopCpu: each("loop"),
    postgresCpu: each("postgres"),
    clientCpu: each("client") ?? Number.NaN,
    ...delays,
  };
}

/** Lets hosts come until the time is up. @param queue loses those that came */
async function load({ gateway, tls, idle }: Enrolment, plan: EnrolPlan, queue: Csr[]) {
  const { atOnce, ownConnections, settleSeconds, seconds } = plan;
  const open = async () => {
    const connection = new Connection("127.0.0.1", gateway.httpsPort, tls);
    await connection.opened();
    return connection;
  };
  const kept = ownConnections ? [] : await Promise.all(Array.from({ length: atOnce }, open));
  // Not before: many handshakes at once would be what is seen.
  await takeLoopDelay(gateway);
  await idle.take();
  const given: Given[] = [];
  const begin = performance.now() + settleSeconds * 1000;
  let start: { readonly at: number; readonly given: number; readonly cpu: Cpu } | undefined;
  const hostAfterHost = async (_: unknown, place: number) => {
    while (start === undefined || performance.now() - start.at < seconds * 1000) {
      const csr = queue.pop();
      if (csr === undefined) throw new Error("there are no hosts left");
      const connection = kept[place] ?? (await open());
      given.push(await enrolOne(connection, csr));
      if (ownConnections) connection.close();
      if (start === undefined && performance.now() >= begin)
        start = { given: given.length, cpu: cpuOf(gateway), at: performance.now() };
    }
  };
  try {
    await Promise.all(Array.from({ length: atOnce }, hostAfterHost));
    if (start === undefined) throw new Error("no host came");
    const took = (performance.now() - start.at) / 1000;
    const cpu = { before: start.cpu, after: cpuOf(gateway) };
    const loopDelay = await takeLoopDelay(gateway);
    const idleDelay = await idle.take();
    return { given, measured: given.slice(start.given), seconds: took, cpu, loopDelay, idleDelay };
  } finally {
    for (const connection of kept) connection.close();
  }
}

async function enrolOne(connection: Connection, csr: Csr): Promise<Given> {
  const asked = performance.now();
  const put = await connection.ask(putRequest(csr));
  const ms = performance.now() - asked;
  if (put.status !== 200) throw new Error(`the request of ${csr.name} got ${put.status}: ${put.body}`);
  const got = await connection.ask(getCertificate(csr.name));
  if (got.status !== 200) throw new Error(`the certificate of ${csr.name} got ${got.status}: ${got.body}`);
  return { name: csr.name, pem: got.body.toString("latin1"), ms };
}

type Cpu = ReturnType<typeof cpuOf>;

/** CPU times until now, in microseconds. */
function cpuOf({ pid, postmaster }: Gateway) {
  const { user, system } = process.cpuUsage();
  return { server: processCpu(pid), loop: mainThreadCpu(pid), postgres: treeCpu(postmaster), client: user + system };
}

/** @throws for a certificate that is not the host's own, or not the authority's */
function check(given: readonly Given[], { hosts, tls }: Enrolment): void {
  const authority = new X509Certificate(tls.ca).publicKey;
  for (const { name, pem } of given) {
    const certificate = new X509Certificate(pem);
    const key = certificate.publicKey.export({ type: "spki", format: "der" });
    if (certificate.subject !== `CN=${name}` || !key.equals(hosts.publicKey) || !certificate.verify(authority))
      throw new Error(`${name} was given a certificate that is not its own`);
  }
}
