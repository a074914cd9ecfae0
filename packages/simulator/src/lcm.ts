import { randomUUID } from "node:crypto";
import http from "node:http";
import https from "node:https";
import { actionBody, type ClientStatus, type DscAction, readAction } from "./action.js";
import { certificateInformation } from "./certificate.js";
import { consistencyRun } from "./consistency-run.js";
import { type Download, readDownload } from "./download.js";
import { expectsContinue, type Flavour, type HeaderInput, requestHeaders } from "./flavour.js";
import { type Host, simulatedHost } from "./host.js";
import type { LcmOptions } from "./lcm-options.js";
import { type LcmRun, newLcmState } from "./lcm-state.js";
import { REGISTRATION_TYPES, type RegistrationMessageType, registrationBody } from "./registration.js";
import type { Report } from "./report.js";
import { parseServerUrl, requestPath, requireLinuxUrl, type ServerUrl } from "./server-url.js";
import { signRegistration } from "./signature.js";
import { xMsDate } from "./timestamps.js";
import { type LcmAnswer, send } from "./transport.js";

type Values = Omit<HeaderInput, "host" | "contentLength" | "firstRequest">;

/** A simulated Local Configuration Manager: speaks to a pull server as the recorded ones do, and changes no machine. */
export class Lcm {
  readonly agentId: string;
  readonly flavour: Flavour;
  readonly host: Host;
  readonly options: LcmOptions;
  readonly #url: ServerUrl;
  readonly #agent: http.Agent | https.Agent | false;
  readonly #state = newLcmState();
  #firstRequest = true;

  /** @throws TypeError when `serverUrl` is no http(s) URL */
  constructor(options: LcmOptions) {
    this.options = options;
    this.agentId = options.agentId ?? randomUUID().toUpperCase();
    this.flavour = options.flavour ?? "wmf51";
    this.host = simulatedHost(this.agentId, this.flavour, options.nodeName);
    this.#url = parseServerUrl(options.serverUrl);
    const pool = this.#url.tls ? https.Agent : http.Agent;
    this.#agent =
      options.agent ??
      (this.flavour === "linux" ? false : new pool({ keepAlive: true, maxSockets: 1, scheduling: "fifo" }));
  }

  /** Now, by the given clock. */
  now(): Date {
    return this.options.clock?.() ?? new Date();
  }

