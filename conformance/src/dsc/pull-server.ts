import { writeFileSync } from "node:fs";
import path from "node:path";
import { signRegistration } from "@gatehouse/simulator";
import { type GatewayProcess, newSite, type Site } from "../gateway.js";
import { type Answer, send } from "../wire.js";

export const KEY = "140a952b-b9d6-406b-b416-e0f759c9c0e4";
export const BASE = "/PSDSCPullServer.svc";
export const JSON_HEADERS = {
  Accept: "application/json",
  "Content-Type": "application/json; charset=utf-8",
  ProtocolVersion: "2.0",
};

/** The body of the notes' own vector: a registration of type ConfigurationRepository with the name Web. */
export const VECTOR_BODY =
  '{"AgentInformation":{"LCMVersion":"2.0","NodeName":"n1","IPAddress":"127.0.0.1"},"ConfigurationNames":["Web"],"RegistrationInformation":{"CertificateInformation":{"FriendlyName":"f","Issuer":"CN=i","NotAfter":"2030-01-01T00:00:00.0000000+00:00","NotBefore":"2020-01-01T00:00:00.0000000+00:00","Subject":"CN=s","PublicKey":"cGs=","Thumbprint":"00112233445566778899AABBCCDDEEFF00112233","Version":3},"RegistrationMessageType":"ConfigurationRepository"}}';
export const VECTOR_DATE = "2024-01-02T03:04:05.6789012Z";
export const VECTOR_AUTHORIZATION = "Shared MmgGrH0azN2mFncC17Cl9TQd1seP8SrkJ7jh0sdd/8E=";

export interface NodeShown {
  readonly id: string;
  readonly name: string;
  readonly agents: readonly {
    readonly attributes: {
      readonly configurationNames: readonly string[];
      readonly lcmVersion: string;
      readonly thumbprint: string | null;
    };
  }[];
}

/** A gateway with what a DSC case needs of it. */
export interface PullServer {
  readonly site: Site;
  readonly gateway: GatewayProcess;
  /** An operator's call of the API. */
  api(method: string, apiPath: string, body?: unknown): Promise<Answer>;
  addKey(name: string, key: string): Promise<void>;
  publish(fileName: string, bytes: Buffer | string): Promise<Answer>;
  node(reference: string): Promise<NodeShown | undefined>;
  nodeCount(): Promise<number>;
  close(): Promise<void>;
}

export async function startPullServer(): Promise<PullServer> {
  const site = await newSite();
  const gateway = await site.start();
  const api = (method: string, apiPath: string, body?: unknown) =>
    send(gateway.https, {
      method,
      path: `/api/v1${apiPath}`,
      headers: { Authorization: `Bearer ${gateway.token}` },
      ...(body === undefined ? {} : { body: Buffer.isBuffer(body) ? body : JSON.stringify(body) }),
    });
  const addKey = async (name: string, key: string) => {
    expectStatus(await api("POST", "/enrolment-keys/dsc", { name, key }), 201);
  };
  await addKey("primary", KEY);
  return {
    site,
    gateway,
    api,
    addKey,
    publish: (fileName, bytes) => {
      const kind = fileName.endsWith(".zip") ? "dsc-module" : "dsc-configuration";
      return api("POST", `/artifacts/${kind}?file=${encodeURIComponent(fileName)}`, Buffer.from(bytes));
    },
    node: async (reference) => {
      const answer = await api("GET", `/nodes/${encodeURIComponent(reference)}`);
      return answer.status === 404 ? undefined : JSON.parse(expectStatus(answer, 200).body.toString());
    },
    nodeCount: async () => JSON.parse((await api("GET", "/nodes?limit=500")).body.toString()).nodes.length,
    close: async () => {
      await gateway.stop();
      await site.remove();
    },
  };
}

function expectStatus(answer: Answer, status: number): Answer {
  if (answer.status !== status) throw new Error(`${status} expected, got ${answer.status}: ${answer.body}`);
  return answer;
}

export interface RegistrationParts {
  readonly names?: readonly string[];
  readonly type?: string;
  readonly nodeName?: string;
  readonly thumbprint?: string;
}

