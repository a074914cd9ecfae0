import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { AUTOSIGN_ALL, type House, startHouse } from "../authority/house.js";
import { type Agent, newAgent } from "./agent.js";
import type { Ran } from "./programs.js";

/** Files of an environment by their path; a link is written `-> target`. */
export type Tree = Readonly<Record<string, string>>;

/** Settings of one resource. */
export type Parameters = Readonly<Record<string, unknown>>;

/** One report as the API lists it. */
export interface Report {
  readonly id: string;
  readonly status: string;
  readonly [field: string]: unknown;
}

/** A gateway with environments and groups, and agents that were given certificates. */
export interface RunSite {
  readonly house: House;
  /** A folder of the machine that agents are told to manage; gone with the site. */
  readonly root: string;
  /** `gatehouse WORDS`. @throws when it fails */
  done(...words: string[]): Promise<string>;
  /** `gatehouse --json WORDS`, parsed. @throws when it fails */
  // biome-ignore lint/suspicious/noExplicitAny: an answer is looked at by matchers
  json(...words: string[]): Promise<any>;
  /** `gatehouse puppet deploy` of a folder with these files. */
  deploy(environment: string, tree: Tree): Promise<void>;
  /** Puts a group that takes this node. */
  group(name: string, certname: string, settings: Readonly<Record<string, unknown>>, priority?: number): Promise<void>;
  /** Puts a group that declares resources for this node. */
  declare(certname: string, resources: Readonly<Record<string, Parameters>>): Promise<void>;
  /** A new agent with its certificate. */
  agent(short: string, settings?: Readonly<Record<string, string>>): Promise<Agent>;
  /** One with a certificate that may administer. */
  administrator(short: string): Promise<Agent>;
  /** Of a node, the newest first, processed. */
  reports(certname: string): Promise<Report[]>;
  close(): Promise<void>;
}

/** Starts it. @param env settings of the gateway */
export async function startRunSite(env: Readonly<Record<string, string>> = {}): Promise<RunSite> {
  const house = await startHouse({ env: { ...AUTOSIGN_ALL, ...env } });
  const root = mkdtempSync(path.join(tmpdir(), "gatehouse-managed-"));
  const agents: Agent[] = [];
  const done = async (...words: string[]) => {
    const { code, out, err } = await house.site.command(...words);
    if (code !== 0) throw new Error(`gatehouse ${words.join(" ")} ended with ${code}: ${err}`);
    return out;
  };
  const json = async (...words: string[]) => JSON.parse(await done("--json", ...words));
  const group: RunSite["group"] = async (name, certname, settings, priority = 0) => {
    const body = { priority, rule: { field: "alias.certname", eq: certname }, settings };
    const { status, json: answer } = await house.api("PUT", `/groups/${name}`, body);
    if (status !== 200) throw new Error(`the group ${name} got ${status}: ${JSON.stringify(answer)}`);
  };
  const made = (short: string, settings: Readonly<Record<string, string>> = {}) => {
    const server = { host: "localhost", port: new URL(house.first.https).port };
    const agent = newAgent(server, `${short}.example.org`, { keylength: "2048", ...settings });
    agents.push(agent);
    return agent;
  };
  return {
    house,
    root,
    done,
    json,
    deploy: async (environment, tree) => {
      const folder = mkdtempSync(path.join(tmpdir(), "gatehouse-environment-"));
      try {
        writeTree(folder, tree);
        await done("puppet", "deploy", environment, folder);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
    group,
    declare: (certname, resources) => group(certname.replaceAll(".", "-"), certname, { "puppet.resources": resources }),
    agent: async (short, settings) => {
      const agent = made(short, settings);
      expectDone(await agent.bootstrap());
      return agent;
    },
    administrator: async (short) => {
      const agent = made(short);
      const { certificate, key }: { certificate: string; key: string } = await house.ca(
        "generate",
        agent.certname,
        "--extension",
        "pp_cli_auth=true",
      );
      for (const [file, content] of [
        [agent.files.certificate, certificate],
        [agent.files.key, key],
      ] as const) {
        mkdirSync(path.dirname(file), { recursive: true });
        writeFileSync(file, content, { mode: 0o600 });
      }
      expectDone(await agent.bootstrap());
      return agent;
    },
    reports: async (certname) => (await json("report", "list", "--node", certname, "--all")).reports,
    close: async () => {
      for (const agent of agents) agent.remove();
      rmSync(root, { recursive: true, force: true });
      await house.close();
    },
  };
}

function expectDone({ code, out }: Ran): void {
  if (code !== 0) throw new Error(`an agent got no certificate: ${out}`);
}

/** Writes files by their path; a link is written `-> target`. */
export function writeTree(folder: string, tree: Tree): void {
  for (const [file, content] of Object.entries(tree)) {
    const target = path.join(folder, file);
    mkdirSync(path.dirname(target), { recursive: true });
    if (content.startsWith("-> ")) symlinkSync(content.slice(3), target);
    else writeFileSync(target, content);
  }
}