  /**
   * Registers, one PUT per manager block. DSC for Linux skips ResourceRepository once ConfigurationRepository failed,
   * keeps the failure pending and registers again at its next run; other LCMs go on with the next block.
   *
   * @param types blocks to register, all three in their order by default
   * @returns one answer per PUT sent, whatever its status
   * @throws LcmError kind "transport" when the server cannot be reached
   */
  async register(types: readonly RegistrationMessageType[] = REGISTRATION_TYPES): Promise<LcmAnswer[]> {
    const answers: LcmAnswer[] = [];
    this.#state.registrationPending = this.flavour === "linux";
    for (const type of types) {
      if (type === "ResourceRepository" && this.flavour === "linux" && answers.some((answer) => !answer.ok)) {
        continue;
      }
      const now = this.now();
      const { flavour, agentId, host, options } = this;
      const body = registrationBody(type, {
        flavour,
        nodeName: host.nodeName,
        ipAddress: host.ipAddress,
        configurationNames: options.configurationNames ?? [],
        certificate: certificateInformation(flavour, agentId, options.serverUrl, now, options.tls?.cert),
      });
      const date = xMsDate(now);
      const authorization = signRegistration(body, date, options.registrationKey);
      answers.push(await this.#call("RegisterDscAgent", "PUT", this.#node(), body, { xMsDate: date, authorization }));
    }
    this.#state.registrationPending &&= answers.some((answer) => !answer.ok);
    return answers;
  }

  /**
   * Asks what to do, with the checksums of the configurations downloaded so far ("" at first).
   *
   * @param statuses ClientStatus items to send instead
   * @throws LcmError when the answer is not one this LCM takes, or none came
   */
  async getDscAction(statuses: readonly ClientStatus[] = this.clientStatus()): Promise<DscAction> {
    this.#requireUrl("GetDscAction");
    const body = actionBody(statuses);
    return readAction(this.flavour, await this.#call("GetDscAction", "POST", `${this.#node()}/GetDscAction`, body));
  }

  /** ClientStatus for now: one item per partial configuration with its name, otherwise one without (Linux: always). */
  clientStatus(): ClientStatus[] {
    const { checksums } = this.#state;
    if (this.options.partials === true && this.flavour !== "linux") {
      const names = this.options.configurationNames ?? [];
      return names.map((configurationName) => ({
        checksum: checksums.get(configurationName) ?? "",
        configurationName,
      }));
    }
    return [{ checksum: checksums.get("") ?? "" }];
  }

  /**
   * Downloads a configuration and verifies its checksum; remembers nothing.
   *
   * @throws LcmError when the status is not 200, checksum headers are missing, or the bytes do not match
   */
  async getConfiguration(name: string): Promise<Download> {
    this.#requireUrl("GetConfiguration");
    const path = `${this.#node()}/Configurations(ConfigurationName='${name}')/ConfigurationContent`;
    return readDownload(this.flavour, await this.#call("GetConfiguration", "GET", path));
  }

  /**
   * Downloads a module and verifies its checksum; the AgentId goes into a header.
   *
   * @param version as the MOF has it, may be ""
   * @throws LcmError as getConfiguration
   */
  async getModule(name: string, version: string): Promise<Download> {
    this.#requireUrl("GetModule");
    const path = `Modules(ModuleName='${name}',ModuleVersion='${version}')/ModuleContent`;
    const answer = await this.#call("GetModule", "GET", path, undefined, { agentId: this.agentId });
    return readDownload(this.flavour, answer);
  }

  /**
   * Sends a report.
   *
   * @param report an object (DSC for Linux ends it with a line feed), or raw bytes
   * @returns the answer, whatever its status
   * @throws LcmError kind "transport" when the server cannot be reached
   */
  sendReport(report: Report | Buffer): Promise<LcmAnswer> {
    const text = Buffer.isBuffer(report) ? report : `${JSON.stringify(report)}${this.flavour === "linux" ? "\n" : ""}`;
    return this.#call("SendReport", "POST", `${this.#node()}/SendReport`, Buffer.from(text));
  }

  /** One whole consistency run; see consistencyRun. Not to be called while one is under way. */
  run(): Promise<LcmRun> {
    return consistencyRun(this, this.#state);
  }

  /** Closes the LCM's own kept-alive connection; it opens a new one when it is used again. */
  close(): void {
    if (this.#agent !== false && this.options.agent === undefined) {
      this.#agent.destroy();
    }
  }

  #node(): string {
    return `Nodes(AgentId='${this.agentId}')`;
  }

  #requireUrl(operation: string): void {
    if (this.flavour === "linux") {
      requireLinuxUrl(this.#url, operation);
    }
  }

  async #call(
    operation: string,
    method: "PUT" | "POST" | "GET",
    resource: string,
    body?: Buffer,
    values: Values = {},
  ): Promise<LcmAnswer> {
    const path = requestPath(this.#url, resource);
    const firstRequest = this.#firstRequest;
    this.#firstRequest = false;
    const length = body === undefined ? {} : { contentLength: body.length };
    const answer = await send({
      operation,
      method,
      url: this.#url,
      path,
      headers: requestHeaders(this.flavour, method, { ...values, ...length, host: this.#url.host, firstRequest }),
      body,
      // .NET waits 350 ms for 100 Continue, curl a second.
      continueWaitMs: expectsContinue(this.flavour, method) ? (this.flavour === "linux" ? 1000 : 350) : undefined,
      agent: this.#agent,
      tls: this.options.tls ?? {},
      timeoutMs: this.options.timeoutMs ?? 60_000,
    });
    this.options.onAnswer?.(answer);
    return answer;
  }
}
