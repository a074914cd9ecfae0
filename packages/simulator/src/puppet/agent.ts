import { randomUUID } from "node:crypto";
import { applyCatalog, newMachine, type Outcome } from "./apply.js";
import { type Catalog, fetchCatalog } from "./catalog.js";
import { type PuppetAnswer, PuppetConnection, type PuppetTls } from "./connection.js";
import { enrol, type Identity } from "./enrolment.js";
import { agentError, PuppetAgentError, refused } from "./errors.js";
import { factsOf } from "./facts.js";
import { type Plugins, pluginsync, probe, type Synced } from "./pluginsync.js";
import { type RunStatus, reportOf, statusOf } from "./report.js";
import { PuppetV3, parsed } from "./v3.js";
import type { PuppetVersion } from "./version.js";

/** How an agent is configured. */
export interface PuppetAgentOptions {
  /** `https://HOST:PORT`; HOST must be a name of the gateway's certificate. */
  readonly serverUrl: string;
  /** In lower case. */
  readonly certname: string;
  /** "7.23.0" by default. */
  readonly version?: PuppetVersion;
  /** That the agent is configured for; "production" by default. */
  readonly environment?: string;
  /** Of a rule of the autosign policy. */
  readonly token?: string;
  readonly noop?: boolean;
  /** Milliseconds between two looks for the certificate, and how many; 1000 and 1 by default. */
  readonly waitForCertMs?: number;
  readonly looks?: number;
  /** For one answer; 60 s by default. */
  readonly timeoutMs?: number;
  readonly clock?: () => Date;
  /** Called with every answer, for measuring. */
  readonly onAnswer?: (answer: PuppetAnswer) => void;
}

/** What one run did. */
export interface PuppetRun {
  readonly certname: string;
  readonly transactionUuid: string;
  /** In which the catalog was applied. */
  readonly environment: string;
  readonly status: RunStatus;
  /** Undefined without one. */
  readonly catalog: Catalog | undefined;
  readonly outcomes: readonly Outcome[];
  readonly plugins: Synced;
  /** Files that came for resources. */
  readonly files: number;
  /** Whether the report was taken. */
  readonly reported: boolean;
  readonly errors: readonly PuppetAgentError[];
}

/** Agents give up when the server switches environments more often. */
const MOST_SWITCHES = 3;

/** A simulated Puppet agent: speaks to a server as the recorded ones do, and changes no machine. */
export class PuppetAgent {
  readonly #options: PuppetAgentOptions;
  readonly #version: PuppetVersion;
  readonly #plugins: Plugins = new Map();
  readonly #machine = newMachine();
  #identity: Identity | undefined;
  #environment: string | undefined;
  #runs = 0;

  constructor(options: PuppetAgentOptions) {
    this.#options = options;
    this.#version = options.version ?? "7.23.0";
  }

  get certname(): string {
    return this.#options.certname;
  }

  /** What it was enrolled with; undefined before. */
  get identity(): Identity | undefined {
    return this.#identity;
  }

  /** Gets its certificate, where it has none yet. @throws PuppetAgentError when it got none */
  async enrol(): Promise<void> {
    const { certname, token, waitForCertMs: waitMs = 1000, looks = 1 } = this.#options;
    const connect = (tls: PuppetTls) => this.#connect(tls);
    this.#identity ??= await enrol({ certname, version: this.#version, token, waitMs, looks, connect });
  }

