import type { InventoryAnswer, InventoryLogin, InventoryTls } from "../inventory/connection.js";
import type { FusionIdentity } from "./certificate.js";
import type { PretendedMachine } from "./machine.js";

/** How an agent is configured. */
export interface FusionRestAgentOptions {
  /** The configured `server=`: what getConfig and the XML backend are asked at; without a scheme it is http. */
  readonly serverUrl: string;
  /** What the machine is called. */
  readonly name: string;
  /** What its deviceid is made from, with the name: now unless told. */
  readonly firstStart?: Date;
  /**
   * aggregated: one getConfig for all tasks, as the document has it; single: one for each, and never for Inventory, as the
   * released agents do. Aggregated unless told.
   */
  readonly form?: "aggregated" | "single";
  /** The XML backend is asked before the first getConfig: for servers that have no work for whom they do not know. */
  readonly introduces?: boolean;
  /** What an inventory is written in that goes to a remote of the schedule; JSON unless told. */
  readonly syntax?: "json" | "yaml";
  readonly tls?: InventoryTls;
  /** The certificate that it has already. */
  readonly identity?: FusionIdentity;
  readonly login?: InventoryLogin;
  /** Sent with each request, as a proxy before the server would. */
  readonly headers?: Readonly<Record<string, string>>;
  /** For one answer; 180 s by default. */
  readonly timeoutMs?: number;
  /** What it finds when it does its jobs; everything is made up unless told. */
  readonly machine?: Partial<PretendedMachine>;
  readonly clock?: () => Date;
  /** From 0 to below 1. */
  readonly random?: () => number;
  /** Pauses; returns early, without an error, when it is told to. */
  readonly pause?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  readonly onAnswer?: (answer: InventoryAnswer) => void;
}
