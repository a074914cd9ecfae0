import type { IncomingMessage } from "node:http";
import { GatehouseError } from "@gatehouse/core/errors";
import type { Admission } from "../admission.js";
import { type AgentBody, decodeAgentBody, mostUnpacked } from "../agent-body/index.js";
import type { Reply } from "../reply.js";
import type { FailedCall, Handler, RouteRequest, RouteTable } from "../route-table.js";
import { createRouter, type RouterDeps } from "../router.js";
import { errorHeaders, errorMessage, packed, syntaxExpected, xmlError } from "./answer.js";
import { inventoryPath, PART_PATH, TOKEN_PATH } from "./paths.js";
import { strongest } from "./proof.js";
import { Room } from "./room.js";
import { TOKEN_REQUEST_LIMIT, type TokenEndpoint, tokenError } from "./token-endpoint.js";
import { Turns } from "./turns.js";
import type { AgentAnswer, AgentDialect, OpenEnvelope, OpenedEnvelope, ProofOf } from "./types.js";

/** Bytes of a message as it comes: eight times the largest that is known of (wire/glpi.md section 2). */
const MESSAGE_LIMIT = 16 << 20;

/** Bytes of a message as it comes, up to which it is unpacked and read in a fraction of a millisecond. */
const SMALL = 4 << 10;
/** Bytes of messages, unpacked, that are read in one turn of the event loop: 4 ms of JSON, 8 of XML. */
const TURN_BYTES = 512 << 10;
/** The same of it unpacked: a few bytes may be a megabyte. */
const SMALL_UNPACKED = 64 << 10;

/** Bytes of messages that are held unpacked at once: hundreds may be under way, of 64 MiB each. Others wait. */
const UNPACKED_AT_ONCE = 256 << 20;

export interface AgentMessagesDeps extends RouterDeps {
  /** Asked in this order. */
  readonly dialects: readonly AgentDialect[];
  readonly proofOf: ProofOf;
  /** Gives access tokens to agents that prove themselves with such; without it there are none. */
  readonly tokenEndpoint?: TokenEndpoint;
  /** Opens encrypted messages; without it they are refused. */
  readonly openEnvelope?: OpenEnvelope;
  /** Paths below which all of an agent's are taken too, such as `/glpi`. */
  readonly prefixes: readonly string[];
}

