import type { IncomingMessage } from "node:http";
import type { ExchangeCaller } from "@gatehouse/core/exchanges";

const callers = new WeakMap<IncomingMessage, ExchangeCaller>();

/** Notes whom a route found to be calling: for the log line, and for who watches what an agent says. */
export function noteCaller({ raw }: { readonly raw: IncomingMessage }, { agentId, nodeId }: ExchangeCaller): void {
  callers.set(raw, { agentId, nodeId });
}

/** @returns undefined where no route said it */
export const callerOf = (raw: IncomingMessage): ExchangeCaller | undefined => callers.get(raw);
