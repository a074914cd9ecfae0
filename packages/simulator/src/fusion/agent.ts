import { setTimeout as sleep } from "node:timers/promises";
import { attempt, deviceIdOf } from "../inventory/agent.js";
import { serverOf } from "../inventory/connection.js";
import { InventoryAgentError } from "../inventory/errors.js";
import { type Machine, machineOf } from "../inventory/machine.js";
import { XmlBackend } from "./backend.js";
import { type CertificateRequest, certificateFor, type FusionIdentity, newRequest } from "./certificate.js";
import { objectIn, RestClient } from "./client.js";
import { collect } from "./collect.js";
import { configOf, entriesFor, type FusionConfig, merged, type ScheduleEntry } from "./config.js";
import { DEPLOY_VERSION, deploy } from "./deploy/deploy.js";
import { esx } from "./esx.js";
import { type Httpd, openHttpd } from "./httpd.js";
import { type PretendedMachine, pretendedMachine } from "./machine.js";
import { doOption, NETWORK_VERSION } from "./network.js";
import { discoverByRest, inventoryByRest } from "./network-rest.js";
import type { FusionRestAgentOptions } from "./options.js";
import { sendByRest, sendByXml } from "./own-inventory.js";
import { Plan } from "./plan.js";
import { callUrl } from "./query.js";
import { type FusionRun, type OpenFusionRun, openFusionRun, type Task, type TaskContext } from "./run.js";
import { waitOnce } from "./wait.js";

/** Versions of the tasks, by the names that the server knows them by. */
const VERSIONS = {
  Inventory: "2.18",
  Deploy: DEPLOY_VERSION,
  Collect: "2.6",
  ESX: "2.6",
  NetDiscovery: NETWORK_VERSION,
  SNMPQuery: NETWORK_VERSION,
  WakeOnLan: "2.2",
};
/** Tasks that a released agent asks for by REST. */
const SINGLE = ["ESX", "Deploy", "Collect"] as const;
/** What does a task, by its name in lower case. */
const TASKS: Readonly<Record<string, Task>> = {
  ...{ deploy, collect, esx },
  ...{ netdiscovery: discoverByRest, netinventory: inventoryByRest, snmpquery: inventoryByRest },
};
/** Names of an awakened task by which the schedule may have it. */
const SAME: Readonly<Record<string, string>> = { ocsdeploy: "deploy" };

const MOST_RECONNECT_MS = 10 * 60_000;

/**
 * A reference client of the FusionInventory REST protocol: it does all that the document asks of an agent, and what released
 * agents do where the document says nothing (wire/fusioninventory.md). One at a time: runs of one agent do not overlap.
 */
export class FusionRestAgent {
  readonly deviceId: string;
  readonly #options: FusionRestAgentOptions;
  readonly #client: RestClient;
  readonly #backend: XmlBackend;
  readonly #machine: PretendedMachine;
  #identity: FusionIdentity | undefined;
  #request: CertificateRequest | undefined;
  #httpd: Httpd | undefined;
  #runs = 0;
  /** When the XML backend wants to be asked again, in milliseconds. */
  #legacyAt = 0;

