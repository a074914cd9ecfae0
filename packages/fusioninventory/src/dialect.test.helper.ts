import type { IncomingMessage } from "node:http";
import type { AuditEvent } from "@gatehouse/core/audit";
import { fixedClock } from "@gatehouse/core/clock";
import {
  type AgentProof,
  type Alias,
  type Enrolment,
  isTrusted,
  type KnownAgent,
  type NodeState,
  noProof,
} from "@gatehouse/core/nodes";
import type { NewSubmission } from "@gatehouse/core/submissions";
import type { AgentAnswer, AgentMessage, Log, Reply } from "@gatehouse/http";
import { decodeAgentBody } from "@gatehouse/http/agent-body";
import type { FusionInventoryDeps } from "./deps.js";
import { createFusionInventoryDialect } from "./dialect.js";
import { checks } from "./processors.js";

const silent: Log = { debug: () => 0, info: () => 0, warn: () => 0, error: () => 0 };

export const FUSION = "FusionInventory-Agent_v2.6-3";
export const OCS = "OCS-NG_unified_unix_agent_v2.10.0";
export const GLPI = "GLPI-Agent_v1.12";
export const ID = "10309356-e51b-11f1-9f32-aaea530464d7";

export interface Sent {
  readonly method?: "GET" | "HEAD" | "POST" | "PUT";
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: string;
  /** As canonical; `/` unless told. */
  readonly path?: string;
  /** It came by TLS. */
  readonly overTls?: boolean;
  /** What the front door found; nothing unless told. */
  readonly proof?: AgentProof;
  /** As it comes, packed or not. */
  readonly body?: Buffer | string;
}

type Agent = KnownAgent & { readonly aliases: readonly Alias[] };