  /**
   * One whole run: node (the first time), plugins, catalog, files, report, on one connection. What goes wrong is in the
   * run's errors, as a real agent has it in its log.
   * @throws PuppetAgentError when it is not enrolled
   */
  async run(): Promise<PuppetRun> {
    const { certname, noop = false, serverUrl } = this.#options;
    if (this.#identity === undefined)
      throw new PuppetAgentError("protocol", "run", `${certname} has no certificate yet: enrol() comes first`);
    const connection = this.#connect(this.#identity);
    const v3 = new PuppetV3(connection, this.#version);
    const errors: PuppetAgentError[] = [];
    const transactionUuid = randomUUID();
    const started = this.#now();
    try {
      const { environment, catalog, plugins } = await this.#retrieve(v3, transactionUuid, errors);
      const outcomes = catalog === undefined ? [] : await applyCatalog(v3, catalog, this.#machine, noop);
      for (const { error } of outcomes) if (error !== undefined) errors.push(error);
      if (catalog !== undefined) this.#environment = environment;
      const server = new URL(serverUrl).host;
      const said = { certname, version: this.#version, server, environment, transactionUuid, noop, started };
      const report = reportOf({ ...said, ended: this.#now(), catalog, outcomes, errors });
      const reported = await this.#send(v3, environment, report, errors);
      const files = outcomes.reduce((sum, outcome) => sum + outcome.files, 0);
      const status = statusOf({ catalog, outcomes });
      return { certname, transactionUuid, environment, status, catalog, outcomes, plugins, files, reported, errors };
    } finally {
      this.#runs++;
      connection.close();
    }
  }

  #connect(tls: PuppetTls): PuppetConnection {
    const { serverUrl, timeoutMs = 60_000, onAnswer } = this.#options;
    return new PuppetConnection({ serverUrl, version: this.#version, tls, timeoutMs, onAnswer });
  }

  #now(): Date {
    return this.#options.clock?.() ?? new Date();
  }

  /** Plugins and catalog, again in another environment for as long as the server says so. */
  async #retrieve(v3: PuppetV3, transactionUuid: string, errors: PuppetAgentError[]) {
    const { certname, noop = false } = this.#options;
    const version = this.#version;
    let environment = this.#environment ?? (await this.#askNode(v3, transactionUuid, errors));
    let plugins: Synced = { downloaded: 0, removed: 0 };
    for (let switches = 0; switches <= MOST_SWITCHES; switches++) {
      const synced = await this.#sync(v3, environment, errors);
      plugins = { downloaded: plugins.downloaded + synced.downloaded, removed: plugins.removed + synced.removed };
      const facts = factsOf({ certname, version, runs: this.#runs, now: this.#now(), noop });
      try {
        const catalog = await fetchCatalog(v3, { certname, version, environment, transactionUuid, facts });
        if (catalog.environment === environment) return { environment, catalog, plugins };
        environment = catalog.environment;
      } catch (thrown) {
        errors.push(agentError("catalog", thrown));
        return { environment, catalog: undefined, plugins };
      }
    }
    const text = `Catalog environment didn't stabilize after ${MOST_SWITCHES} fetches, aborting run`;
    errors.push(new PuppetAgentError("protocol", "catalog", text));
    return { environment, catalog: undefined, plugins };
  }

  /** Which environment the server wants; a refusal is only a warning, in the words of an agent. */
  async #askNode(v3: PuppetV3, transactionUuid: string, errors: PuppetAgentError[]): Promise<string> {
    const { certname, environment = "production" } = this.#options;
    try {
      const answer = await v3.send("node", certname, environment, [
        ["environment", environment],
        ["configured_environment", environment],
        ["transaction_uuid", transactionUuid],
      ]);
      if (answer.status !== 200) throw refused(answer);
      const { environment: wanted } = parsed<{ environment?: unknown }>(answer);
      return typeof wanted === "string" ? wanted : environment;
    } catch (thrown) {
      errors.push(agentError("node", thrown));
      return environment;
    }
  }

  async #sync(v3: PuppetV3, environment: string, errors: PuppetAgentError[]): Promise<Synced> {
    try {
      // An environment that is not there: the catalog says which one is.
      if (!(await probe(v3, environment))) return { downloaded: 0, removed: 0 };
      return await pluginsync(v3, environment, this.#plugins);
    } catch (thrown) {
      errors.push(agentError("file_metadatas", thrown));
      return { downloaded: 0, removed: 0 };
    }
  }

  async #send(v3: PuppetV3, environment: string, report: object, errors: PuppetAgentError[]): Promise<boolean> {
    try {
      const answer = await v3.send("report", this.certname, environment, [], {
        method: "PUT",
        contentType: "application/json",
        body: JSON.stringify(report),
      });
      if (answer.status !== 200) throw refused(answer);
      return true;
    } catch (thrown) {
      errors.push(agentError("report", thrown));
      return false;
    }
  }
}
