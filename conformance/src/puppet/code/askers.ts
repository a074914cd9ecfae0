import { type Answer, type Sent, send } from "../../wire.js";
import { type Agent, newAgent, type Server } from "../agent.js";
import { type Answered, type Asked, EXTENSIONS } from "./types.js";

/** Who asks a server over mutual TLS: agents that get their certificates of it with their first call. */
export interface Askers {
  call(certname: string, sent: Sent): Promise<Answer>;
  /** Asks for a catalog as an agent does. @returns it, or why there is none */
  catalog(asked: Asked): Promise<Pick<Answered, "catalog" | "error">>;
  close(): void;
}

/** @param server one that signs them at once */
export function askersOf(server: Server): Askers {
  const agents = new Map<string, Agent>();
  const agentOf = async (certname: string): Promise<Agent> => {
    const known = agents.get(certname);
    if (known !== undefined) return known;
    const agent = newAgent(server, certname, { keylength: "2048" });
    agents.set(certname, agent);
    const extensions = Object.entries(EXTENSIONS).map(([name, value]) => `  ${name}: ${value}\n`);
    agent.csrAttributes(`extension_requests:\n${extensions.join("")}`);
    const { code, out } = await agent.bootstrap();
    if (code !== 0) throw new Error(`${certname} got no certificate: ${out}`);
    return agent;
  };
  const call = async (certname: string, sent: Sent) => {
    const agent = await agentOf(certname);
    const tls = { cert: agent.read("certificate"), key: agent.read("key"), ca: agent.read("ca") };
    return send(`https://${server.host}:${server.port}`, sent, { ...tls, rejectUnauthorized: true });
  };
  return {
    call,
    catalog: async (asked) => {
      const { status, body } = await call(asked.certname, catalogCall(asked));
      const text = body.toString();
      return status === 200 ? { catalog: text, error: undefined } : { catalog: undefined, error: messageOf(text) };
    },
    close: () => {
      for (const agent of agents.values()) agent.remove();
    },
  };
}

/** The facts are encoded twice: by themselves, and as a field of the form. */
function catalogCall({ certname, environment, facts, factsText = JSON.stringify(facts) }: Asked): Sent {
  const fields = {
    facts_format: "application/json",
    facts: encodeURIComponent(`{"name":${JSON.stringify(certname)},"values":${factsText}}`),
    environment,
  };
  return {
    method: "POST",
    path: `/puppet/v3/catalog/${certname}?environment=${environment}`,
    headers: {
      Accept: "application/vnd.puppet.rich+json, application/json",
      "Content-Type": "application/x-www-form-urlencoded",
      "X-Puppet-Version": "7.23.0",
    },
    body: new URLSearchParams(fields).toString(),
  };
}

/** Errors are JSON, but puppetserver's for a Ruby file that cannot be read. */
function messageOf(text: string): string {
  try {
    return (JSON.parse(text) as { message: string }).message;
  } catch {
    return text;
  }
}