/** Ports that remember: a registry that enrols as the real one does, and what was accepted. */
export function world(deps: Partial<FusionInventoryDeps> = {}) {
  const agents: Agent[] = [];
  const enrolments: Enrolment[] = [];
  const accepted: NewSubmission[] = [];
  const touched: string[] = [];
  const tasks: string[] = [];
  const audited: AuditEvent[] = [];
  let places = 10;
  const isNamed = (agent: Agent, { kind, value }: Alias) =>
    agent.aliases.some((alias) => alias.kind === kind && alias.value.toLowerCase() === value.toLowerCase());
  const find = (alias: Alias) => agents.find((agent) => isNamed(agent, alias));

  const enrol = (enrolment: Enrolment) => {
    const before = find(enrolment.alias);
    const number = before === undefined ? agents.length : agents.indexOf(before);
    enrolments.push(enrolment);
    agents[number] = {
      ...(before ?? {
        ...{
          agentId: `agent-${number}`,
          nodeId: `node-${number}`,
          settings: {},
          revision: 1,
          groupsRevision: 1,
          hasWork: false,
        },
        state: enrolment.quarantined === true ? "quarantined" : "active",
        aliases: [enrolment.alias, ...(enrolment.otherAliases ?? [])],
      }),
      trust: before !== undefined && isTrusted(before.trust, enrolment.trust) ? before.trust : enrolment.trust,
      attributes: enrolment.merge(before?.attributes ?? {}),
    };
    return { agentId: `agent-${number}`, nodeId: `node-${number}`, created: before === undefined };
  };

  const setState = (number: number, state: NodeState) => {
    const agent = agents[number];
    if (agent === undefined) throw new Error(`no agent ${number}`);
    agents[number] = { ...agent, state };
  };

  const dialect = createFusionInventoryDialect({
    registry: {
      enrol: async (enrolment) => enrol(enrolment),
      findAgent: async (alias) => find(alias),
      findAgentsBeginning: async (_, kind, begin) =>
        agents.filter(({ aliases }) => aliases.some((alias) => alias.kind === kind && alias.value.startsWith(begin))),
      quarantine: async (agentId) => {
        const number = agents.findIndex((agent) => agent.agentId === agentId);
        if (number >= 0) setState(number, "quarantined");
        return number >= 0;
      },
      setState: async (nodeId, state) => {
        const number = agents.findIndex((agent) => agent.nodeId === nodeId);
        if (number >= 0) setState(number, state);
        return number >= 0;
      },
      touch: (agentId) => void touched.push(agentId),
    },
    assignments: { of: async ({ settings }) => settings },
    submissions: { accept: async (submission) => void accepted.push(submission) },
    admission: { tryEnter: () => places > 0 && places-- > 0, leave: () => void places++ },
    tasks: {
      run: async <T>(name: string, input: { readonly body: Uint8Array }) => {
        tasks.push(name);
        return checks[name]?.(input as never) as T;
      },
    },
    work: {
      workFor: async () => ({ tasks: [], withheld: [], nextAt: null }),
      take: async () => [],
      find: async () => undefined,
      handedOver: async () => [],
      findNumber: async () => undefined,
      say: async () => "over",
      tally: async () => ({ things: 0, failed: 0 }),
    },
    packages: { version: async () => undefined, partBy: async () => undefined },
    content: {
      open: async () => {
        throw new Error("nothing is stored");
      },
    },
    credentials: { get: async () => undefined },
    certificates: {
      identify: async () => ({ name: "", refusal: null, standing: "none" }),
      submit: async () => "pending",
      certificate: async () => undefined,
    },
    audit: { record: async (event) => void audited.push(event) },
    allowUnproven: false,
    answerKey: Buffer.alloc(32, 7),
    waits: {
      hold: () => {
        throw new Error("nobody waits here");
      },
    },
    clock: fixedClock("2026-11-22T10:00:00Z"),
    access: () => ({ unproven: "allow", atLeast: "allow" }),
    config: { expiration: "24h", handOver: {} },
    ...deps,
  });

  async function messageOf({
    method,
    headers = {},
    query = "",
    body = "",
    path = "/",
    overTls = false,
    proof = noProof,
  }: Sent): Promise<AgentMessage> {
    const bytes = Buffer.from(body);
    const action = new URLSearchParams(query).get("action") ?? undefined;
    const isYaml = headers["content-type"]?.includes("yaml") === true;
    const [part] = /(?<=\/deploy\/parts\/).+$/.exec(path) ?? [];
    const socket = { remoteAddress: "192.0.2.7", encrypted: overTls };
    const raw = { headers, socket, rawHeaders: [], url: `${path}?${query}` } as unknown as IncomingMessage;
    return {
      request: {
        ...{ id: "r1", method: method ?? (bytes.length > 0 ? "POST" : "GET"), path },
        params: part === undefined ? ({} as Record<string, string>) : { part },
        ...{ query: new URLSearchParams(query), headers, body: bytes, origin: "https://gatehouse.example" },
        ...{ from: "192.0.2.7", peer: { kind: "none" } as never, principal: undefined, log: silent, raw },
      },
      body:
        bytes.length > 0 && action === undefined && !isYaml
          ? await decodeAgentBody(bytes, headers["content-type"])
          : undefined,
      action,
      proof,
    };
  }

  return {
    dialect,
    agents,
    enrolments,
    accepted,
    touched,
    tasks,
    audited,
    messageOf,
    /** What the dialect answers, errors as it renders them; undefined for what is another's. */
    async send(sent: Sent): Promise<AgentAnswer | undefined> {
      const message = await messageOf(sent);
      try {
        const answer = await dialect.answer(message);
        if (answer !== undefined && "ready" in answer) throw new Error("that is an answer as it is: see sendReady");
        return answer;
      } catch (thrown) {
        return dialect.renderError(thrown as never, message, message.body);
      }
    },
    /** What goes out as it is, or the error as it is rendered. */
    async sendReady(sent: Sent): Promise<Reply | AgentAnswer | undefined> {
      const message = await messageOf(sent);
      try {
        const answer = await dialect.answer(message);
        return answer !== undefined && "ready" in answer ? answer.ready : answer;
      } catch (thrown) {
        return dialect.renderError(thrown as never, message, message.body);
      }
    },
    enrol,
    setState,
    setSettings(number: number, settings: KnownAgent["settings"]) {
      const agent = agents[number];
      if (agent === undefined) throw new Error(`no agent ${number}`);
      agents[number] = { ...agent, settings };
    },
  };
}

export const xml = (text: string): string => `<?xml version="1.0" encoding="UTF-8"?>\n<REQUEST>${text}</REQUEST>\n`;

/** A message in the order in which agents write it: the deviceid after the content. */
export const message = (
  query: string | undefined,
  content: string | undefined,
  deviceId = "web01-2024-02-29-12-00-00",
) =>
  xml(
    [
      content === undefined ? "" : `<CONTENT>${content}</CONTENT>`,
      `<DEVICEID>${deviceId}</DEVICEID>`,
      query === undefined ? "" : `<QUERY>${query}</QUERY>`,
    ].join(""),
  );
