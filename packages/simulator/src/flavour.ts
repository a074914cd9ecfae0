/** Which LCM is played: WMF 5.1 (Server 2016), WMF 5.0, or DSC for Linux. */
export type Flavour = "wmf51" | "wmf50" | "linux";

/** The headers of one request that differ from call to call. */
export interface HeaderInput {
  readonly host: string;
  readonly contentLength?: number;
  readonly xMsDate?: string;
  readonly authorization?: string;
  readonly agentId?: string;
  readonly firstRequest: boolean;
}

/** One header as it goes on the wire; order is significant here. */
export type Header = readonly [name: string, value: string];

const JSON_TYPE = "application/json; charset=utf-8";

/**
 * Request headers in the recorded order and letter case of a flavour.
 *
 * @param flavour LCM to play
 * @param method PUT registers, POST asks for the action or sends a report, GET downloads
 * @param input values of this request
 * @returns headers to send, exactly these and no others (no client sends a User-Agent)
 */
export function requestHeaders(flavour: Flavour, method: "PUT" | "POST" | "GET", input: HeaderInput): Header[] {
  const signed: Header[] =
    input.xMsDate === undefined || input.authorization === undefined
      ? []
      : [
          ["x-ms-date", input.xMsDate],
          ["Authorization", input.authorization],
        ];
  const agentId: Header[] = input.agentId === undefined ? [] : [["AgentId", input.agentId]];
  const length: Header[] = input.contentLength === undefined ? [] : [["Content-Length", String(input.contentLength)]];
  const expect: Header[] = expectsContinue(flavour, method) ? [["Expect", "100-continue"]] : [];
  if (flavour === "linux") {
    return method === "GET"
      ? [["Host", input.host], ["Accept", "*/*"], ["ProtocolVersion", "2.0"], ...agentId]
      : [
          ["Host", input.host],
          ...signed,
          ["Accept", "application/json"],
          ["Content-Type", JSON_TYPE],
          ["ProtocolVersion", "2.0"],
          ...length,
          ...expect,
        ];
  }
  // The recorded clients write this on the very first request to a server and never again, new connections included.
  const keepAlive: Header[] = input.firstRequest ? [["Connection", "Keep-Alive"]] : [];
  return method === "GET"
    ? [["ProtocolVersion", "2.0"], ...agentId, ["Host", input.host], ...keepAlive]
    : [
        ["Accept", "application/json"],
        ...signed,
        ["ProtocolVersion", "2.0"],
        ["Content-Type", JSON_TYPE],
        ["Host", input.host],
        ...length,
        ...expect,
        ...keepAlive,
      ];
}

/**
 * @param flavour LCM to play
 * @param method HTTP method of the call
 * @returns whether the call is announced with `Expect: 100-continue`
 */
export function expectsContinue(flavour: Flavour, method: "PUT" | "POST" | "GET"): boolean {
  return method === "PUT" || (method === "POST" && flavour !== "linux");
}
