import { isIP } from "node:net";
import type { Evidence } from "@gatehouse/core/nodes";

/** Addresses of one agent that are kept. */
const MOST = 64;

/** The addresses among some texts, once each; loopback says nothing. */
export function routableAddresses(texts: readonly string[]): Evidence[] {
  const found = texts
    .map((text) => text.trim().replace(/%.*$/, "").toLowerCase())
    .filter((text) => isIP(text) !== 0 && text !== "::1" && !text.startsWith("127."));
  return [...new Set(found)].slice(0, MOST).map((value) => ({ kind: "address", value }));
}
