import type { Credential } from "@gatehouse/core/credentials";
import type { KnownAgent } from "@gatehouse/core/nodes";
import type { AgentAnswer } from "@gatehouse/http";
import { auditHandedOut } from "@gatehouse/inventory";
import { databaseParams } from "./databases.js";
import type { GlpiDeps } from "./deps.js";
import { expirationOf, sooner } from "./expiration.js";
import { CATEGORIES, CREDENTIALS, JOBS, TASKS } from "./settings.js";
import type { Contact } from "./wire/contact.js";
import { objectOf, type Said } from "./wire/read.js";

/** Tasks that are served where there is work for them, by those who serve GLPI's plugin. */
export const WORK_TASKS = ["collect", "deploy", "esx", "netdiscovery", "netinventory", "wakeonlan"] as const;
/** Tasks that the agent does by itself, and hands in what comes out. */
const OWN_TASKS = ["inventory", "remoteinventory"] as const;
/** Of GLPI's plugin, as agents ask for it; nothing depends on it. */
const PLUGIN_VERSION = "1.5.0";

/** What is to be known of who calls. */
export interface Caller {
  /** Credentials may go to it. */
  readonly isProven: boolean;
  /** An operator wants it to register anew. */
  readonly registersAnew: boolean;
}

export async function contactAnswer(
  deps: GlpiDeps,
  agent: KnownAgent,
  message: Contact,
  { isProven, registersAnew }: Caller,
): Promise<AgentAnswer> {
  const settings = await deps.assignments.of(agent);
  const { tasks: due, withheld, nextAt } = await deps.work.workFor(agent, { isProven });
  // What is withheld is told too: the agent shows its login where it asks for it, and is asked for it.
  const waiting = [...due, ...withheld];
  const work = new Set<string>(waiting);
  const assigned = new Map(Object.entries(objectOf(settings[TASKS])).map(([name, task]) => [name, objectOf(task)]));
  const tasks = new Map<string, Said>();
  const disabled = new Set<string>();
  const installed = new Set(message["installed-tasks"]?.map((name) => name.toLowerCase()) ?? []);
  for (const name of new Set([...OWN_TASKS, ...WORK_TASKS, ...assigned.keys()])) {
    if (name !== "inventory" && installed.size > 0 && !installed.has(name) && !assigned.has(name)) continue;
    const { enabled, ...own } = assigned.get(name) ?? {};
    const isOurs = OWN_TASKS.some((each) => each === name);
    // An agent that is told of the plugin asks for its work with two to five requests more (wire/glpi.md section 3).
    const isOn = enabled !== false && (isOurs || work.has(name) || own["server"] !== undefined);
    if (!isOn) {
      disabled.add(name);
      continue;
    }
    const server = isOurs
      ? { server: "glpi", version: deps.config.serverVersion }
      : { server: "glpiinventory", version: PLUGIN_VERSION };
    tasks.set(name, { ...server, ...own });
  }
  const inventory = tasks.get("inventory");
  if (inventory !== undefined)
    tasks.set("inventory", { ...inventory, ...categoriesOf(settings), ...(isProven && databaseParams(settings)) });
  if (registersAnew)
    tasks.set("register", {
      ...tasks.get("register"),
      server: "glpi",
      version: deps.config.serverVersion,
      renew: true,
    });
  const jobs = objectOf(settings[JOBS]);
  const credentials = isProven ? await credentialsOf(deps, agent, settings) : {};
  return {
    status: 200,
    syntax: "json",
    text: JSON.stringify({
      status: "ok",
      expiration: sooner(expirationOf(settings, deps), nextAt, deps.clock.now()),
      tasks: Object.fromEntries(tasks),
      disabled: [...disabled].filter((name) => !tasks.has(name)),
      ...(Object.keys(jobs).length > 0 && { jobs }),
      ...(Object.keys(credentials).length > 0 && { credentials }),
    }),
  };
}

/** To an agent that a person is to look at first: all that it could do is off, and nothing else is told. */
export function heldAnswer(deps: GlpiDeps, settings: Said, message: Contact): AgentAnswer {
  const installed = message["installed-tasks"]?.map((name) => name.toLowerCase()) ?? [];
  const disabled = [...new Set([...OWN_TASKS, ...WORK_TASKS, ...installed])].filter((name) => name !== "register");
  const text = JSON.stringify({ status: "ok", expiration: expirationOf(settings, deps), tasks: {}, disabled });
  return { status: 200, syntax: "json", text };
}

function categoriesOf(settings: Said): Record<string, string> {
  const { no, required } = objectOf(settings[CATEGORIES]);
  const joined = (list: unknown) => (Array.isArray(list) && list.length > 0 ? list.join(",") : undefined);
  const left = joined(no);
  const kept = joined(required);
  return {
    ...(left !== undefined && { "no-category": left }),
    ...(kept !== undefined && { "required-category": kept }),
  };
}

/** The document's credentials: numbers as texts, each with its secret (decisions, row 18). */
async function credentialsOf(deps: GlpiDeps, agent: KnownAgent, settings: Said): Promise<Record<string, object>> {
  const told: Record<string, object> = {};
  const names: string[] = [];
  for (const [number, spec] of Object.entries(objectOf(settings[CREDENTIALS]))) {
    const { credential: name, ...rest } = objectOf(spec);
    const credential = typeof name === "string" ? await deps.credentials.get(name) : undefined;
    if (credential === undefined) continue;
    names.push(credential.name);
    told[number] = { ...inDocument(credential), ...rest };
  }
  await auditHandedOut(deps.audit, agent, names);
  return told;
}

const inDocument = ({ kind, username, secret }: Credential): object =>
  kind === "snmp-community"
    ? { type: "snmp", community: secret }
    : { type: "login_password", login: username ?? "", password: secret };
