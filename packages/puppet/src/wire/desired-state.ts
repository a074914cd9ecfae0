import { member, parseJson } from "./json-body.js";

/** What PUT certificate_status asks for. */
export type DesiredState = { readonly state: "signed"; readonly ttlSeconds?: number } | { readonly state: "revoked" };

/** @returns what is asked for, or puppetserver's text for what is wrong with it */
export function readDesiredState(name: string, body: Uint8Array): DesiredState | { readonly wrong: string } {
  const json = parseJson(body);
  if (json === undefined || json === null || json === false) return { wrong: "Request body is not JSON." };
  const state = member(json, "desired_state") ?? null;
  if (state === null) return { wrong: 'Missing required parameter "desired_state"' };
  if (state !== "signed" && state !== "revoked") {
    const said = typeof state === "string" ? state.slice(0, 100) : typeof state;
    return {
      wrong: `State ${said} invalid; Must specify desired state of 'signed' or 'revoked' for host ${name}.`,
    };
  }
  const ttl = member(json, "cert_ttl") ?? null;
  if (state === "revoked" || ttl === null) return { state };
  // The command sends a text where `--ttl` has no unit; puppetserver refuses it as well.
  if (!Number.isSafeInteger(ttl)) {
    const said = typeof ttl === "object" ? "an object" : String(ttl).slice(0, 100);
    return { wrong: `cert_ttl specified for host ${name} must be an integer, not "${said}"` };
  }
  if ((ttl as number) < 1) return { wrong: `cert_ttl specified for host ${name} must be at least 1` };
  return { state, ttlSeconds: ttl as number };
}
