import { randomBytes } from "node:crypto";
import { RegisterAgent } from "../register/agent.js";
import {
  attempt,
  deviceIdOf,
  type InventoryAgent,
  type InventoryAgentOptions,
  type InventoryRun,
  type OpenRun,
  openRun,
  packed,
  requireSuccess,
} from "./agent.js";
import { type InventoryAnswer, InventoryConnection, type InventoryRequest } from "./connection.js";
import { glpiContent, legacyContent } from "./content.js";
import { glpiText, startOf } from "./decode.js";
import { InventoryAgentError } from "./errors.js";
import { agentIdOf } from "./ids.js";
import { machineOf } from "./machine.js";
import { type Sent, whatToSend } from "./partial.js";
import { type JsonReply, jsonReply, type XmlReply, xmlReply } from "./reply.js";
import { askConfig, type RestManners } from "./rest.js";
import { requestXml } from "./xml.js";

export interface GlpiAgentOptions extends InventoryAgentOptions {
  /** GLPI-Agent-ID; made from the seed unless told. */
  readonly agentId?: string;
  /** Sends a GLPI-Request-ID of its own, as agents do only with their debug option. */
  readonly debug?: boolean;
  /** How it waits between two looks for a pending answer, in milliseconds; it really waits unless told. */
  readonly wait?: (milliseconds: number) => Promise<void>;
  /** A UUID: it registers with it and encrypts what it says in JSON, as no released agent does. */
  readonly registerToken?: string;
}

const VERSION = "1.12";
const USER_AGENT = `GLPI-Agent_v${VERSION}`;
const TASKS = "collect deploy esx inventory netdiscovery netinventory remoteinventory wakeonlan".split(" ");
const REST: RestManners = {
  tasks: { Collect: "2.9", ESX: "2.11", Deploy: "3.3" },
  headers: [
    ["User-Agent", USER_AGENT],
    ["Content-Type", "application/json"],
  ],
};
/** Looks for a pending answer before an agent gives up. */
const MOST_POLLS = 12;

/**
 * A simulated GLPI agent: PROLOG with its id to a server that it does not know, CONTACT and inventories in JSON to one
 * that it does, partial ones in later runs; after any failure it starts over with PROLOG (wire/glpi.md sections 2 to 4).
 */
export class GlpiAgent implements InventoryAgent {
  readonly program = "glpi";
  readonly deviceId: string;
  readonly agentId: string;
  readonly #options: GlpiAgentOptions;
  /** Whether the server is remembered as one that speaks JSON. */
  #known = false;
  readonly #registered: RegisterAgent | undefined;
  /** The run that is under way, for what is counted. */
  #run: OpenRun | undefined;
  #sent: Sent | undefined;
  #runs = 0;