/** What inventory agents call, in whichever dialect: each message is unpacked once, and given to who knows it. */
export function agentMessagesTable({
  dialects,
  prefixes,
  proofOf,
  tokenEndpoint = noTokens,
  openEnvelope,
  admission,
}: Pick<AgentMessagesDeps, "dialects" | "prefixes" | "proofOf" | "tokenEndpoint" | "openEnvelope"> & {
  readonly admission: Pick<Admission, "tryEnter" | "leave">;
}): RouteTable {
  /** Messages that could be unpacked: their errors are told in the dialect that they are in. */
  const unpacked = new WeakMap<IncomingMessage, AgentBody>();
  /** Encrypted messages that were opened: their errors are sealed as their answers are. */
  const opened = new WeakMap<IncomingMessage, OpenedEnvelope>();
  const turns = new Turns(TURN_BYTES);
  const room = new Room(UNPACKED_AT_ONCE);

  /** Whoever waits counts as handing something in: processing steps back for it. */
  const unpackedInTurn = async ({ body, headers, raw }: RouteRequest): Promise<AgentBody> => {
    const counts = body.length > SMALL && admission.tryEnter("submission");
    try {
      const unpackedBody = await decodeAgentBody(body, headers["content-type"]);
      unpacked.set(raw, unpackedBody);
      if (body.length > SMALL || unpackedBody.bytes.length > SMALL_UNPACKED)
        await turns.next(unpackedBody.bytes.length);
      return unpackedBody;
    } finally {
      if (counts) admission.leave("submission");
    }
  };

  /** A message under a key is as if its body had come so. */
  const answer = async (request: RouteRequest): Promise<Reply> => {
    if (!namesKey(request)) return answerOpen(request, undefined);
    if (openEnvelope === undefined)
      throw new GatehouseError("not-available", "Encrypted messages are not taken by this version.");
    const envelope = await openEnvelope(request);
    opened.set(request.raw, envelope);
    return envelope.seal(await answerOpen({ ...request, body: envelope.body }, envelope));
  };

  const answerOpen = async (request: RouteRequest, envelope: OpenedEnvelope | undefined): Promise<Reply> => {
    const action = request.query.get("action") ?? undefined;
    // What is posted with an action is a form, a request for a certificate: its dialect reads the bytes as they came.
    // So is YAML, which nothing but its label tells.
    if (request.method !== "POST" || action !== undefined || isYaml(request))
      return answerTo(request, undefined, action, envelope);
    let held = mostUnpacked(request.body.length);
    await room.take(held);
    try {
      const body = await unpackedInTurn(request);
      // As large as it is; what came plain is the request's own body.
      const left = held - (body.coding === "plain" ? 0 : body.bytes.length);
      held -= left;
      room.giveBack(left);
      return await answerTo(request, body, action, envelope);
    } finally {
      room.giveBack(held);
    }
  };

  const answerTo = async (
    request: RouteRequest,
    body: AgentBody | undefined,
    action: string | undefined,
    envelope: OpenedEnvelope | undefined,
  ): Promise<Reply> => {
    // After the body is unpacked: a refusal is written in what its sender speaks.
    const proof = strongest(envelope?.proof, await proofOf(request));
    for (const dialect of dialects) {
      const answered = dialect.answer({ request, body, action, proof });
      if (answered === undefined) continue;
      const said = await answered;
      if (!("ready" in said)) return packed(said, request.headers, body?.coding);
      // Whole answers only can be sealed.
      if (envelope !== undefined) throw new GatehouseError("not-available", "This is not answered under a key.");
      return said.ready;
    }
    if (request.method !== "POST")
      throw new GatehouseError("method-not-allowed", "Messages are posted here.", { allow: ["POST"] });
    throw new GatehouseError("not-available", "This message is in no dialect that is spoken here.");
  };

  const renderError = async (error: GatehouseError, _: string, { request, raw }: FailedCall): Promise<Reply> => {
    // Without a body: a browser or a scanner asked (GLPI answers so too).
    if (error.code === "method-not-allowed" && (!request.query.has("action") || request.path === TOKEN_PATH))
      return { status: error.status, headers: errorHeaders(error) };
    if (request.path === TOKEN_PATH) return tokenError(error);
    const body = unpacked.get(raw);
    const envelope = opened.get(raw);
    // Who cannot be answered under a key reads plain JSON.
    const isUnopened = namesKey(request) && envelope === undefined;
    const action = request.query.get("action") ?? undefined;
    let rendered: AgentAnswer | undefined;
    for (const dialect of dialects) rendered ??= dialect.renderError(error, { request, action }, body);
    if (rendered === undefined || (isUnopened && rendered.syntax !== "json"))
      rendered = inNoDialect(error, isUnopened ? "json" : (body?.syntax ?? syntaxExpected(request.headers)));
    const reply = await packed(
      {
        ...rendered,
        headers: { ...errorHeaders(error), ...rendered.headers },
        ...(isUnopened && { plain: true }),
      },
      request.headers,
      body?.coding,
    );
    return envelope?.seal(reply) ?? reply;
  };

  const access = {
    who: "agent",
    proof: "a login, a token, a certificate or a key, as far as the policy asks for one; else its id or deviceid",
  } as const;
  const pattern = /^\/(?!api\.php\/)[A-Za-z_./]*$/;
  // What follows is its dialect's to judge: whoever asks for a path of the server's disk is to read an error of it.
  const part = { pattern: PART_PATH, access, bodyLimit: 0, admission: "content", handle: answer } as const;
  return {
    protocol: "inventory",
    canonicalPath: (rawPath) => inventoryPath(rawPath, prefixes),
    renderError,
    commonHeaders: { "Cache-Control": "no-cache", Pragma: "no-cache" },
    rows: [
      { id: "inventory.part", method: "GET", ...part },
      { id: "inventory.part.head", method: "HEAD", ...part },
      // Contacts and inventories come by one path: a dialect lets submissions in by their own class.
      {
        ...{ id: "inventory.message", method: "POST", pattern, access, bodyLimit: MESSAGE_LIMIT },
        ...{ admission: "check-in", handle: answer },
      },
      {
        ...{ id: "inventory.token", method: "POST", pattern: /^\/api\.php\/token$/ },
        access: { who: "agent", proof: "the name and the secret of a login" },
        ...{ bodyLimit: TOKEN_REQUEST_LIMIT, admission: "check-in", handle: tokenEndpoint },
      },
      { id: "inventory.ask", method: "GET", pattern, access, bodyLimit: 0, admission: "check-in", handle: answer },
    ],
  };
}

const noTokens: TokenEndpoint = () =>
  Promise.reject(new GatehouseError("not-available", "Access tokens are not given here."));

/** Whether a body is labelled as YAML: of agents' messages none is; inventories that are posted to their remote may be. */
export const isYaml = ({ headers }: Pick<RouteRequest, "headers">): boolean =>
  /^\s*(?:application|text)\/(?:x-)?yaml\b/i.test(headers["content-type"] ?? "");

/** Whether a message says that it is encrypted. */
const namesKey = ({ headers }: FailedCall["request"]): boolean => headers["glpi-cryptokey-id"] !== undefined;

const inNoDialect = (error: GatehouseError, syntax: "json" | "xml"): AgentAnswer =>
  syntax === "xml"
    ? xmlError(error)
    : { status: error.status, syntax, text: JSON.stringify({ status: "error", message: errorMessage(error.message) }) };

/** The front door as an Express handler; what no agent calls passes on, and so does a person's look at `/`. */
export function createAgentMessagesRouter(deps: AgentMessagesDeps): Handler {
  const accepts = deps.accepts;
  return createRouter(agentMessagesTable(deps), {
    ...deps,
    accepts: (req) => accepts?.(req) !== false && !isVisit(req),
  });
}

/** A GET of `/` that no agent makes: the landing page's. */
function isVisit({ method, url = "/", headers }: IncomingMessage): boolean {
  if (method !== "GET" && method !== "HEAD") return false;
  const [path = "", query = ""] = url.split("?", 2);
  if (!/^\/+$/.test(path) || headers["glpi-agent-id"] !== undefined || headers["glpi-request-id"] !== undefined)
    return false;
  return !new URLSearchParams(query).has("action");
}
