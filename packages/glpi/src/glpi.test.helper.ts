import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { deflateSync, gunzipSync, inflateSync } from "node:zlib";
import type { AuditEvent } from "@gatehouse/core/audit";
import { fixedClock } from "@gatehouse/core/clock";
import type { Credential } from "@gatehouse/core/credentials";
import { asGatehouseError, type GatehouseError } from "@gatehouse/core/errors";
import type { JobTask } from "@gatehouse/core/jobs";
import {
  type AgentProof,
  type Alias,
  type Enrolment,
  isTrusted,
  type KnownAgent,
  noProof,
} from "@gatehouse/core/nodes";
import type { NewSubmission } from "@gatehouse/core/submissions";
import { agentMessagesTable, createProofOf, type Log, type Peer, type Reply } from "@gatehouse/http";
import type { AccessBase } from "@gatehouse/inventory";
import type { GlpiDeps } from "./deps.js";
import { createGlpiDialect } from "./dialect.js";
import { checks } from "./processors.js";
import { createOpenEnvelope } from "./register/envelope.js";
import { enrolmentFakes } from "./register/fakes.test.helper.js";

export const AGENT = "3a609a2e-947f-4e6a-9af9-32c024ac3944";
export const DEVICE = "web01-2024-02-29-12-00-00";
export const zlibbed = (message: unknown): Buffer =>
  deflateSync(typeof message === "string" ? message : JSON.stringify(message, undefined, 3));

export interface World {
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly work?: readonly JobTask[];
  readonly withheld?: readonly JobTask[];
  /** When the next job is due. */
  readonly nextAt?: Date;
  readonly credentials?: readonly Credential[];
  readonly config?: Partial<Omit<GlpiDeps["config"], "register">>;
  readonly register?: Partial<GlpiDeps["config"]["register"]>;
  readonly access?: Partial<AccessBase>;
  /** What every sender proves. */
  readonly proof?: AgentProof;
  readonly allowUnproven?: boolean;
  /** Places for those who hand something in. */
  readonly places?: number;
  /** Thrown by the registry. */
  readonly broken?: GatehouseError;
}

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: an answer is looked at by matchers
  readonly json: any;
  /** What it was refused with. */
  readonly code?: string;
}

export interface Said {
  readonly method?: string;
  readonly headers?: IncomingMessage["headers"];
  readonly body?: Buffer;
  readonly query?: string;
  readonly peer?: Peer;
  /** False: it came over plain HTTP. */
  readonly tls?: boolean;
  readonly from?: string;
  /** What is inside of a sealed answer; undefined where it is plain. */
  readonly opened?: (reply: Reply, body: Buffer) => Buffer | undefined;
}

const keyOf = ({ kind, value }: Pick<Alias, "kind" | "value">) => `${kind} ${value.toLowerCase()}`;

