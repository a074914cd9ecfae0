import { deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { inlineTasks } from "../fake-v3.test.helper.js";
import { recordings } from "../recordings.test.helper.js";
import { sentFacts } from "./sent-facts.js";

const NODE = "web01.example.org";
const facts = { name: NODE, values: { os: { family: "Debian" }, text: "a+b 50% ü&=" } };
const json = JSON.stringify(facts);
/** As Puppet 5 and later encode them, and as CGI.escape of version 4 does. */
const escaped = encodeURIComponent(json);
const cgi = escaped.replaceAll("%20", "+");

const read = (text: string | undefined, format: string | undefined) =>
  sentFacts(
    { tasks: inlineTasks },
    new URLSearchParams({
      ...(text === undefined ? {} : { facts: text }),
      ...(format === undefined ? {} : { facts_format: format }),
    }),
    NODE,
  );
const failed = (message: string | RegExp) =>
  expect.objectContaining({ status: 500, message: expect.stringMatching(message) });

describe("facts with a request for a catalog", () => {
  it.each(["application/json", "json", "pson", "text/pson"])(
    "are read as %s, however a space is written",
    async (format) => {
      for (const text of [escaped, cgi]) {
        const sent = await read(text, format);
        expect(sent).toMatchObject(facts);
        expect(JSON.parse(sent?.body.toString() ?? "")).toEqual(facts);
      }
    },
  );

  it("are read as base64 of zlib, its signs encoded or not", async () => {
    const packed = deflateSync(json).toString("base64");
    expect(await read(encodeURIComponent(packed), "b64_zlib_pson")).toMatchObject(facts);
    expect(await read(packed, "b64_zlib_pson")).toMatchObject(facts);
  });

  it("may be left out, or hold bytes that are no UTF-8 (PSON)", async () => {
    expect(await read(undefined, undefined)).toBeUndefined();
    expect(await read("", "pson")).toBeUndefined();
    const latin = `{"name":"${NODE}","values":{"x":"%E9 %C3%A9"}}`;
    expect((await read(latin, "pson"))?.values).toEqual({ x: "\ufffd é" });
  });

  it.each<[string, string, string | undefined, RegExp]>([
    ["without a format", escaped, undefined, /^Facts but no fact format provided for web01\.example\.org$/],
    ["of an unknown format", escaped, "b64_zlib_yaml", /^Unsupported facts format b64_zlib_yaml$/],
    [
      "of another node",
      escaped.replace("web01", "web02"),
      "json",
      /^Catalog for "web01\.example\.org" was requested with fact definition for the wrong node \("web02\.example\.org"\)\.$/,
    ],
    ["of the node in other letters", escaped.replace("web01", "WEB01"), "json", /wrong node \("WEB01/],
    ["that are no JSON", "{x", "json", /^Could not intern from json: /],
    ["cut short", escaped.slice(0, 40), "json", /^Could not intern from json: /],
    ["that are no base64 of zlib", "AAAA", "b64_zlib_pson", /^Could not intern from b64_zlib_pson/],
    [
      "cut short in zlib",
      deflateSync(json).toString("base64").slice(0, 40),
      "b64_zlib_pson",
      /^Could not intern from b64_zlib_pson/,
    ],
    [
      "that inflate to too much",
      deflateSync(Buffer.alloc(64 << 20)).toString("base64"),
      "b64_zlib_pson",
      /^Facts of more than 2097152 bytes/,
    ],
    ["that are too many", `"${"x".repeat(3 << 20)}"`, "json", /^Facts of more than 2097152 bytes/],
  ])("are refused %s", async (_, text, format, message) => {
    await expect(read(text, format)).rejects.toThrow(failed(message));
  });

  it.skipIf(recordings.size === 0)("of a real agent are read (p7-04)", async () => {
    const recorded = recordings.get("p7-04-full-run")?.find(({ request }) => request.url.includes("/catalog/"));
    const parameters = new URLSearchParams(recorded?.request.body);
    const sent = await sentFacts({ tasks: inlineTasks }, parameters, "lab1.lab.test");
    expect(sent?.values).toMatchObject({ os: { family: "Debian" }, clientcert: "lab1.lab.test" });
  });
});
