import type { LiveKey } from "@gatehouse/core/enrolment";
import { GatehouseError } from "@gatehouse/core/errors";
import { type AgentProof, type NodeRegistry, noProof } from "@gatehouse/core/nodes";
import { bytesOf, type OpenEnvelope, type OpenedEnvelope, type Reply, type RouteRequest } from "@gatehouse/http";
import { agentIdAlias } from "@gatehouse/inventory";
import { LRUCache } from "lru-cache";
import type { GlpiDeps } from "../deps.js";
import { type CommonHeaders, commonHeaders, cryptoKeyId, textOf } from "../headers.js";
import { type Direction, directionKey, type Framed, openFrame, sealFrame } from "./frame.js";
import { registerPolicy } from "./policy.js";

/** Keys whose derived ones are remembered: 500 bytes each. */
const REMEMBERED = 10_000;
/** A request under a key has a number; eight digits, in either case. */
const NUMBER = /^[0-9A-Fa-f]{8}$/;

export type EnvelopeDeps = Pick<GlpiDeps, "assignments" | "agentKeys" | "clock" | "config"> & {
  readonly registry: Pick<NodeRegistry, "recentAgent">;
};

/** Both keys of a communication key. Derived once: an agent sends several messages in a row. */
type Derived = Readonly<Record<Direction, Buffer>>;

/** What opens messages under GLPI-CryptoKey-ID, and seals their answers. */
export function createOpenEnvelope(deps: EnvelopeDeps): OpenEnvelope {
  const remembered = new LRUCache<string, Derived>({ maxSize: REMEMBERED, sizeCalculation: () => 1 });

  const derived = ({ id, secret, owner }: LiveKey): Derived => {
    let keys = remembered.get(id);
    if (keys === undefined) {
      keys = { request: directionKey(secret, owner, "request"), response: directionKey(secret, owner, "response") };
      remembered.set(id, keys);
    }
    return keys;
  };

  return async (request): Promise<OpenedEnvelope> => {
    const common = commonHeaders(request.headers, deps.config.mostProxies);
    const keyId = cryptoKeyId(request.headers);
    const keys = await liveKeys(deps, keyId, common);
    const about = framed(request.headers, keyId, common);
    const sealed = await sealsAnswers(deps, common);
    const answeredWith = (key: LiveKey, proof: AgentProof, body: Buffer): OpenedEnvelope => ({
      ...{ body, proof },
      seal: (reply) => (sealed ? sealedReply(reply, derived(key).response, about) : reply),
    });
    if (request.body.length === 0) {
      // Nothing shows that the caller has the key; but who has not cannot read the answer. The agent surely has the one that it used.
      const [newest] = keys;
      return answeredWith(keys.find(({ confirmedAt }) => confirmedAt !== null) ?? newest, noProof, request.body);
    }
    if (!NUMBER.test(about.requestId))
      throw new GatehouseError("request-malformed", "An encrypted message needs a GLPI-Request-ID of eight digits.");
    for await (const key of tried(deps, keyId, keys)) {
      const body = openFrame(derived(key).request, "request", about, request.body);
      if (body === undefined) continue;
      if (!(await deps.agentKeys.use(key.id, Number.parseInt(about.requestId, 16))))
        throw new GatehouseError("conflict", "This message came before, or too long after others of its key.", {
          detail: `rule: number ${about.requestId} of key ${key.id}`,
        });
      return answeredWith(key, proofBy(key, common), body);
    }
    throw new GatehouseError("request-malformed", "The encrypted message does not open.", {
      detail: `rule: no live key of ${keyId} opens it with these headers`,
    });
  };
}

/** @throws forbidden for who may not use the key's owner's name, and where there is no live one */
async function liveKeys(
  { agentKeys, clock }: EnvelopeDeps,
  keyId: string,
  { agentId, proxies }: CommonHeaders,
): Promise<readonly [LiveKey, ...LiveKey[]]> {
  if (keyId !== agentId && !proxies.includes(keyId))
    throw new GatehouseError("forbidden", "The key is of another agent.", {
      detail: `rule: ${keyId} is neither the sender nor in GLPI-Proxy-ID`,
    });
  const [newest, ...older] = (await agentKeys.live(keyId)).filter(({ expiresAt }) => expiresAt > clock.now());
  if (newest !== undefined) return [newest, ...older];
  throw new GatehouseError("forbidden", "There is no such key.", { detail: `rule: ${keyId} has no live key` });
}

/** The keys that are known; then what another gateway may have given since they were read. */
async function* tried({ agentKeys, clock }: EnvelopeDeps, keyId: string, known: readonly LiveKey[]) {
  yield* known;
  for (const key of await agentKeys.live(keyId, true))
    if (key.expiresAt > clock.now() && !known.some(({ id }) => id === key.id)) yield key;
}

/** An agent's own key is its secret; a proxy speaks for many. */
const proofBy = ({ id, owner }: LiveKey, { agentId }: CommonHeaders): AgentProof =>
  owner === agentId ? { way: "key", trust: "secret", agent: owner, by: id } : { way: "key", trust: "key", by: id };

/** Decisions, row 20: answers are plain where encryption is turned off on this side. */
async function sealsAnswers(
  { registry, assignments, config }: EnvelopeDeps,
  { agentId }: CommonHeaders,
): Promise<boolean> {
  const known = agentId === undefined ? undefined : await registry.recentAgent(agentIdAlias(agentId));
  const settings = known === undefined ? {} : await assignments.of(known);
  return registerPolicy(settings, config.register).encrypt !== "off";
}

const framed = (headers: RouteRequest["headers"], keyId: string, { agentId = "" }: CommonHeaders): Framed => ({
  ...{ keyId, agentId, requestId: textOf(headers["glpi-request-id"]) },
  contentType: textOf(headers["content-type"]),
});

function sealedReply(reply: Reply, key: Buffer, about: Framed): Reply {
  const { status, headers = {} } = reply;
  const body = bytesOf(reply.body);
  if (body === undefined) throw new TypeError("an agent's answer is no file");
  const contentType = headers["Content-Type"] ?? "";
  return {
    status,
    headers: { ...headers, "GLPI-CryptoKey-ID": about.keyId },
    body: sealFrame(key, "response", { ...about, contentType, status }, body),
  };
}