/** A front door that only GLPI's dialect stands behind, over ports that remember. */
export function world(said: World = {}) {
  const agents = new Map<string, KnownAgent>();
  const calls = {
    enrolments: [] as Enrolment[],
    touched: [] as string[],
    accepted: [] as NewSubmission[],
    audited: [] as AuditEvent[],
    /** Whether those who were looked for work for had proved who they are. */
    asked: [] as boolean[],
    secrets: new Map<string, string>(),
    log: [] as unknown[],
  };
  const clock = fixedClock("2026-11-22T02:00:00Z");
  const { registrationTokens, challenges, agentKeys, enrolment: kept } = enrolmentFakes(clock);
  const put = new Map<string, string | undefined>();
  let places = said.places ?? 10;
  const note = (...line: unknown[]) => void calls.log.push(line);
  const log: Log = { debug: note, info: note, warn: note, error: note };
  const deps: GlpiDeps = {
    registry: {
      async findAgent(alias) {
        if (said.broken !== undefined) throw said.broken;
        return agents.get(keyOf(alias));
      },
      async findAgentsBeginning(_, kind, begin) {
        return [...agents].filter(([key]) => key.startsWith(`${kind} ${begin}`)).map(([, agent]) => agent);
      },
      async enrol(enrolment) {
        calls.enrolments.push(enrolment);
        const before = agents.get(keyOf(enrolment.alias));
        const agentId = before?.agentId ?? `agent-${agents.size + 1}`;
        const after: KnownAgent = {
          ...{ settings: {}, revision: 1, groupsRevision: 1, hasWork: false },
          state: enrolment.quarantined === true ? "quarantined" : "active",
          ...before,
          trust: before !== undefined && isTrusted(before.trust, enrolment.trust) ? before.trust : enrolment.trust,
          ...{ agentId, nodeId: `node of ${agentId}` },
          // As the database gives it back.
          attributes: JSON.parse(JSON.stringify(enrolment.merge(before?.attributes ?? {}))),
        };
        for (const alias of [enrolment.alias, ...(enrolment.otherAliases ?? [])])
          if ((agents.get(keyOf(alias))?.agentId ?? agentId) === agentId) agents.set(keyOf(alias), after);
        return { agentId, nodeId: after.nodeId, created: before === undefined };
      },
      touch: (agentId) => void calls.touched.push(agentId),
      async setState(nodeId, state) {
        for (const [key, agent] of agents) if (agent.nodeId === nodeId) agents.set(key, { ...agent, state });
        return true;
      },
      async quarantine(agentId) {
        for (const [key, agent] of agents)
          if (agent.agentId === agentId) agents.set(key, { ...agent, state: "quarantined" });
        return true;
      },
      async amendAgent(alias, change) {
        const before = agents.get(keyOf(alias));
        const attributes = before && change(before.attributes);
        for (const [key, agent] of agents)
          if (agent.agentId === before?.agentId && attributes !== undefined) agents.set(key, { ...agent, attributes });
      },
    },
    assignments: { of: async () => said.settings ?? {} },
    submissions: { accept: async (submission) => void calls.accepted.push(submission) },
    tasks: {
      run: async <T>(name: string, input: { readonly body: Uint8Array }) =>
        structuredClone(checks[name as keyof typeof checks](input)) as T,
    },
    work: {
      workFor: async (_, { isProven }) => {
        calls.asked.push(isProven);
        return { tasks: said.work ?? [], withheld: said.withheld ?? [], nextAt: said.nextAt ?? null };
      },
    },
    credentials: { get: async (name) => said.credentials?.find((credential) => credential.name === name) },
    audit: { record: async (event) => void calls.audited.push(event) },
    secrets: {
      put: async (agentId, name, secret) => void calls.secrets.set(`${agentId} ${name}`, secret),
      get: async (agentId, name) => calls.secrets.get(`${agentId} ${name}`),
    },
    pending: {
      async open(_, agentId) {
        const requestId = randomUUID().slice(0, 8).toUpperCase();
        put.set(agentId + requestId, undefined);
        return { agentId, requestId };
      },
      async settle({ agentId, requestId }, answer) {
        const isThere = put.has(agentId + requestId);
        if (isThere) put.set(agentId + requestId, answer);
        return isThere;
      },
      async take({ agentId, requestId }) {
        const answer = put.get(agentId + requestId);
        if (answer === undefined) return put.has(agentId + requestId) ? "pending" : undefined;
        put.delete(agentId + requestId);
        return { answer };
      },
    },
    admission: {
      tryEnter: () => {
        if (places === 0) return false;
        places--;
        return true;
      },
      leave: () => void places++,
    },
    clock,
    config: {
      ...{ expiration: "24h", prolog: "pending", forceFull: true, mostProxies: 5 },
      ...{ serverVersion: "10.0.18", pendingSeconds: 30, ...said.config },
      register: {
        ...{ simple: false, manual: false, token: true, encrypt: "required", expiration: "30d", overHttp: false },
        ...{ challengeSeconds: 60, proxyChallengeSeconds: 600, perMinute: 600, ...said.register },
      },
    },
    ...{ registrationTokens, challenges, agentKeys },
    access: () => ({ unproven: "allow", atLeast: "allow", ...said.access }),
    allowUnproven: said.allowUnproven ?? false,
  };
  const openEnvelope = createOpenEnvelope({
    ...deps,
    registry: { recentAgent: async (alias) => agents.get(keyOf(alias)) },
  });
  const table = agentMessagesTable({
    ...{ dialects: [createGlpiDialect(deps)], prefixes: [], admission: deps.admission },
    ...{ proofOf: said.proof === undefined ? createProofOf() : async () => said.proof ?? noProof, openEnvelope },
  });

  /** One request through the front door; what it throws is told as the front door tells it. */
  async function call({
    opened,
    method = "POST",
    headers = {},
    body = Buffer.alloc(0),
    query = "",
    peer,
    tls = true,
    from = "192.0.2.1",
  }: Said): Promise<Answered> {
    const raw = { headers, socket: { encrypted: tls } } as unknown as IncomingMessage;
    const request = { id: "request-1", method, path: "/front/inventory.php", headers, from };
    const asked = { ...request, query: new URLSearchParams(query) };
    const row = table.rows.find((each) => each.method === method);
    let reply: Reply;
    let code: string | undefined;
    try {
      if (row === undefined) throw new Error(`no row for ${method}`);
      const rest = { params: {}, origin: "https://gate.example:8140", principal: undefined, log, raw, body };
      reply = await row.handle({ ...asked, ...rest, peer: peer ?? { kind: "none" } });
    } catch (thrown) {
      const error = asGatehouseError(thrown);
      code = error.code;
      reply = await table.renderError(error, "request-1", { request: asked, raw });
    }
    const sealed = Buffer.isBuffer(reply.body) ? reply.body : Buffer.alloc(0);
    const bytes = opened?.(reply, sealed) ?? sealed;
    const type = reply.headers?.["Content-Type"];
    const text = (
      type?.endsWith("zlib") ? inflateSync(bytes) : type?.endsWith("gzip") ? gunzipSync(bytes) : bytes
    ).toString();
    return {
      ...{ status: reply.status, headers: reply.headers ?? {}, text },
      json: text.startsWith("{") ? JSON.parse(text) : undefined,
      ...(code !== undefined && { code }),
    };
  }

  /** A message as GLPI Agent packs it. */
  const say = (message: unknown, headers: IncomingMessage["headers"] = { "glpi-agent-id": AGENT }, peer?: Peer) =>
    call({
      headers: { "content-type": "application/x-compress-zlib", "user-agent": "GLPI-Agent_v1.12", ...headers },
      body: zlibbed(message),
      ...(peer !== undefined && { peer }),
    });

  return { deps, calls, agents, call, say, clock, kept };
}

/** An agent's CONTACT, with what it may leave out. */
export const contact = (more: object = {}) => ({
  ...{ action: "contact", deviceid: DEVICE, name: "GLPI-Agent", version: "1.12" },
  "installed-tasks": [
    "inventory",
    "deploy",
    "collect",
    "esx",
    "netdiscovery",
    "netinventory",
    "remoteinventory",
    "wakeonlan",
  ],
  ...more,
});

export const inventory = (more: object = {}) => ({
  ...{ action: "inventory", deviceid: DEVICE, itemtype: "Computer" },
  content: { hardware: { name: "web01" }, versionclient: "GLPI-Agent_v1.12" },
  ...more,
});

export const PROLOG = `<?xml version="1.0" encoding="UTF-8"?>\n<REQUEST>\n  <DEVICEID>${DEVICE}</DEVICEID>\n  <QUERY>PROLOG</QUERY>\n  <TOKEN>12345678</TOKEN>\n</REQUEST>\n`;
