import { deflateSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { processors } from "./processors.js";

const facts = (message: object | Buffer, context: Record<string, string> = {}) =>
  processors["glpi.inventory"]?.({
    ...{ id: "1", acceptedAt: new Date(0), kind: "glpi.inventory" },
    // No Buffer: a thread gets none.
    body: new Uint8Array(Buffer.isBuffer(message) ? message : deflateSync(JSON.stringify(message))),
    context: { deviceId: "web01-2024-02-29-12-00-00", of: "unsure", ...context },
  });
const content = { hardware: { name: "web01" }, versionclient: "GLPI-Agent_v1.12" };

describe("a stored inventory", () => {
  it("is one fact, in the words of its message and of how it was accepted", () => {
    expect(facts({ deviceid: "x", itemtype: "Computer", tag: "shop", content })).toEqual([
      expect.objectContaining({
        ...{ fact: "inventory", deviceId: "web01-2024-02-29-12-00-00", itemType: "Computer", scope: "full" },
        ...{ name: "web01", tag: "shop", versionClient: "GLPI-Agent_v1.12", of: "unsure" },
      }),
    ]);
    expect(facts({ content: {} }, { of: "collected", userAgent: "GLPI-Agent_v1.9" })).toMatchObject([
      { of: "collected", versionClient: "GLPI-Agent_v1.9" },
    ]);
  });

  it.each([
    [{ partial: true }, "partial"],
    [{ partial: 1 }, "partial"],
    [{ partial: false }, "full"],
    [{ partial: "no" }, "full"],
    [{ action: "netdiscovery", partial: true }, "discovery"],
    [{ action: "NetInventory" }, "full"],
    [{ action: { toString: 1 } }, "full"],
  ])("with %j is %s", (more, scope) => {
    expect(facts({ content, ...more })).toMatchObject([{ scope }]);
  });

  it("is told by its bytes, whatever its label", () => {
    for (const contentType of ["application/json", "application/x-compress-zlib", "text/html"])
      expect(facts(gzipSync(JSON.stringify({ content })), { contentType })).toMatchObject([{ name: "web01" }]);
  });

  it.each([
    ["cut off", deflateSync(JSON.stringify({ content })).subarray(0, 20), "request-malformed"],
    ["no JSON", Buffer.from("<REQUEST/>"), "request-malformed"],
    ["too deep", Buffer.from(`{"content":{"a":${"[".repeat(99)}${"]".repeat(99)}}}`), "body-too-large"],
  ])("%s is a dead letter, with its reason", (_, body, code) => {
    expect(() => facts(body)).toThrow(expect.objectContaining({ code }));
  });
});
