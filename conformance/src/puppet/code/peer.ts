import { chmodSync, cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { send } from "../../wire.js";
import { type Agent, newAgent } from "../agent.js";
import { newPuppetserver, type Puppetserver } from "../puppetserver.js";
import { type Asked, type CodeServer, EXTENSIONS } from "./types.js";

/**
 * Debian's puppetserver as a compiler: it signs whoever asks, reads environments anew each time, and is told by a
 * classifier what to give to whom. It has no PuppetDB.
 */
export async function startPeer(): Promise<CodeServer> {
  const puppetserver = await newPuppetserver("admin.example.org", ["*.example.org"], {
    environmentpath: "FOLDER/environments",
    basemodulepath: "FOLDER/none",
    environment_timeout: "0",
    node_terminus: "exec",
    external_nodes: "FOLDER/classify",
  });
  const at = (...parts: string[]) => path.join(puppetserver.folder, ...parts);
  for (const folder of ["environments", "nodes"]) mkdirSync(at(folder));
  mkdirSync(at("environments", "production"));
  // What is JSON is YAML.
  writeFileSync(at("classify"), `#!/bin/sh\ncat '${at("nodes")}'/"$1" 2>/dev/null || echo '{}'\n`);
  chmodSync(at("classify"), 0o755);
  const agents = new Map<string, Agent>();
  const close = async () => {
    for (const agent of agents.values()) agent.remove();
    await puppetserver.remove();
  };
  try {
    await puppetserver.start();
  } catch (thrown) {
    await close();
    throw thrown;
  }
  const agentOf = async (certname: string): Promise<Agent> => {
    const known = agents.get(certname);
    if (known !== undefined) return known;
    const agent = newAgent(puppetserver.server, certname, { keylength: "2048" });
    agents.set(certname, agent);
    agent.csrAttributes(`extension_requests:\n${yaml(EXTENSIONS)}`);
    const { code, out } = await agent.bootstrap();
    if (code !== 0) throw new Error(`${certname} got no certificate of puppetserver: ${out}`);
    return agent;
  };
  return {
    deploy: async (environment, folder) => {
      rmSync(at("environments", environment), { recursive: true, force: true });
      cpSync(folder, at("environments", environment), { recursive: true, verbatimSymlinks: true });
    },
    catalog: async (asked) => {
      const agent = await agentOf(asked.certname);
      const { environment, classes, parameters } = asked;
      writeFileSync(at("nodes", asked.certname), JSON.stringify({ environment, classes, parameters }));
      const { status, text } = await ask(puppetserver, agent, asked);
      return {
        catalog: status === 200 ? text : undefined,
        error: status === 200 ? undefined : messageOf(text),
        folder: at("environments", environment),
        logs: [],
      };
    },
    close,
  };
}

const yaml = (fields: Readonly<Record<string, string>>): string =>
  Object.entries(fields)
    .map(([name, value]) => `  ${name}: ${value}\n`)
    .join("");

async function ask({ server }: Puppetserver, agent: Agent, { certname, environment, facts }: Asked) {
  const fields = {
    facts_format: "application/json",
    facts: encodeURIComponent(JSON.stringify({ name: certname, values: facts })),
    environment,
  };
  const body = new URLSearchParams(fields).toString();
  const answer = await send(
    `https://${server.host}:${server.port}`,
    {
      method: "POST",
      path: `/puppet/v3/catalog/${certname}?environment=${environment}`,
      headers: {
        Accept: "application/vnd.puppet.rich+json, application/json",
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Puppet-Version": "7.23.0",
      },
      body,
    },
    { cert: agent.read("certificate"), key: agent.read("key") },
  );
  return { status: answer.status, text: answer.body.toString() };
}

/** Its errors are JSON, but for those of a Ruby file that cannot be read. */
function messageOf(text: string): string {
  try {
    return (JSON.parse(text) as { message: string }).message;
  } catch {
    return text;
  }
}