/** A registration's body as a WMF 5.1 node writes it. */
export function registrationBody({
  names,
  type = "ConfigurationRepository",
  nodeName = "CLIENT",
  thumbprint = "8351F16C2B06634279F2C0287B5430452DA1CD94",
}: RegistrationParts): string {
  return JSON.stringify({
    AgentInformation: {
      LCMVersion: "2.0",
      NodeName: nodeName,
      IPAddress: "192.0.2.20;127.0.0.1;fe80::1%5;::2000:0:0:0",
    },
    ...(names === undefined ? {} : { ConfigurationNames: names }),
    RegistrationInformation: {
      CertificateInformation: {
        FriendlyName: "DSC-OaaS Client Authentication",
        Issuer: "CN=http://pull:8080",
        NotAfter: "2027-08-14T09:49:31.0000000-07:00",
        NotBefore: "2026-08-14T16:39:31.0000000-07:00",
        Subject: "CN=http://pull:8080",
        PublicKey: "U3lzdGVtLlNlY3VyaXR5LkNyeXB0b2dyYXBoeS5YNTA5Q2VydGlmaWNhdGVzLlB1YmxpY0tleQ==",
        Thumbprint: thumbprint,
        Version: 3,
      },
      RegistrationMessageType: type,
    },
  });
}

/** A signed PUT of a body under a path. */
export function putSigned(
  server: PullServer,
  requestPath: string,
  body: Buffer | string,
  key = KEY,
  extra: Record<string, string> = {},
): Promise<Answer> {
  const date = "2026-11-20T21:25:51.8654321Z";
  const headers = {
    ...JSON_HEADERS,
    "x-ms-date": date,
    Authorization: signRegistration(Buffer.from(body), date, key),
    ...extra,
  };
  return send(server.gateway.http, { method: "PUT", path: requestPath, headers, body });
}

export const register = (server: PullServer, agentId: string, parts: RegistrationParts, key = KEY): Promise<Answer> =>
  putSigned(server, `${BASE}/Nodes(AgentId='${agentId}')`, registrationBody(parts), key);

export const checkIn = (server: PullServer, agentId: string, body: unknown): Promise<Answer> =>
  send(server.gateway.http, {
    method: "POST",
    path: `${BASE}/Nodes(AgentId='${agentId}')/GetDscAction`,
    headers: JSON_HEADERS,
    body: typeof body === "string" ? body : JSON.stringify(body),
  });

/** Sends a report: an object, or the bytes themselves. */
export const sendReport = (server: PullServer, agentId: string, body: unknown): Promise<Answer> =>
  send(server.gateway.http, {
    method: "POST",
    path: `${BASE}/Nodes(AgentId='${agentId}')/SendReport`,
    headers: JSON_HEADERS,
    body: typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body),
  });

/** What `Reports`, `Reports()` or `Reports(JobId='…')` of an agent answers to an operator. */
export const getReports = (
  server: PullServer,
  agentId: string,
  resource = "Reports",
  headers: Record<string, string> = { Authorization: `Bearer ${server.gateway.token}` },
): Promise<Answer> =>
  send(server.gateway.https, {
    method: "GET",
    path: `${BASE}/Nodes(AgentId='${agentId}')/${resource}`,
    headers: { ...JSON_HEADERS, ...headers },
  });

export const getConfiguration = (server: PullServer, agentId: string, rawName: string): Promise<Answer> =>
  send(server.gateway.http, {
    method: "GET",
    path: `${BASE}/Nodes(AgentId='${agentId}')/Configurations(ConfigurationName='${rawName}')/ConfigurationContent`,
    headers: { ProtocolVersion: "2.0" },
  });

export const getModule = (
  server: PullServer,
  name: string,
  version: string,
  headers: Record<string, string>,
): Promise<Answer> =>
  send(server.gateway.http, {
    method: "GET",
    path: `${BASE}/Modules(ModuleName='${name}',ModuleVersion='${version}')/ModuleContent`,
    headers,
  });

/** The folder of recordings beside the project, or undefined where it is not there. */
export const recordingsDir = (): string =>
  process.env["GATEHOUSE_SHARED"] ?? path.resolve(import.meta.dirname, "../../../../shared");

/** Writes a file into the site's folder, for the command to read. */
export function fileIn(site: Site, name: string, bytes: Buffer | string): string {
  const file = path.join(site.dataDir, name);
  writeFileSync(file, bytes);
  return file;
}