  constructor(options: GlpiAgentOptions) {
    this.#options = options;
    this.deviceId = deviceIdOf(options.name, this.#now());
    this.agentId = options.agentId ?? agentIdOf(options.seed ?? options.name);
    const { registerToken: token } = options;
    if (token === undefined) return;
    const { agentId, deviceId } = this;
    const onRequest = (request: InventoryRequest): void => this.#count(request);
    this.#registered = new RegisterAgent({ ...options, agentId, deviceId, token, onRequest });
  }

  /** Whether its next run starts with CONTACT rather than PROLOG. */
  get knowsServer(): boolean {
    return this.#known;
  }

  async run(): Promise<InventoryRun> {
    const { serverUrl, tls, timeoutMs, login, onAnswer } = this.#options;
    const connection = new InventoryConnection({ serverUrl, tls, timeoutMs, login, onAnswer });
    const run = openRun(this.deviceId);
    this.#run = run;
    try {
      if (!(await this.#registers(run))) return run;
      const next = this.#known ? "contact" : await this.#prolog(connection, run);
      if (next === "contact") await this.#contact(connection, run);
      else if (next === "native") await this.#tasks(connection, run, "json");
      else if (next !== undefined) await this.#tasks(connection, run, "xml", next);
      return run;
    } finally {
      this.#runs += 1;
      connection.close();
      this.#registered?.close();
    }
  }

  /** @returns whether it may go on: it has nothing to register with, or is registered */
  async #registers(run: OpenRun): Promise<boolean> {
    const agent = this.#registered;
    if (agent === undefined) return true;
    await attempt(run, "register", async () => {
      const registration = await agent.registerIfDue();
      if (registration !== undefined && registration.status !== "registered")
        throw new InventoryAgentError("protocol", "register", registration.message ?? registration.status);
      run.registered = registration !== undefined;
    });
    const { expiresAt } = agent.term;
    const isRegistered = expiresAt !== undefined && expiresAt > this.#now();
    // Who registers agents speaks JSON.
    this.#known ||= isRegistered;
    return isRegistered;
  }

  #count({ method, operation, body }: InventoryRequest): void {
    if (this.#run === undefined) return;
    if (method === "GET") this.#run.polls += 1;
    else if (operation === "inventory") this.#run.bytes = { ...this.#run.bytes, sent: body?.length ?? 0 };
  }

  /** What an unknown server turns out to be: `native` is a JSON answer with an expiration, which skips CONTACT. */
  async #prolog(connection: InventoryConnection, run: OpenRun): Promise<"contact" | "native" | XmlReply | undefined> {
    return attempt(run, "prolog", async () => {
      const { answer, text } = await this.#post(connection, run, "prolog", this.#prologText());
      if (!text.trimStart().startsWith("{")) {
        const reply = xmlReply(answer, text);
        run.contacted = true;
        run.expiration = reply.prologFreq === undefined ? undefined : reply.prologFreq * 3600;
        return reply;
      }
      const { status, expiration } = jsonReply(answer, text);
      if (expiration === undefined && status !== "pending")
        throw new InventoryAgentError("protocol", "prolog", `No supported answer: ${startOf(text)}`, answer);
      this.#known = true;
      if (expiration === undefined) return "contact";
      run.contacted = true;
      run.expiration = expiration;
      return "native";
    });
  }

  async #contact(connection: InventoryConnection, run: OpenRun): Promise<void> {
    const { tag } = this.#options;
    const said = {
      action: "contact",
      deviceid: this.deviceId,
      "enabled-tasks": TASKS,
      "installed-tasks": TASKS,
      name: "GLPI-Agent",
      ...(tag === undefined ? {} : { tag }),
      version: VERSION,
    };
    const reply = await attempt(run, "contact", () => this.#ask(connection, run, "contact", pretty(said)));
    if (reply === undefined) {
      this.#known = false;
      return;
    }
    run.contacted = true;
    run.expiration = reply.expiration;
    const enabled = TASKS.filter((task) => !reply.disabled.has(task));
    const announced = enabled.map((task) => reply.servers.get(task)).filter((server) => server !== undefined);
    // A plugin's tasks are told in XML only: the agent asks again, without its id.
    if (announced.length === 0 || announced.includes("glpiinventory"))
      await attempt(run, "prolog", async () => {
        const { answer, text } = await this.#post(connection, run, "prolog", this.#prologText(), { withId: false });
        xmlReply(answer, text);
      });
    if (enabled.includes("inventory")) await this.#inventory(connection, run, "json");
    for (const task of Object.keys(REST.tasks))
      if (reply.servers.get(task.toLowerCase()) === "glpiinventory" && enabled.includes(task.toLowerCase()))
        await askConfig(connection, run, task, REST);
  }

  /** All tasks, as if each was enabled: nobody said which are not. */
  async #tasks(
    connection: InventoryConnection,
    run: OpenRun,
    dialect: "json" | "xml",
    reply?: XmlReply,
  ): Promise<void> {
    if (reply === undefined || reply.response === "SEND") await this.#inventory(connection, run, dialect);
    for (const task of Object.keys(REST.tasks)) await askConfig(connection, run, task, REST);
  }

