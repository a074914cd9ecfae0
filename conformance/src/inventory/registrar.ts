import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import {
  ManInTheMiddle,
  RegisterAgent,
  type RegisterAgentOptions,
  RegisterProxy,
  type RegisterProxyOptions,
} from "@gatehouse/simulator";
import { withDatabase } from "../database.js";
import { type GatewayProcess, newSite, type Site } from "../gateway.js";

/** A key as `gatehouse enrolment key list --json` has it. */
export interface ShownKey {
  readonly id: string;
  readonly owner: string;
  readonly token: string;
  readonly confirmedAt: string | null;
  readonly revokedAt: string | null;
}

/** A gateway where agents register, with what a suite asks of it and who speaks to it. */
export interface Registrar {
  readonly site: Site;
  readonly gateway: GatewayProcess;
  /** By HTTPS, in a name of the certificate. */
  readonly https: string;
  /** Makes a token. @param options such as `--agent`, ID @returns its secret */
  token(...options: string[]): Promise<{ readonly name: string; readonly secret: string }>;
  /** A reference agent, of an id of its own, that calls by HTTPS unless told. */
  agent(options?: Partial<RegisterAgentOptions>): RegisterAgent;
  /** A reference proxy. @param next where it passes messages on: the gateway by HTTPS unless told */
  proxy(options?: Partial<RegisterProxyOptions>): Promise<RegisterProxy>;
  /** Somebody between agents and the gateway's plain HTTP. */
  middle(): Promise<ManInTheMiddle>;
  /** The keys of an agent or proxy, the oldest first. */
  keys(owner: string): Promise<readonly ShownKey[]>;
  /** Submissions that are stored. */
  submissions(): Promise<number>;
  /** Runs a command and reads what it prints. @throws when it fails */
  json<T>(...words: string[]): Promise<T>;
  close(): Promise<void>;
}

/** @param env settings of the gateway */
export async function startRegistrar(env: Readonly<Record<string, string>> = {}): Promise<Registrar> {
  const site = await newSite();
  const gateway = await site.start({ env });
  const https = `${gateway.https.replace("127.0.0.1", "localhost")}/`;
  const tls = { ca: readFileSync(gateway.ca, "utf8") };
  const open: (() => Promise<void>)[] = [];
  const json = async <T>(...words: string[]): Promise<T> => {
    const { code, out, err } = await site.command(...words, "--json");
    if (code !== 0) throw new Error(`gatehouse ${words.join(" ")} ended with ${code}: ${err}`);
    return JSON.parse(out) as T;
  };
  let tokens = 0;
  let agents = 0;
  return {
    ...{ site, gateway, https, json },
    token: async (...options) => {
      tokens += 1;
      const name = `token-${tokens}`;
      const { secret } = await json<{ secret: string }>("enrolment", "token", "create", name, ...options);
      return { name, secret };
    },
    agent: (options = {}) => {
      agents += 1;
      const agent = new RegisterAgent({
        ...{ serverUrl: https, tls, name: `agent-${agents}`, agentId: randomUUID() },
        ...options,
      });
      open.push(async () => agent.close());
      return agent;
    },
    proxy: async (options = {}) => {
      const proxy = await RegisterProxy.start({ serverUrl: https, tls, agentId: randomUUID(), ...options });
      open.push(() => proxy.stop());
      return proxy;
    },
    middle: async () => {
      const middle = await ManInTheMiddle.start(`${gateway.http}/`);
      open.push(() => middle.stop());
      return middle;
    },
    keys: async (owner) => (await json<{ keys: readonly ShownKey[] }>("enrolment", "key", "list", owner)).keys,
    submissions: () =>
      withDatabase(site, async (client) => {
        const { rows } = await client.query<{ count: number }>("select count(*)::int as count from submissions");
        return rows[0]?.count ?? Number.NaN;
      }),
    close: async () => {
      for (const end of open.reverse()) await end();
      await gateway.stop();
      await site.remove();
    },
  };
}

/** What an agent inventories of a machine that nobody else has. */
export const contentOf = (name: string, more: object = {}) => ({
  versionclient: "GLPI-Agent_v1.12",
  hardware: { name, uuid: randomUUID() },
  bios: { ssn: `SN-${name}` },
  softwares: [{ name: "openssl", version: "3.0.11" }],
  ...more,
});
