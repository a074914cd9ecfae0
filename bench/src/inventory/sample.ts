import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { deflateSync } from "node:zlib";
import { agentId } from "../load/agent-id.js";

const RECORDED = new URL("../../../../shared/data/glpi/captured/", import.meta.url);

interface Message {
  readonly action: string;
  readonly deviceid: string;
  readonly itemtype: string;
  readonly content: Readonly<Record<string, unknown>>;
}

/** Whose inventory, in which state. */
export interface Which {
  readonly agent: number;
  /** Another one for each state: some packages have other versions. */
  readonly revision: number;
}

/** An inventory of realistic size, as many agents as are wanted say it of themselves. */
export interface Sample {
  /** Where it comes from, in words. */
  readonly from: string;
  /** Bytes of one before and after packing. */
  readonly bytes: number;
  readonly packed: number;
  /** As it goes over the wire: zlib. */
  body(which: Which): Buffer;
}

/** What `../shared` has recorded; undefined where that folder is not beside the project. */
function recorded(name: string): string | undefined {
  const file = fileURLToPath(new URL(name, RECORDED));
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

/** The recorded full inventory of GLPI Agent 1.12 as JSON without white space; else one that is made up. */
export function jsonSample(madeUp: Message, changedPackages: number): Sample {
  const text = recorded("glpi-agent-1.12-full.json");
  const message = text === undefined ? madeUp : (JSON.parse(text) as Message);
  const from = text === undefined ? "made up: the recordings are not there" : "recorded, GLPI Agent 1.12";
  return sampleOf(from, (which) => JSON.stringify(ofAgent(message, which, changedPackages)));
}

/** The recorded full inventory of FusionInventory Agent 2.6 as XML; else one that is made up. */
export function xmlSample(madeUp: string): Sample {
  const text = recorded("fusioninventory-2.6-full.xml");
  const from = text === undefined ? "made up: the recordings are not there" : "recorded, FusionInventory Agent 2.6";
  const pattern = text ?? madeUp;
  return sampleOf(from, ({ agent }) =>
    pattern
      .replace(/<DEVICEID>[^<]*/, `<DEVICEID>${deviceId(agent)}`)
      .replace(/<MACADDR>(?!00:00)[^<]*/g, (_, at: number) => `<MACADDR>${mac(agent, at % 251)}`)
      .replace(/(<HARDWARE>[\s\S]*?<NAME>)[^<]*/, `$1${hostname(agent)}`)
      .replace(/(<HARDWARE>[\s\S]*?<UUID>)[^<]*/, `$1${agentId(agent)}`),
  );
}

function sampleOf(from: string, textOf: (which: Which) => string): Sample {
  const body = (which: Which) => deflateSync(textOf(which));
  const first = { agent: 0, revision: 0 };
  return { from, bytes: Buffer.byteLength(textOf(first)), packed: body(first).length, body };
}

const hostname = (n: number) => `srv${String(n).padStart(6, "0")}`;
const hex = (n: number) => n.toString(16).padStart(2, "0");
/** A range that its maker gives to real machines: what software gives itself counts for little. */
const mac = (n: number, card: number) => `00:1b:${hex(card)}:${hex(n >> 16)}:${hex((n >> 8) & 255)}:${hex(n & 255)}`;
const deviceId = (n: number) => `${hostname(n)}-2024-02-29-12-00-00`;

function ofAgent({ content, ...message }: Message, { agent, revision }: Which, changedPackages: number): Message {
  const softwares = (content["softwares"] as Record<string, unknown>[]).map((one, i) =>
    i % 40 === 0 && i < 40 * changedPackages ? { ...one, version: `${one["version"]}+r${revision}` } : one,
  );
  const hardware = { ...(content["hardware"] as object), name: hostname(agent), uuid: agentId(agent) };
  const networks = (content["networks"] as Record<string, unknown>[]).map((one, i) =>
    one["mac"] === undefined || one["mac"] === "00:00:00:00:00:00" ? one : { ...one, mac: mac(agent, i) },
  );
  const bios = { ...(content["bios"] as object), ssn: `SN${agentId(agent).slice(0, 13)}` };
  return { ...message, deviceid: deviceId(agent), content: { ...content, softwares, networks, hardware, bios } };
}