  /** @throws TypeError when the server is no http(s) URL */
  constructor(options: FusionRestAgentOptions) {
    this.#options = options;
    const { tls, timeoutMs, login, headers, onAnswer, identity, serverUrl, name, machine } = options;
    this.deviceId = deviceIdOf(name, options.firstStart ?? this.#now());
    this.#client = new RestClient({ tls, timeoutMs, login, headers, onAnswer });
    this.#backend = new XmlBackend(this.#client, this.#server(serverUrl), this.deviceId);
    this.#machine = { ...pretendedMachine, ...machine };
    this.#identity = identity;
    if (identity !== undefined) this.#client.useIdentity(identity);
  }

  /** The certificate that the server gave it. */
  get identity(): FusionIdentity | undefined {
    return this.#identity;
  }

  /** The port that is open for whoever wakes it; undefined as long as no configuration opened one. */
  get port(): number | undefined {
    return this.#httpd?.port;
  }

  /** Asks for the configuration. @returns undefined where the server gives none: its failure is among the run's errors */
  async getConfig(run: OpenFusionRun = openFusionRun(this.deviceId)): Promise<FusionConfig | undefined> {
    const asked = this.#options.form === "single" ? SINGLE.map((task) => [task]) : [Object.keys(VERSIONS)];
    const configs: FusionConfig[] = [];
    for (const tasks of asked) {
      const config = await attempt(run, "getConfig", () => this.#askConfig(tasks));
      if (config !== undefined) configs.push(config);
    }
    run.config = configs.length === 0 ? undefined : merged(configs);
    return run.config;
  }

  /** One whole run, now: the configuration, then all that is on, in its order, without regard to when it is due. */
  async run(): Promise<FusionRun> {
    const run = openFusionRun(this.deviceId);
    const introduces = this.#options.introduces === true && this.#runs === 0;
    if (introduces) await this.#legacy(run);
    const config = await this.getConfig(run);
    if (await this.#prepare(run, config)) {
      // What is not listed is off; Inventory alone then goes the old way, and so does all of it without a configuration.
      const isLegacy = config === undefined || entriesFor(config, "Inventory").length === 0;
      if (isLegacy && !introduces) await this.#legacy(run);
      for (const entry of config?.schedule ?? []) await this.#do(run, entry);
    }
    this.#runs += 1;
    return run;
  }

  /** Runs tasks that the server awakened, one after the other; those that are off are left out. */
  async runTasks(tasks: readonly string[]): Promise<FusionRun> {
    const run = openFusionRun(this.deviceId);
    const config = await this.getConfig(run);
    if (await this.#prepare(run, config)) {
      for (const task of tasks) {
        const name = SAME[task.toLowerCase()] ?? task.toLowerCase();
        const entries = config === undefined ? [] : entriesFor(config, name);
        for (const entry of entries) await this.#do(run, entry);
        if (entries.length > 0) continue;
        if (name === "inventory") await this.#legacy(run);
        else run.left.push({ task, why: "it is off" });
      }
    }
    this.#runs += 1;
    return run;
  }

  /**
   * Lives by its schedule until it is told to stop: asks for its configuration whenever that has ended, and runs what is due.
   * @param onRun called after each line of the schedule, and after a configuration that opened none
   */
  async live(signal: AbortSignal, onRun: (run: FusionRun) => void = () => undefined): Promise<void> {
    const plan = new Plan();
    while (!signal.aborted) {
      if (this.#now().getTime() >= plan.until) {
        const run = openFusionRun(this.deviceId);
        const config = await this.getConfig(run);
        const ready = await this.#prepare(run, config);
        plan.take(ready && config !== undefined ? config : NOTHING, this.#now().getTime());
        const isLegacy = config === undefined || entriesFor(config, "Inventory").length === 0;
        if (ready && isLegacy && this.#now().getTime() >= this.#legacyAt) await this.#legacy(run);
        this.#runs += 1;
        onRun(run);
      }
      for (const entry of plan.due(this.#now().getTime())) {
        const run = openFusionRun(this.deviceId);
        await this.#do(run, entry);
        onRun(run);
      }
      await this.#pause(Math.max(0, plan.nextAt - this.#now().getTime()), signal);
    }
  }

  /**
   * Stays connected until it is told to stop, so that the server can wake it: where the connection ends, it comes back at a
   * random moment of the next ten minutes.
   * @param onAwake called with what the server woke it for, and what came of it
   */
  async wait(
    signal: AbortSignal,
    onAwake: (tasks: readonly string[], run: FusionRun) => void,
    onEnd: (error: InventoryAgentError | undefined) => void = () => undefined,
  ): Promise<void> {
    const url = callUrl(this.#server(), "wait", { machineid: this.deviceId });
    while (!signal.aborted) {
      const watch = { errors: [] as InventoryAgentError[] };
      const waited = await attempt(watch, "wait", () => waitOnce(this.#client, url, { signal }));
      if (signal.aborted) return;
      if (waited?.tasks !== undefined) onAwake(waited.tasks, await this.runTasks(waited.tasks));
      else onEnd(watch.errors[0]);
      await this.#pause((this.#options.random ?? Math.random)() * MOST_RECONNECT_MS, signal);
    }
  }

  /** Ends its connections and its port. */
  async close(): Promise<void> {
    this.#client.close();
    await this.#httpd?.close();
    this.#httpd = undefined;
  }

  /** Opens the agent's own port as the configuration has it; each call of `/now` runs everything. @param port in its place */
  async listen({ httpd }: FusionConfig, onRun: (run: FusionRun) => void, port?: number): Promise<number | undefined> {
    if (httpd === undefined) return undefined;
    await this.#httpd?.close();
    this.#httpd = await openHttpd({ ...httpd, ...(port === undefined ? {} : { port }) }, () => {
      this.run().then(onRun, (thrown: unknown) => {
        const run = openFusionRun(this.deviceId);
        run.errors.push(new InventoryAgentError("protocol", "now", String(thrown), undefined, thrown));
        onRun(run);
      });
    });
    return this.#httpd.port;
  }

  async #askConfig(tasks: readonly string[]): Promise<FusionConfig> {
    const versions: Readonly<Record<string, string>> = VERSIONS;
    const parameters = Object.fromEntries(tasks.map((task) => [`task[${task}]`, versions[task]]));
    const url = callUrl(this.#server(), "getConfig", { machineid: this.deviceId, ...parameters });
    const answer = await this.#client.ask({ operation: "getConfig", url });
    if (answer.status !== 200)
      throw new InventoryAgentError("status", "getConfig", `communication error: ${answer.status}`, answer);
    return configOf(objectIn(answer));
  }

  /** Sees to the certificate that the configuration asks for. @returns false: without it, nothing may be done yet */
  async #prepare(run: OpenFusionRun, config: FusionConfig | undefined): Promise<boolean> {
    if (config?.requireSSLClientCert !== true || this.#identity !== undefined) return true;
    this.#request ??= await newRequest(this.deviceId);
    const request = this.#request;
    this.#identity = await attempt(run, "getCertificate", () =>
      certificateFor(this.#client, this.#server(), this.deviceId, request),
    );
    if (this.#identity === undefined) {
      run.left.push(...config.schedule.map(({ task }) => ({ task, why: "the certificate is not signed yet" })));
      return false;
    }
    this.#client.useIdentity(this.#identity);
    return true;
  }

  async #do(run: OpenFusionRun, { task, remote }: ScheduleEntry): Promise<void> {
    if (!/^https?:/i.test(remote)) {
      run.left.push({ task, why: `${remote.slice(0, remote.indexOf(":"))} is not spoken` });
      return;
    }
    const does = TASKS[task.toLowerCase()];
    if (task.toLowerCase() === "inventory")
      await sendByRest(this.#context(run), remote, this.#machineNow(), this.#options.syntax ?? "json");
    else if (does === undefined) run.left.push({ task, why: "the task is not known" });
    else await does(this.#context(run), remote);
  }

  /** PROLOG, the inventory where it is wanted, and the network tasks that are asked for in XML. */
  async #legacy(run: OpenFusionRun): Promise<void> {
    const prolog = await attempt(run, "prolog", () => this.#backend.prolog());
    if (prolog === undefined) return;
    this.#legacyAt = this.#now().getTime() + prolog.frequency * 1000;
    if (prolog.wantsInventory) await this.#sendInventory(run);
    for (const option of prolog.options) await doOption(this.#context(run), option);
  }

  #machineNow(): Machine {
    return machineOf({ name: this.#options.name, runs: this.#runs, now: this.#now() });
  }

  #sendInventory(run: OpenFusionRun): Promise<void> {
    return sendByXml(this.#context(run), this.#options.serverUrl, this.#machineNow());
  }

  #context(run: OpenFusionRun): TaskContext {
    return {
      ...{ client: this.#client, backend: this.#backend, machine: this.#machine, deviceId: this.deviceId, run },
      sendInventory: () => this.#sendInventory(run),
    };
  }

  #server(configured = this.#options.serverUrl): string {
    const { tls, host, path } = serverOf(configured);
    return `${tls ? "https" : "http"}://${host}${path === "" ? "/" : path}`;
  }

  #now(): Date {
    return this.#options.clock?.() ?? new Date();
  }

  async #pause(milliseconds: number, signal: AbortSignal): Promise<void> {
    const { pause } = this.#options;
    if (pause !== undefined) return pause(milliseconds, signal);
    await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
  }
}

/** What a failed getConfig leaves: nothing is on, until it is asked for again. */
const NOTHING: FusionConfig = {
  schedule: [],
  global: {},
  httpd: undefined,
  configValidityPeriod: undefined,
  requireSSLClientCert: false,
};
