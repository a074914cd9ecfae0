import { type ClientRequest, type IncomingMessage, request } from "node:http";
import { isIP } from "node:net";
import type { PortWake } from "@gatehouse/core/jobs";
import { mayCall } from "./allowed.js";

/** Where agents listen that announce no port (decisions, row 27). */
const PORT = 62_354;
/** Bytes of an answer's head; its body is not read. */
const MOST_HEAD = 8 << 10;
const WITHIN_MS = 5_000;

/** How a way of waking went. */
export interface WakeOutcome {
  readonly ok: boolean;
  /** For figures. */
  readonly outcome: "woke" | "not-trusted" | "refused" | "timed-out" | "redirected" | "not-called" | "failed";
  /** For operators. */
  readonly message: string;
}

export interface PortOptions {
  /** Addresses of this machine. */
  readonly own: () => readonly string[];
  /** True: also agents on this machine and beside it are called; for labs. */
  readonly loopback: boolean;
  /** Milliseconds that the whole exchange may take. */
  readonly withinMs?: number;
}

/**
 * Asks an agent on its own port to come now: a GET of `/now`, which agents answer with 200, or with 403 where they do not
 * trust who asks (FusionInventory::Agent::HTTP::Server). Only the address that the agent called from is called, no redirect
 * is followed, and what is answered is not read.
 * @param stop ends it early
 */
export async function wakeByPort(
  { address, port = PORT }: Pick<PortWake, "address" | "port">,
  { own, loopback, withinMs = WITHIN_MS }: PortOptions,
  stop?: AbortSignal,
): Promise<WakeOutcome> {
  if (address === undefined)
    return notCalled("It is not known which address the agent calls from: it calls through a proxy.");
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return notCalled(`${port} is no port.`);
  // A name could be another's address in the next moment.
  if (isIP(address) === 0) return notCalled(`${address} is no address.`);
  if (!loopback && !mayCall(address, own))
    return notCalled(`${address} is an address that the gateway never calls: its own, or one of no network.`);
  const at = `${address.includes(":") ? `[${address}]` : address}:${port}`;
  const deadline = AbortSignal.timeout(withinMs);
  const signal = stop === undefined ? deadline : AbortSignal.any([deadline, stop]);
  try {
    const { statusCode = 0 } = await headOf(address, port, signal);
    return outcomeOf(statusCode, at);
  } catch (thrown) {
    if (deadline.aborted)
      return failed("timed-out", `${at} did not answer in ${withinMs / 1000} s: a firewall or NAT is between.`);
    const code = (thrown as NodeJS.ErrnoException).code ?? "";
    if (code === "ECONNREFUSED")
      return failed(
        "refused",
        `Nothing listens at ${at}: the agent is not running there, or not with its HTTP server.`,
      );
    return failed("failed", `${at} cannot be asked: ${code === "" ? "the exchange broke off" : code}.`);
  }
}

async function headOf(host: string, port: number, signal: AbortSignal): Promise<IncomingMessage> {
  let asked: ClientRequest | undefined;
  try {
    return await new Promise<IncomingMessage>((resolve, reject) => {
      asked = request({
        ...{ host, port, path: "/now", agent: false, maxHeaderSize: MOST_HEAD, signal },
        headers: { Connection: "close", "User-Agent": "Gatehouse" },
      });
      asked.once("response", resolve);
      asked.on("error", reject);
      // Such as after 101, which is no response to Node.
      asked.once("close", () => reject(new Error("the connection ended without an answer")));
      asked.end();
    });
  } finally {
    asked?.destroy();
  }
}

function outcomeOf(status: number, at: string): WakeOutcome {
  if (status === 200) return { ok: true, outcome: "woke", message: `The agent at ${at} was told, and comes now.` };
  if (status === 403) {
    return failed(
      "not-trusted",
      `The agent at ${at} does not trust the address that this gateway calls from: it trusts the one of its server's name, and those in its setting httpd-trust.`,
    );
  }
  if (status >= 300 && status < 400)
    return failed(
      "redirected",
      `${at} answers with ${status} and another address, which is not followed: it is no agent.`,
    );
  return failed("failed", `${at} answers with ${status}: it is no agent, or one that knows no /now.`);
}

const failed = (outcome: WakeOutcome["outcome"], message: string): WakeOutcome => ({ ok: false, outcome, message });
const notCalled = (message: string) => failed("not-called", message);
