import { GatehouseError } from "@gatehouse/core/errors";

const NAME = /^[A-Za-z0-9._-]{1,255}$/;
const GUID = /^\{?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\}?$/i;

/**
 * @throws name-invalid with the reason, when an LCM could not fetch a thing of this name: curl cuts at spaces, DSC for
 *   Linux passes the name through a shell, slashes and quotes break the URL.
 */
export function checkFetchableName(what: string, name: string): void {
  if (name === "") throw new GatehouseError("name-invalid", `The ${what} has no name.`);
  if (name.length > 255)
    throw new GatehouseError("name-invalid", `The ${what}'s name has ${name.length} characters; 255 are the most.`);
  if (NAME.test(name) && !/^\.+$/.test(name)) return;
  const bad = [...name].find((char) => !/[A-Za-z0-9._-]/.test(char)) ?? ".";
  throw new GatehouseError(
    "name-invalid",
    `The ${what}'s name holds ${JSON.stringify(bad)}, and an LCM could not fetch it: letters, digits, '.', '_' and '-' are safe.`,
  );
}

/** An AgentId in its usual form (upper case, no braces). @throws request-malformed when it is no GUID */
export const parseAgentId = (text: string): string => parseGuid("AgentId", text).toUpperCase();

/** A run's name: lower case, no braces; WMF writes it so, DSC for Linux in upper case. @throws request-malformed */
export const parseJobId = (text: string): string => parseGuid("JobId", text).toLowerCase();

function parseGuid(what: string, text: string): string {
  const [, guid] = GUID.exec(text.trim()) ?? [];
  if (guid === undefined) throw new GatehouseError("request-malformed", `The ${what} is not a GUID.`);
  return guid;
}
