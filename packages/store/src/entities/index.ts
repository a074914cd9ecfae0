import type { NodeState, Trust } from "@gatehouse/core/nodes";
import { EntitySchema } from "typeorm";

const text = { type: "text" } as const;
const at = { type: "timestamptz" } as const;

export interface NodeRow {
  id: string;
  name: string;
  state: NodeState;
  stateSince: Date;
  stateBy: string;
  labels: Record<string, string>;
  settings: Record<string, unknown>;
  createdAt: Date;
  agents?: AgentRow[];
  evidence?: EvidenceRow[];
}

export const NodeEntity = new EntitySchema<NodeRow>({
  name: "Node",
  tableName: "nodes",
  columns: {
    id: { type: "uuid", primary: true, generated: "uuid" },
    name: text,
    state: { ...text, default: "active" },
    stateSince: { ...at, name: "state_since", createDate: true },
    stateBy: { ...text, name: "state_by", default: "enrolment" },
    labels: { type: "jsonb" },
    settings: { type: "jsonb" },
    createdAt: { ...at, name: "created_at", createDate: true },
  },
  relations: {
    agents: { type: "one-to-many", target: "Agent", inverseSide: "node" },
    evidence: { type: "one-to-many", target: "Evidence", inverseSide: "node" },
  },
});

export interface AgentRow {
  id: string;
  family: "dsc" | "puppet" | "inventory";
  attributes: Record<string, unknown>;
  trust: Trust;
  createdAt: Date;
  node?: NodeRow;
  aliases?: AliasRow[];
  contact?: ContactRow | null;
  latestReport?: LatestReportRow | null;
}

export const AgentEntity = new EntitySchema<AgentRow>({
  name: "Agent",
  tableName: "agents",
  columns: {
    id: { type: "uuid", primary: true, generated: "uuid" },
    family: text,
    attributes: { type: "jsonb" },
    trust: { ...text, default: "key" },
    createdAt: { ...at, name: "created_at", createDate: true },
  },
  relations: {
    node: { type: "many-to-one", target: "Node", joinColumn: { name: "node_id" }, inverseSide: "agents" },
    aliases: { type: "one-to-many", target: "Alias", inverseSide: "agent" },
    contact: { type: "one-to-one", target: "Contact", inverseSide: "agent" },
    latestReport: { type: "one-to-one", target: "LatestReport", inverseSide: "agent" },
  },
});

export interface AliasRow {
  family: "dsc" | "puppet" | "inventory";
  kind: string;
  valueKey: string;
  value: string;
  agent?: AgentRow;
}

export const AliasEntity = new EntitySchema<AliasRow>({
  name: "Alias",
  tableName: "agent_aliases",
  columns: {
    family: { ...text, primary: true },
    kind: { ...text, primary: true },
    valueKey: { ...text, primary: true, name: "value_key" },
    value: text,
  },
  relations: {
    agent: { type: "many-to-one", target: "Agent", joinColumn: { name: "agent_id" }, inverseSide: "aliases" },
  },
});

export interface ContactRow {
  agentId: string;
  lastSeen: Date;
  agent?: AgentRow;
}

export const ContactEntity = new EntitySchema<ContactRow>({
  name: "Contact",
  tableName: "agent_contacts",
  columns: { agentId: { type: "uuid", primary: true, name: "agent_id" }, lastSeen: { ...at, name: "last_seen" } },
  relations: {
    agent: { type: "one-to-one", target: "Agent", joinColumn: { name: "agent_id" }, inverseSide: "contact" },
  },
});

export interface LatestReportRow {
  agentId: string;
  reportId: string;
  status: string;
  at: Date;
  agent?: AgentRow;
}

export const LatestReportEntity = new EntitySchema<LatestReportRow>({
  name: "LatestReport",
  tableName: "agent_reports",
  columns: {
    agentId: { type: "uuid", primary: true, name: "agent_id" },
    reportId: { type: "bigint", name: "report_id" },
    status: text,
    at,
  },
  relations: {
    agent: { type: "one-to-one", target: "Agent", joinColumn: { name: "agent_id" }, inverseSide: "latestReport" },
  },
});

export interface EvidenceRow {
  id: string;
  kind: "name" | "address" | "mac" | "serial" | "uuid";
  value: string;
  node?: NodeRow;
}

export const EvidenceEntity = new EntitySchema<EvidenceRow>({
  name: "Evidence",
  tableName: "node_evidence",
  columns: { id: { type: "bigint", primary: true, generated: "increment" }, kind: text, value: text },
  relations: {
    node: { type: "many-to-one", target: "Node", joinColumn: { name: "node_id" }, inverseSide: "evidence" },
  },
});

export interface EnrolmentKeyRow {
  id: string;
  protocol: string;
  name: string;
  secret: Buffer;
  createdAt: Date;
  revokedAt: Date | null;
}

export const EnrolmentKeyEntity = new EntitySchema<EnrolmentKeyRow>({
  name: "EnrolmentKey",
  tableName: "enrolment_keys",
  columns: {
    id: { type: "uuid", primary: true },
    protocol: text,
    name: text,
    secret: { type: "bytea" },
    createdAt: { ...at, name: "created_at", createDate: true },
    revokedAt: { ...at, name: "revoked_at", nullable: true },
  },
});

export interface ApiTokenRow {
  id: string;
  name: string;
  role: "viewer" | "operator" | "admin";
  hash: Buffer;
  createdAt: Date;
  expiresAt: Date | null;
  revokedAt: Date | null;
}

export const ApiTokenEntity = new EntitySchema<ApiTokenRow>({
  name: "ApiToken",
  tableName: "api_tokens",
  columns: {
    id: { type: "uuid", primary: true, generated: "uuid" },
    name: text,
    role: text,
    hash: { type: "bytea" },
    createdAt: { ...at, name: "created_at", createDate: true },
    expiresAt: { ...at, name: "expires_at", nullable: true },
    revokedAt: { ...at, name: "revoked_at", nullable: true },
  },
});

export interface AuditRow {
  id: string;
  at: Date;
  actor: string;
  action: string;
  subject: string;
  detail: Record<string, unknown>;
}

export const AuditEntity = new EntitySchema<AuditRow>({
  name: "AuditEvent",
  tableName: "audit_events",
  columns: {
    id: { type: "bigint", primary: true, generated: "increment" },
    at: { ...at, createDate: true },
    actor: text,
    action: text,
    subject: text,
    detail: { type: "jsonb" },
  },
});

export const entities = [
  NodeEntity,
  AgentEntity,
  AliasEntity,
  ContactEntity,
  LatestReportEntity,
  EvidenceEntity,
  EnrolmentKeyEntity,
  ApiTokenEntity,
  AuditEntity,
] as const;