  async #inventory(connection: InventoryConnection, run: OpenRun, dialect: "json" | "xml"): Promise<void> {
    const { name, seed, tag, serverUrl } = this.#options;
    const machine = machineOf({ name, ...(seed === undefined ? {} : { seed }), runs: this.#runs, now: this.#now() });
    const args = `--config=none --server=${serverUrl}`;
    const provider = { versionClient: USER_AGENT, name: "GLPI", version: VERSION, args };
    if (dialect === "xml") {
      const content = legacyContent(machine, provider, tag);
      const text = requestXml({ content, deviceid: this.deviceId, query: "INVENTORY" });
      await attempt(run, "inventory", async () => {
        const { answer, text: answered } = await this.#post(connection, run, "inventory", text);
        xmlReply(answer, answered);
        run.inventory = "full";
        run.dialect = "xml";
      });
      return;
    }
    const { content, partial, sent } = whatToSend(glpiContent(machine, provider), this.#sent);
    // Before the sending, as the agents do: what gets lost is not sent again.
    this.#sent = sent;
    const { deviceId: deviceid } = this;
    const optional = { ...(partial ? { partial } : {}), ...(tag === undefined ? {} : { tag }) };
    const message = { action: "inventory", content, deviceid, itemtype: "Computer", ...optional };
    await attempt(run, "inventory", async () => {
      await this.#ask(connection, run, "inventory", pretty(message));
      run.inventory = partial ? "partial" : "full";
      run.dialect = "json";
    });
  }

  /** A JSON message, and looks for its answer while that is pending. @throws InventoryAgentError */
  async #ask(connection: InventoryConnection, run: OpenRun, operation: string, message: string): Promise<JsonReply> {
    if (this.#registered !== undefined) {
      if (operation === "inventory") run.bytes = { plain: Buffer.byteLength(message), sent: 0 };
      return this.#registered.ask(operation, message);
    }
    const requestId = this.#options.debug === true ? randomBytes(4).toString("hex").toUpperCase() : "";
    let { answer, text } = await this.#post(connection, run, operation, message, { requestId });
    for (let polls = 0; ; polls++) {
      const reply = jsonReply(answer, text);
      if (reply.status !== "pending") return reply;
      if (polls === MOST_POLLS)
        throw new InventoryAgentError("protocol", operation, `Still pending after ${MOST_POLLS} looks`, answer);
      if (reply.expiration !== undefined) await (this.#options.wait ?? sleep)(reply.expiration * 1000);
      const id = /^[0-9A-F]{8}$/.test(answer.requestId) ? answer.requestId : requestId;
      answer = await connection.send({ operation, method: "GET", headers: this.#headers({ requestId: id }) });
      run.polls += 1;
      requireSuccess(answer);
      text = await glpiText(answer);
    }
  }

  async #post(
    connection: InventoryConnection,
    run: OpenRun,
    operation: string,
    message: string,
    said: { withId?: boolean; requestId?: string } = {},
  ): Promise<{ answer: InventoryAnswer; text: string }> {
    const body = await packed(message);
    if (operation === "inventory") run.bytes = { plain: Buffer.byteLength(message), sent: body.length };
    const answer = await connection.send({ operation, method: "POST", headers: this.#headers(said), body });
    requireSuccess(answer);
    return { answer, text: await glpiText(answer) };
  }

  #headers({ withId = true, requestId = "" }: { withId?: boolean; requestId?: string }): [string, string][] {
    return [
      ["Pragma", "no-cache"],
      ["User-Agent", USER_AGENT],
      ["Content-Type", "application/x-compress-zlib"],
      ...(withId ? [["GLPI-Agent-ID", this.agentId] as [string, string]] : []),
      ...(requestId === "" ? [] : [["GLPI-Request-ID", requestId] as [string, string]]),
    ];
  }

  #prologText(): string {
    return requestXml({ deviceid: this.deviceId, query: "PROLOG", token: "12345678" });
  }

  #now(): Date {
    return this.#options.clock?.() ?? new Date();
  }
}

const sleep = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/** Indented by three and with sorted keys, as the agents write JSON. */
const pretty = (value: unknown): string => `${JSON.stringify(sorted(value), undefined, 3)}\n`;

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, one]) => [key, sorted(one)]),
  );
}
