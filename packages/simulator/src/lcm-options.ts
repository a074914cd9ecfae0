import type http from "node:http";
import type https from "node:https";
import type { Flavour } from "./flavour.js";
import type { LcmAnswer, LcmTls } from "./transport.js";

/** How a simulated LCM is configured: its meta-configuration, and what a test wants to control. */
export interface LcmOptions {
  /** With path, e.g. `http://127.0.0.1:8080/PSDSCPullServer.svc`; resources are appended to it as it stands. */
  readonly serverUrl: string;
  readonly registrationKey: string;
  /** GUID; a random one in upper case by default. */
  readonly agentId?: string;
  readonly nodeName?: string;
  readonly configurationNames?: readonly string[];
  /** Whether the names are partial configurations: one ClientStatus item and one download each. */
  readonly partials?: boolean;
  /** "wmf51" by default. */
  readonly flavour?: Flavour;
  readonly clock?: () => Date;
  /** Connection pool to use instead of the flavour's own: one kept-alive connection (WMF), one per call (Linux). */
  readonly agent?: http.Agent | https.Agent;
  readonly tls?: LcmTls;
  /** Limit for each request, in milliseconds; 60000 by default. */
  readonly timeoutMs?: number;
  /** Whether run() sends a start and an end report; false by default. */
  readonly report?: boolean;
  /** Called with every answer, for counting and measuring. */
  readonly onAnswer?: (answer: LcmAnswer) => void;
}
