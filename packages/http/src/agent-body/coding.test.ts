import { brotliDecompressSync, gunzipSync, inflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { AGENT_BODY_TYPES, answerCoding, type BodyCoding, codingOfType } from "./coding.js";
import { encodeAgentBody } from "./encode.js";

const GLPI = "GLPI-Agent_v1.12";
const FUSION = "FusionInventory-Agent_v2.6-3";
const OCS = "OCS-NG_unified_unix_agent_v2.10.0";

describe("the coding of an answer", () => {
  it.each<[string, string | undefined, string | undefined, BodyCoding, BodyCoding]>([
    ["the request's own", GLPI, undefined, "zlib", "zlib"],
    ["the request's own, plain", GLPI, undefined, "plain", "plain"],
    ["the request's own, for who takes anything", GLPI, "*/*", "gzip", "gzip"],
    [
      "the first that we speak of what is accepted",
      GLPI,
      "image/png, application/x-compress-gzip, */*",
      "zlib",
      "gzip",
    ],
    ["plain where JSON is asked for", GLPI, "application/json;charset=utf-8", "zlib", "plain"],
    ["brotli for brotli", GLPI, undefined, "brotli", "brotli"],
    ["never gzip for FusionInventory", FUSION, undefined, "gzip", "zlib"],
    ["nor where it asks for it", FUSION, "application/x-gzip", "plain", "zlib"],
    ["plain for FusionInventory", FUSION, undefined, "plain", "plain"],
    ["always zlib for OCS", OCS, undefined, "plain", "zlib"],
    ["whatever it accepts", OCS, "application/xml", "gzip", "zlib"],
    ["the request's own of an unknown agent", undefined, undefined, "gzip", "gzip"],
    ["not of the end of a list without end", GLPI, `${"a/b,".repeat(1000)}application/x-gzip`, "zlib", "zlib"],
  ])("is %s", (_, agent, accept, request, coding) => {
    expect(answerCoding({ "user-agent": agent, accept }, request)).toBe(coding);
  });

  it("is known for each type that we say we take", () => {
    const codings = AGENT_BODY_TYPES.split(", ").map(codingOfType);
    expect(new Set(codings)).toEqual(new Set(["zlib", "gzip", "brotli", "plain"]));
    expect([codingOfType(undefined), codingOfType("Application/XML ;charset=utf-8")]).toEqual([undefined, "plain"]);
  });
});

describe("an answer", () => {
  it.each([
    ["zlib", "application/x-compress-zlib", inflateSync],
    ["gzip", "application/x-compress-gzip", gunzipSync],
    ["brotli", "application/x-compress-br", brotliDecompressSync],
    ["plain", "application/json", (bytes: Buffer) => bytes],
  ] as const)("is written as %s", async (coding, type, read) => {
    const { body, contentType } = await encodeAgentBody('{"status":"ok","name":"é"}', "json", coding);
    expect([contentType, read(body).toString()]).toEqual([type, '{"status":"ok","name":"é"}']);
    expect((await encodeAgentBody("<REPLY/>", "xml", "plain")).contentType).toBe("application/xml");
  });
});
