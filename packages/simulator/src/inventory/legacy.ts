import {
  attempt,
  deviceIdOf,
  type InventoryAgent,
  type InventoryAgentOptions,
  type InventoryProgram,
  type InventoryRun,
  type OpenRun,
  openRun,
  packed,
  requireSuccess,
} from "./agent.js";
import { type InventoryAnswer, InventoryConnection } from "./connection.js";
import type { Content } from "./content.js";
import { type Machine, machineOf } from "./machine.js";
import { type XmlReply, xmlReply } from "./reply.js";
import { askConfig, type RestManners } from "./rest.js";
import { requestXml } from "./xml.js";

/** What tells the XML programs from each other. */
export interface LegacyManners {
  readonly program: InventoryProgram;
  readonly userAgent: string;
  readonly contentType: string;
  /** A constant that FusionInventory and GLPI agents send with their PROLOG; OCS sends none. */
  readonly token?: string;
  readonly text: (answer: InventoryAnswer) => Promise<string>;
  readonly content: (machine: Machine, tag: string | undefined, serverUrl: string) => Content;
  /** Undefined: it asks for no configuration of tasks. */
  readonly rest?: RestManners;
}

/** An agent that knows XML only: PROLOG, then INVENTORY where it was told so, then its other tasks. */
export class LegacyAgent implements InventoryAgent {
  readonly deviceId: string;
  readonly #options: InventoryAgentOptions;
  readonly #manners: LegacyManners;
  #tag: string | undefined;
  #runs = 0;

  constructor(options: InventoryAgentOptions, manners: LegacyManners) {
    this.#options = options;
    this.#manners = manners;
    this.#tag = options.tag;
    this.deviceId = deviceIdOf(options.name, this.#now());
  }

  get program(): InventoryProgram {
    return this.#manners.program;
  }

  /** What it is tagged with now: an OCS server may have changed it. */
  get tag(): string | undefined {
    return this.#tag;
  }

  async run(): Promise<InventoryRun> {
    const { serverUrl, tls, timeoutMs, login, onAnswer } = this.#options;
    const connection = new InventoryConnection({ serverUrl, tls, timeoutMs, login, onAnswer });
    const run = openRun(this.deviceId);
    try {
      const { token } = this.#manners;
      const prolog = { deviceid: this.deviceId, query: "PROLOG", token };
      const reply = await attempt(run, "prolog", () => this.#send(connection, "prolog", requestXml(prolog)));
      if (reply === undefined) return run;
      run.contacted = true;
      run.expiration = reply.prologFreq === undefined ? undefined : reply.prologFreq * 3600;
      if (reply.response === "SEND") await this.#inventory(connection, run);
      const { rest } = this.#manners;
      if (rest !== undefined) for (const task of Object.keys(rest.tasks)) await askConfig(connection, run, task, rest);
      return run;
    } finally {
      this.#runs += 1;
      connection.close();
    }
  }

  async #inventory(connection: InventoryConnection, run: OpenRun): Promise<void> {
    const { name, seed, serverUrl } = this.#options;
    const machine = machineOf({ name, ...(seed === undefined ? {} : { seed }), runs: this.#runs, now: this.#now() });
    const content = this.#manners.content(machine, this.#tag, serverUrl);
    const text = requestXml({ content, deviceid: this.deviceId, query: "INVENTORY" });
    const reply = await attempt(run, "inventory", () => this.#send(connection, "inventory", text, run));
    if (reply === undefined) return;
    run.inventory = "full";
    run.dialect = "xml";
    if (reply.response === "ACCOUNT_UPDATE" && reply.tag !== undefined) this.#tag = reply.tag;
  }

  async #send(connection: InventoryConnection, operation: string, text: string, run?: OpenRun): Promise<XmlReply> {
    const { userAgent, contentType } = this.#manners;
    const body = await packed(text);
    if (run !== undefined) run.bytes = { plain: Buffer.byteLength(text), sent: body.length };
    const answer = await connection.send({
      operation,
      method: "POST",
      headers: [
        ["Pragma", "no-cache"],
        ["User-Agent", userAgent],
        ["Content-Type", contentType],
      ],
      body,
    });
    requireSuccess(answer);
    return xmlReply(answer, await this.#manners.text(answer));
  }

  #now(): Date {
    return this.#options.clock?.() ?? new Date();
  }
}
