import { LcmError } from "./errors.js";
import type { Flavour } from "./flavour.js";
import type { LcmAnswer } from "./transport.js";

/** The words a GetDscAction answer may use. */
export type NodeStatus = "Ok" | "GetConfiguration" | "Retry" | "UpdateMetaConfiguration";

/** One item of ClientStatus; ConfigurationName only with partial configurations. */
export interface ClientStatus {
  readonly checksum: string;
  readonly configurationName?: string;
}

/** What the LCM understood of a GetDscAction answer. */
export interface DscAction {
  readonly nodeStatus: NodeStatus;
  readonly details: readonly { readonly configurationName: string; readonly status: NodeStatus }[];
  readonly answer: LcmAnswer;
}

const OPERATION = "GetDscAction";
const WORDS: readonly NodeStatus[] = ["Ok", "GetConfiguration", "Retry", "UpdateMetaConfiguration"];

/**
 * @param statuses one item, or one per partial configuration
 * @returns request body of GetDscAction, properties in the recorded order
 * @see MS-DSCPM, GetDscAction
 */
export function actionBody(statuses: readonly ClientStatus[]): Buffer {
  const items = statuses.map((status) => ({
    Checksum: status.checksum,
    ...(status.configurationName === undefined ? {} : { ConfigurationName: status.configurationName }),
    ChecksumAlgorithm: "SHA-256",
  }));
  return Buffer.from(JSON.stringify({ ClientStatus: items }), "utf8");
}

/**
 * Reads a GetDscAction answer the way the given LCM does.
 *
 * @param flavour LCM to play
 * @param answer what the server sent
 * @throws LcmError kind "status" for anything but 200, "protocol" for a body or word this LCM does not take
 */
export function readAction(flavour: Flavour, answer: LcmAnswer): DscAction {
  if (answer.status !== 200) {
    throw new LcmError("status", OPERATION, `GetDscAction returned unexpected response code ${answer.status}.`, answer);
  }
  return flavour === "linux" ? readLinux(answer) : readWmf(answer);
}

/** As recorded from DSC for Linux: no JSON parser, a literal is searched and the value starts 13 characters after it. */
function readLinux(answer: LcmAnswer): DscAction {
  // C strings end at the first NUL.
  const text = answer.body.toString("latin1").split("\0", 1)[0] ?? "";
  const word = textAt(text, 'NodeStatus":');
  if (word === undefined) {
    throw new LcmError("protocol", OPERATION, "Getting the action from the server failed.", answer);
  }
  const nodeStatus = (["Ok", "GetConfiguration"] as const).find((known) => known.toLowerCase() === word.toLowerCase());
  if (nodeStatus === undefined) {
    throw new LcmError("protocol", OPERATION, `Unexpected result of GetDscAction: ${JSON.stringify(word)}.`, answer);
  }
  const name = textAt(text, 'ConfigurationName":');
  const configurationName = name === undefined ? undefined : Buffer.from(name, "latin1").toString("utf8");
  return {
    nodeStatus,
    details: configurationName === undefined ? [] : [{ configurationName, status: nodeStatus }],
    answer,
  };
}

/** Skips the literal and one character, whatever that is, and takes the text up to the next quote. */
function textAt(text: string, literal: string): string | undefined {
  const found = text.indexOf(literal);
  const start = found + literal.length + 1;
  const end = text.indexOf('"', start);
  return found < 0 || end < 0 ? undefined : text.slice(start, end);
}

/** As recorded from WMF 5.0: a real parser, member names in any case, status words must be members of an enum. */
function readWmf(answer: LcmAnswer): DscAction {
  let parsed: unknown;
  try {
    parsed = JSON.parse(answer.body.toString("utf8"));
  } catch (cause) {
    throw new LcmError("protocol", OPERATION, "GetDscAction returned invalid JSON.", answer, cause);
  }
  const nodeStatus = enumWord(member(parsed, "NodeStatus"), answer);
  const list = member(parsed, "Details") ?? [];
  if (!Array.isArray(list)) {
    throw new LcmError("protocol", OPERATION, "Details is not an array.", answer);
  }
  const details = list.map((item: unknown) => ({
    configurationName: String(member(item, "ConfigurationName") ?? ""),
    status: enumWord(member(item, "Status"), answer),
  }));
  return { nodeStatus, details, answer };
}

function member(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) {
    return undefined;
  }
  return Object.entries(value).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
}

function enumWord(value: unknown, answer: LcmAnswer): NodeStatus {
  const word = WORDS.find((known) => known.toLowerCase() === String(value).toLowerCase());
  if (word === undefined) {
    throw new LcmError("protocol", OPERATION, `${String(value)} is not a valid value for GetActionResponse.`, answer);
  }
  return word;
}
