import type { GatehouseError } from "@gatehouse/core/errors";
import type { AgentProof } from "@gatehouse/core/nodes";
import type { AgentBody, BodySyntax } from "../agent-body/index.js";
import type { Reply } from "../reply.js";
import type { FailedCall, RouteRequest } from "../route-table.js";

/** A request on one of the inventory paths, unpacked once for all who may know its dialect. */
export interface AgentMessage {
  readonly request: RouteRequest;
  /** Undefined for a GET, which polls or asks for work, and for what comes with an action: that is `request.body` as it came. */
  readonly body: AgentBody | undefined;
  /** The query's `action`: FusionInventory REST. */
  readonly action: string | undefined;
  /** What its sender proved of itself. */
  readonly proof: AgentProof;
}

/**
 * What a request proves of its sender, before its message is read.
 * @throws unauthenticated for a wrong secret, and for a
 *   token that is none of ours or has ended
 */
export type ProofOf = (request: RouteRequest) => Promise<AgentProof>;

/** An encrypted message that was opened. */
export interface OpenedEnvelope {
  /** As if it had come so. */
  readonly body: Buffer;
  readonly proof: AgentProof;
  /** The answer as its reader opens it: errors too. */
  seal(reply: Reply): Reply;
}

/**
 * Opens what names a key (GLPI-CryptoKey-ID); a poll, which has no body, is answered under the key.
 * @throws forbidden for a key that is not live, request-malformed for what does not open, conflict for what came before
 */
export type OpenEnvelope = (request: RouteRequest) => Promise<OpenedEnvelope>;

/** An answer before it is packed as its reader needs it. */
export interface AgentAnswer {
  readonly status: number;
  readonly syntax: BodySyntax;
  /** Empty for an answer without a body. */
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** True: never packed, whatever the request was (FusionInventory REST). */
  readonly plain?: boolean;
}

/** An answer that goes out as it is, whatever was asked: the bytes of a file, or one that takes its time. */
export interface ReadyAnswer {
  readonly ready: Reply;
}

/** One way of speaking on the inventory paths. */
export interface AgentDialect {
  /** Stable name: in logs and metrics. */
  readonly id: string;
  /** @returns undefined for what is another's: the next dialect is asked */
  answer(message: AgentMessage): Promise<AgentAnswer | ReadyAnswer> | undefined;
  /**
   * An error as its sender reads it.
   * @param message as far as it is known
   * @param body undefined where it could not be unpacked, or was not read
   * @returns undefined for what is another's
   */
  renderError(
    error: GatehouseError,
    message: { readonly request: FailedCall["request"]; readonly action: string | undefined },
    body: AgentBody | undefined,
  ): AgentAnswer | undefined;
}
