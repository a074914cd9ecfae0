import { packed, requireSuccess } from "../inventory/agent.js";
import type { Content } from "../inventory/content.js";
import { fusionText } from "../inventory/decode.js";
import { xmlReply } from "../inventory/reply.js";
import { requestXml } from "../inventory/xml.js";
import type { RestClient } from "./client.js";
import { optionsIn, type XmlOption } from "./xml-options.js";

/** What a PROLOG was answered with. */
export interface Prolog {
  /** The server wants an inventory. */
  readonly wantsInventory: boolean;
  /** Seconds until the next one. */
  readonly frequency: number;
  readonly options: readonly XmlOption[];
}

/** The legacy backend: XML in zlib, as FusionInventory 2.6 speaks it (recordings fi-basic, fi-netdiscovery, fi-esx). */
export class XmlBackend {
  readonly #client: RestClient;
  readonly #url: string;
  readonly #deviceId: string;

  constructor(client: RestClient, url: string, deviceId: string) {
    this.#client = client;
    this.#url = url;
    this.#deviceId = deviceId;
  }

  async prolog(): Promise<Prolog> {
    const message = { deviceid: this.#deviceId, query: "PROLOG", token: "12345678" };
    const { reply, text } = await this.#send("prolog", message);
    const { response, prologFreq = 24 } = reply;
    return { wantsInventory: response === "SEND", frequency: prologFreq * 3600, options: optionsIn(text) };
  }

  /** @param deviceId another's, for what this agent collected of it */
  async inventory(content: Content, deviceId: string = this.#deviceId): Promise<void> {
    await this.#send("inventory", { content, deviceid: deviceId, query: "INVENTORY" });
  }

  /** What a task found: QUERY is the task's. */
  async result(query: "NETDISCOVERY" | "SNMPQUERY", content: Readonly<Record<string, unknown>>): Promise<void> {
    await this.#send(query.toLowerCase(), { content, deviceid: this.#deviceId, query });
  }

  async #send(operation: string, message: Readonly<Record<string, unknown>>) {
    const body = await packed(requestXml(message));
    const headers = { Pragma: "no-cache", "Content-Type": "application/x-compress-zlib" };
    const answer = await this.#client.ask({ operation, method: "POST", url: this.#url, headers, body });
    requireSuccess(answer);
    const text = await fusionText(answer);
    return { reply: xmlReply(answer, text), text };
  }
}
