/** How the message of an inventory agent is compressed. */
export type BodyCoding = "plain" | "zlib" | "gzip" | "brotli";

/** By media type, all that agents and proxies say (wire/glpi.md section 2); OCS agents say `x-compress` for zlib. */
const CODINGS: ReadonlyMap<string, BodyCoding> = new Map([
  ["application/x-compress-zlib", "zlib"],
  ["application/x-compress", "zlib"],
  ["application/x-compressed", "zlib"],
  ["application/x-zlib", "zlib"],
  ["application/x-compress-gzip", "gzip"],
  ["application/x-gzip", "gzip"],
  ["application/gzip", "gzip"],
  ["application/x-compress-br", "brotli"],
  ["application/x-br", "brotli"],
  ["application/json", "plain"],
  ["application/xml", "plain"],
  ["text/xml", "plain"],
]);

/** What we take, for who sent something else. */
export const AGENT_BODY_TYPES =
  "application/x-compress-zlib, application/x-compress-gzip, application/x-compress-br, application/json, application/xml";

/** The coding that a media type stands for, whatever its parameters; undefined for one that no agent says. */
export const codingOfType = (mediaType = ""): BodyCoding | undefined =>
  CODINGS.get((mediaType.split(";", 1)[0] ?? "").trim().toLowerCase());

/** Who asks, as far as its answer's coding depends on it. */
export interface AskingHeaders {
  readonly "user-agent"?: string | undefined;
  readonly accept?: string | undefined;
}

/**
 * The coding of an answer (wire/decisions.md row 15): OCS agents read nothing but zlib, and FusionInventory's break at gzip
 * (recordings ocs-plain-answer, fi-gzip-answer); else the first of Accept that we speak, else the request's own.
 * @param request that of the body; of a request without one, that of its Content-Type
 */
export function answerCoding(headers: AskingHeaders, request: BodyCoding): BodyCoding {
  const agent = headers["user-agent"] ?? "";
  if (agent.startsWith("OCS-NG")) return "zlib";
  const wanted = firstAccepted(headers.accept) ?? request;
  return wanted === "gzip" && agent.startsWith("FusionInventory-Agent") ? "zlib" : wanted;
}

/** Parts of an Accept that are looked at: agents send none, or three. */
const MOST_ACCEPTED = 20;

function firstAccepted(accept = ""): BodyCoding | undefined {
  for (const one of accept.split(",", MOST_ACCEPTED)) {
    const coding = codingOfType(one);
    if (coding !== undefined) return coding;
  }
  return undefined;
}
