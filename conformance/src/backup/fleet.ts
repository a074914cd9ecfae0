import { randomInt, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { FusionAgent, Lcm, PuppetAgent } from "@gatehouse/simulator";
import type { GatewayProcess, Site } from "../gateway.js";
import { send } from "../wire.js";

export const KEY = "a-registration-key-of-this-test";
export const JOIN = "what-hosts-of-this-test-tell";
const ROOT = new URL("../../../", import.meta.url);
const pathOf = (name: string) => new URL(name, ROOT).pathname;

/** Where agents find their gateway, whichever it is: they know one address for good. */
export interface Ports {
  readonly http: number;
  readonly https: number;
}

/** Two ports that nobody listens on, below those that systems give to whoever connects. */
export async function freePorts(): Promise<Ports> {
  const http = await freePort();
  return { http, https: await freePort(http) };
}

async function freePort(taken?: number): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_000);
    if (port !== taken && (await isFree(port))) return port;
  }
}

const isFree = (port: number) =>
  new Promise<boolean>((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });

/** Starts a gateway at the agents' address. @param seed with the example's documents */
export const startAt = (
  site: Site,
  ports: Ports,
  { seed = false, env = {} }: { seed?: boolean; env?: Readonly<Record<string, string>> } = {},
): Promise<GatewayProcess> =>
  site.start({
    args: [
      ...["--http", `127.0.0.1:${ports.http}`, "--https", `127.0.0.1:${ports.https}`],
      ...(seed ? ["--apply", pathOf("examples/ci")] : []),
    ],
    env: {
      GATEHOUSE_SERVER_NAMES: "localhost",
      GATEHOUSE_CA_KEY_BITS: "2048",
      CI_DSC_KEY: KEY,
      CI_JOIN_TOKEN: JOIN,
      CI_AGENT_PASSWORD: "what-inventory-agents-of-this-test-tell",
      CI_VIEWER_TOKEN: `gth_${"v".repeat(43)}`,
      ...env,
    },
  });

/** Agents of each family that are enrolled, and go on as what they are whatever becomes of their gateway. */
export interface AgentsThatLast {
  readonly puppet: PuppetAgent;
  readonly revoked: PuppetAgent;
  readonly lcm: Lcm;
  readonly fusion: FusionAgent;
  /** One round of each; nothing of it may fail. @throws Error with what did */
  round(): Promise<void>;
  close(): void;
}

/** Enrols them, for good. The LCM trusts the authority by the file that this gateway wrote. */
export async function enrolAgents(ports: Ports, caFile: string): Promise<AgentsThatLast> {
  const base = `https://localhost:${ports.https}`;
  const agentOf = (certname: string) => new PuppetAgent({ serverUrl: base, certname, token: JOIN });
  const [puppet, revoked] = [agentOf("kept.lab.test"), agentOf("revoked.lab.test")];
  await puppet.enrol();
  await revoked.enrol();
  const trust = { ca: readFileSync(caFile, "utf8") };
  const lcm = new Lcm({
    ...{ serverUrl: `${base}/PSDSCPullServer.svc`, registrationKey: KEY, report: true, tls: trust },
    ...{ agentId: randomUUID().toUpperCase(), nodeName: "LCM01" },
  });
  const refused = (await lcm.register()).filter(({ ok }) => !ok);
  if (refused.length > 0) throw new Error(`the LCM's registration was answered with ${refused[0]?.status}`);
  const fusion = new FusionAgent({ serverUrl: `${base}/plugins/fusioninventory/`, name: "deployed", tls: trust });
  const round = async () => {
    const run = await puppet.run();
    // Without Ruby there is no catalog; that the agent is known and heard is what counts here.
    if (!run.reported) throw new Error(`the Puppet agent was not heard: ${run.errors.map(String).join("; ")}`);
    const { nodeStatus, errors } = await lcm.run();
    if (nodeStatus === undefined || errors.length > 0)
      throw new Error(`the LCM failed: ${errors.map(String).join("; ")}`);
    const { inventory } = await fusion.run();
    if (inventory !== "full") throw new Error(`the inventory came to ${inventory}`);
  };
  return { puppet, revoked, lcm, fusion, round, close: () => lcm.close() };
}

/** What the API answers; its status alone where that is no success. */
export async function ask<T>({ https }: GatewayProcess, token: string, path: string): Promise<T | number> {
  const headers = { Authorization: `Bearer ${token}` };
  const { status, body } = await send(https, { method: "GET", path: `/api/v1${path}`, headers });
  return status === 200 ? (JSON.parse(body.toString()) as T) : status;
}
